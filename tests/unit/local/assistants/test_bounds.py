"""An answer to an assistant has a bounded size, whatever jobs hold."""

from hypothesis import given, settings
from hypothesis import strategies as st
from lodestone.wire import JsonObject
from lodestone_local.assistants.bounds import MAX_CHARACTERS, bounded, in_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=10), inner, max_size=5),
)


def test_a_short_answer_stays_as_it_is() -> None:
    answer = {"items": [{"id": "1", "error": None}], "nextCursor": "x"}

    assert bounded(answer) == (answer, "")


def test_many_long_texts_are_cut_until_they_fit_and_it_is_said() -> None:
    answer = {"items": [{"id": str(number), "error": "x" * 5000} for number in range(100)]}

    kept, note = bounded(answer)

    assert len(in_json(kept)) <= MAX_CHARACTERS
    assert kept["items"][0]["id"] == "0"
    assert kept["items"][0]["error"].endswith("…")
    assert note.startswith("Shortened: ")


def test_a_place_in_a_list_stays_whole_however_much_is_cut() -> None:
    answer = {"items": [{str(field): "x" * 80 for field in range(900)}], "nextCursor": "c" * 92}

    kept, note = bounded(answer)

    assert kept["nextCursor"] == "c" * 92
    assert kept["items"][0]["0"].endswith("…"), "as much is cut as can be"
    assert "the next page begins after what was left out" in note


@settings(max_examples=20)
@given(st.dictionaries(st.text(max_size=10), JSON, max_size=5))
def test_what_is_cut_has_the_same_fields(answer: JsonObject) -> None:
    kept, note = bounded({"many": ["y" * 3000] * 200, **answer})

    assert kept.keys() == {"many", *answer}
    assert len(in_json(kept)) <= MAX_CHARACTERS
    assert note
