"""Errors in words: what is wrong with which field, in the shape that the caller reads."""

from typing import Any

import pytest
from lodestone_gateway.problems import _ADVICE, PROBLEM_TYPE, _field_error, _reads_plain_json, advice
from starlette.requests import Request

BODY = {"input": {"tools": ["pen", 5], "kind": "posts"}, "jobType": "posts"}


def request(accept: str | None, mode: str | None = None) -> Request:
    given = {"accept": accept, "sec-fetch-mode": mode}
    headers = [(name.encode(), value.encode()) for name, value in given.items() if value is not None]
    return Request({"type": "http", "method": "GET", "headers": headers})


@pytest.mark.parametrize(
    ("accept", "mode", "is_plain"),
    [
        (None, None, False),
        ("*/*", None, False),
        ("*/*", "navigate", False),
        ("*/*", "cors", True),
        (None, "same-origin", True),
        ("application/json", "cors", False),
        (f"application/json, {PROBLEM_TYPE}", "cors", False),
        (f"application/json, {PROBLEM_TYPE};q=0", "cors", True),
        (f"application/json, {PROBLEM_TYPE}; q=0.0", None, True),
        (f"application/json, {PROBLEM_TYPE};q=0.1", None, False),
        (f"application/json, {PROBLEM_TYPE.upper()};Q=0", None, True),
        (f"application/json, {PROBLEM_TYPE}; charset=utf-8; q=0", None, True),
        (f"{PROBLEM_TYPE};q=x", "cors", False),
        (f"{PROBLEM_TYPE};q=.", "cors", False),
        ("", "cors", False),
        (";;,,;q=", "cors", False),
    ],
)
def test_plain_json_is_for_pages_and_for_those_who_refuse_problems(
    accept: str | None, mode: str | None, is_plain: bool
) -> None:
    assert _reads_plain_json(request(accept, mode)) is is_plain


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ({"type": "missing", "msg": "Field required"}, "This field is required."),
        ({"type": "string_too_long", "ctx": {"max_length": 9}}, "Must be at most 9 characters long."),
        ({"type": "too_short", "ctx": {"min_length": 2}}, "Must have at least 2 entries."),
        ({"type": "enum", "ctx": {"expected": "'a', 'b' or 'c'"}}, "Must be one of: a, b, c."),
        ({"type": "literal_error", "ctx": {"expected": "'a'"}}, "Must be one of: a."),
        (
            {"type": "value_error", "msg": "Value error", "ctx": {"error": ValueError("must be short")}},
            "Must be short.",
        ),
        (
            {"type": "value_error", "msg": "Value error", "ctx": {"error": ValueError("ends with a dot.")}},
            "Ends with a dot.",
        ),
        ({"type": "something_new", "msg": "Input is odd"}, "Input is odd."),
        (
            {"type": "string_too_long", "msg": "of our own", "ctx": {"error": "too long for us"}},
            "Too long for us.",
        ),
    ],
)
def test_an_error_is_a_sentence(error: dict[str, Any], said: str) -> None:
    assert advice(error) == said


def test_every_sentence_has_its_numbers() -> None:
    numbers = dict.fromkeys(("max_length", "min_length", "ge", "le"), 7)

    for kind in _ADVICE:
        said = advice({"type": kind, "ctx": {**numbers, "expected": "'a'"}})
        assert "{" not in said
        assert said.endswith(".")


@pytest.mark.parametrize(
    ("kind", "location", "field"),
    [
        ("missing", ("body", "input", "title"), "input.title"),
        ("string_type", ("body", "input", "tools", 1), "input.tools.1"),
        ("string_type", ("body", "posts", "input", "tools", 1), "input.tools.1"),
        ("missing", ("body", "posts", "input", "PostsInput", "title"), "input.title"),
        ("missing", ("body", "input", "tools", 7), "input.tools"),
        ("int_parsing", ("query", "limit"), "limit"),
        ("missing", ("header", "if-match"), "if-match"),
    ],
)
def test_a_field_is_named_as_the_caller_wrote_it(kind: str, location: tuple[Any, ...], field: str) -> None:
    assert _field_error({"type": kind, "loc": location, "msg": "odd"}, BODY)["field"] == field


@pytest.mark.parametrize(
    ("error", "field", "said"),
    [
        ({"type": "union_tag_invalid", "loc": ("body",)}, "jobType", "Must be one of: ideation, "),
        (
            {"type": "json_invalid", "loc": ("body", 3), "ctx": {"error": "Expecting value"}},
            "body",
            "Must be JSON: Expecting value at character 3.",
        ),
        ({"type": "missing", "loc": ("body",)}, "body", "Must be a JSON object, sent with"),
    ],
)
def test_a_body_that_is_none_of_ours_is_named_as_a_whole(
    error: dict[str, Any], field: str, said: str
) -> None:
    found = _field_error(error, None)

    assert found["field"] == field
    assert found["message"].startswith(said)
