"""JSON in the way models write it can be read, and the result can be stored."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lodestone.llm.loose_json import parse

JSON_OBJECTS = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=5),
    st.none() | st.booleans() | st.integers() | st.lists(st.sampled_from(["a,]", "{", '"', "\\", "```"])),
    max_size=4,
)


@given(value=JSON_OBJECTS)
def test_strict_json_comes_out_as_it_is(value: dict[str, Any]) -> None:
    assert parse(json.dumps(value)) == value


@given(value=JSON_OBJECTS)
def test_fenced_json_comes_out_as_it_is(value: dict[str, Any]) -> None:
    assert parse(f"Of course!\n```json\n{json.dumps(value, indent=2)}\n```\nAnything else?") == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1, 2,], }', {"a": [1, 2]}),
        ('{"a": "x,]", "b": "y,}",}', {"a": "x,]", "b": "y,}"}),
        ('[{"a": 1},]', [{"a": 1}]),
        ('The list [see below] is: {"a": 1}', {"a": 1}),
        ('{"a": "two\nlines"}', {"a": "two\nlines"}),
    ],
)
def test_the_usual_slips_are_forgiven(text: str, value: Any) -> None:
    assert parse(text) == value


def test_what_cannot_be_stored_is_taken_out() -> None:
    assert parse('{"a\\u0000": "x\\u0000y\\ud83dz", "b": ["\\ud83d\\ude00"]}') == {
        "a": "xyz",
        "b": ["\U0001f600"],
    }


@pytest.mark.parametrize("text", ["", "I cannot do that.", '{"a": ', "{'a': 1}", '{"a": NaN}', "[" * 5_000])
def test_what_holds_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no JSON"):
        parse(text)
