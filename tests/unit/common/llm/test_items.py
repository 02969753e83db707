"""Items from a stream: complete and exact, however it is cut into pieces."""

import json
import time
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lodestone.llm.items import ItemScanner

STORABLE_TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00") | st.sampled_from('"\\{}[],:`'),
    max_size=12,
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | STORABLE_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(STORABLE_TEXT, inner, max_size=3),
    max_leaves=8,
)
ITEMS = st.lists(st.dictionaries(STORABLE_TEXT, VALUES, max_size=4), max_size=4)


def feed(scanner: ItemScanner, text: str, borders: list[int]) -> list[dict[str, Any]]:
    cuts = [0, *sorted({min(border, len(text)) for border in borders}), len(text)]
    return [item for start, end in pairwise(cuts) for item in scanner.feed(text[start:end])]


@given(items=ITEMS, borders=st.lists(st.integers(0, 400), max_size=30), indent=st.sampled_from([None, 2]))
def test_any_cutting_of_a_reply_gives_exactly_its_items(
    items: list[dict[str, Any]], borders: list[int], indent: int | None
) -> None:
    text = json.dumps({"before": [{"a": 1}], "concepts": items, "after": [{"b": 2}]}, indent=indent)

    assert feed(ItemScanner("concepts"), text, borders) == items


@given(items=ITEMS, borders=st.lists(st.integers(0, 400), max_size=10))
def test_fences_and_prose_around_a_reply_do_not_matter(
    items: list[dict[str, Any]], borders: list[int]
) -> None:
    text = (
        f'Here\'s what "you" asked for:\n```json\n{json.dumps({"concepts": items})}\n```\nShall I go on {{?'
    )

    assert feed(ItemScanner("concepts"), text, borders) == items


@given(items=ITEMS)
def test_one_character_at_a_time_gives_the_items(items: list[dict[str, Any]]) -> None:
    text = json.dumps({"concepts": items}, ensure_ascii=False)

    assert feed(ItemScanner("concepts"), text, list(range(len(text)))) == items


def test_a_bare_list_gives_its_items() -> None:
    assert ItemScanner("concepts").feed('```json\n[{"a": 1}, {"b": [{}]}]\n```') == [{"a": 1}, {"b": [{}]}]


def test_an_item_comes_with_its_closing_brace_and_not_before() -> None:
    scanner = ItemScanner("concepts")

    assert scanner.feed('{"concepts": [{"score": 12') == []
    assert scanner.feed("34") == []
    assert scanner.feed("}") == [{"score": 1234}]


def test_trailing_commas_in_an_item_are_forgiven() -> None:
    assert ItemScanner("concepts").feed('{"concepts": [{"a": ["x, ]",],}, ]}') == [{"a": ["x, ]"]}]


def test_an_unreadable_item_does_not_hide_the_next_one() -> None:
    assert ItemScanner("concepts").feed('{"concepts": [{"a": nonsense}, {"b": 2}]}') == [{"b": 2}]


def test_the_name_of_the_list_inside_a_text_is_no_list() -> None:
    reply = json.dumps(
        {"note": '"concepts": [{"a": 1}]', "inner": {"concepts": [{"x": 1}]}, "concepts": [{}]}
    )

    assert ItemScanner("concepts").feed(reply) == [{}]


@pytest.mark.parametrize(
    "text", ['{"concepts": [{"a": 1', '{"other": [{"a": 1}]}', "no", '{"concepts": "x"}']
)
def test_a_reply_without_whole_items_gives_none(text: str) -> None:
    assert ItemScanner("concepts").feed(text) == []


def test_a_list_deeper_under_the_name_is_not_the_list() -> None:
    assert ItemScanner("concepts").feed('{"concepts": {"x": [{"a": 1}]}}') == []


def test_a_lone_quotation_mark_in_the_prose_before_does_not_matter() -> None:
    assert ItemScanner("concepts").feed('For a 5" pipe: {"concepts": [{"a": 1}]}') == [{"a": 1}]


def test_twice_the_text_takes_about_twice_the_time() -> None:
    def seconds(length: int) -> float:
        text = json.dumps({"concepts": [{"text": "abc \\ " * length}]})
        started = time.process_time()
        feed(ItemScanner("concepts"), text, list(range(0, len(text), 5)))
        return time.process_time() - started

    seconds(2_000)
    short, long = min(seconds(5_000) for _ in range(3)), min(seconds(40_000) for _ in range(3))

    assert long < short * 8 * 3, "eight times the text must not take 64 times as long"
