"""Whether what is to be changed is what the caller read."""

from typing import Any

import pytest
from lodestone.errors import Conflict
from lodestone_gateway.entity_tags import CHANGED, check_known, content_tag, known_tags

TAG = '"7"'


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        (None, []),
        ("", []),
        ('"7"', ['"7"']),
        ('W/"7"', ['"7"']),
        ('"6", W/"7" ,"8"', ['"6"', '"7"', '"8"']),
        ("*", ["*"]),
        ("7", ["7"]),
    ],
)
def test_a_header_names_tags_weak_ones_too(header: str | None, tags: list[str]) -> None:
    assert known_tags(header) == tags


@pytest.mark.parametrize(
    ("known", "present"),
    [([], TAG), ([], None), ([TAG], TAG), (['"6"', TAG], TAG), (["*"], TAG), (['"6"', "*"], TAG)],
)
def test_a_change_of_what_is_known_goes_through(known: list[str], present: str | None) -> None:
    check_known(known, present)


@pytest.mark.parametrize(
    ("known", "present"), [(['"6"'], TAG), (["7"], TAG), ([""], TAG), ([TAG], None), (["*"], None)]
)
def test_a_change_of_something_else_is_a_conflict_that_says_what_there_is(
    known: list[str], present: str | None
) -> None:
    with pytest.raises(Conflict, match=CHANGED) as conflict:
        check_known(known, present, version=7)

    assert conflict.value.members == {"version": 7}


@pytest.mark.parametrize(
    ("contents", "same"),
    [
        (({"a": 1, "b": [2]}, None), ({"b": [2], "a": 1}, None)),
        (("Größe",), ("Größe",)),
        (({"a": {"c": 1, "b": 2}},), ({"a": {"b": 2, "c": 1}},)),
    ],
)
def test_the_same_contents_have_the_same_tag(contents: tuple[Any, ...], same: tuple[Any, ...]) -> None:
    assert content_tag(*contents) == content_tag(*same)


@pytest.mark.parametrize(
    ("contents", "other"),
    [
        (({},), (None,)),
        (([1, 2],), ([2, 1],)),
        (("a", "b"), ("ab",)),
        (("a", None), (None, "a")),
        ((1,), ("1",)),
        (("é",), ("e\u0301",)),
    ],
)
def test_other_contents_have_another_tag(contents: tuple[Any, ...], other: tuple[Any, ...]) -> None:
    assert content_tag(*contents) != content_tag(*other)


def test_a_tag_is_one_that_a_header_can_carry() -> None:
    tag = content_tag({"text": 'Größe, "quoted" 🚀'})

    assert tag.isascii()
    assert known_tags(tag) == [tag]
