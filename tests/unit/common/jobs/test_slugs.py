"""Ids of sections that are usable in a URL."""

import re

from hypothesis import given
from hypothesis import strategies as st
from lodestone.jobs.slugs import slug_of, unique_slugs


def test_a_slug_has_small_letters_digits_and_dashes() -> None:
    assert slug_of("The First Call: price the delay (25 min)") == "the-first-call-price-the-delay-25-min"
    assert slug_of("Über die Größe") == "uber-die-groe"
    assert slug_of("第一步") == ""


def test_names_that_are_alike_get_numbers() -> None:
    assert unique_slugs(["The calls", "The calls", "the-calls 2", "第一步"]) == [
        "the-calls",
        "the-calls-2",
        "the-calls-2-2",
        "section-4",
    ]


@given(
    st.lists(
        st.sampled_from(["a", "A", "a-2", "a 2", "", "ü", "section 1", "x" * 200]) | st.text(), max_size=20
    )
)
def test_slugs_are_always_different_and_well_formed(names: list[str]) -> None:
    slugs = unique_slugs(names)

    assert len(set(slugs)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) and len(slug) <= 100 for slug in slugs)
