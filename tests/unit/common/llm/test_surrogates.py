"""Characters in two halves are whole again, however a stream cuts them."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from lodestone.llm.surrogates import Pairs


@given(text=st.text(st.sampled_from("aé🚀𝔘")), cuts=st.sets(st.integers(1, 40)))
def test_any_cutting_of_a_text_in_halves_gives_the_text(text: str, cuts: set[int]) -> None:
    raw = text.encode("utf-16-le")
    halves = "".join(chr(int.from_bytes(raw[at : at + 2], "little")) for at in range(0, len(raw), 2))
    borders = sorted({0, len(halves), *(cut for cut in cuts if cut < len(halves))})
    pairs = Pairs()

    pieces = [pairs.feed(halves[a:b]) for a, b in pairwise(borders)]

    assert "".join(pieces) == text


def test_a_half_without_its_other_half_is_left_out() -> None:
    pairs = Pairs()

    assert [pairs.feed("a\ud83d"), pairs.feed("b\ude80c"), pairs.feed("\ude80\ud83d")] == ["a", "bc", ""]
