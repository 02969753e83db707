"""Posted forms: their fields, and what is wrong, beside the field that it is about."""

from typing import Annotated, Any

import pytest
from lodestone.errors import InvalidRequest
from lodestone.wire import RequiredText, TextList, WireModel
from lodestone_gateway.web.forms import MAX_FIELDS, Invalid, kept_form, read_form, validate
from pydantic import Field
from starlette.requests import Request


class Call(WireModel):
    """A part with a part."""

    pain_points: TextList = []


class Asked(WireModel):
    """What a form is checked against."""

    title: RequiredText
    kind: Annotated[str, Field(max_length=3)] = ""
    call: Call = Call()


FIELDS = ("title", "kind", "call", "call.painPoints")
MISSING = {"title": "Give it a title."}


def posted(body: bytes) -> Request:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request({"type": "http", "method": "POST", "headers": []}, receive)


def errors(values: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(Invalid) as invalid:
        validate(Asked, values, FIELDS, MISSING)
    return invalid.value.errors


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"", {}),
        (b"a=1&b=&a=2", {"a": ["1", "2"], "b": [""]}),
        ("a=Größe+🚀".encode(), {"a": ["Größe 🚀"]}),
        (b"a=Gr%C3%B6%C3%9Fe%26%3D", {"a": ["Größe&="]}),
        (b"a=one%0D%0Atwo%0Athree", {"a": ["one\ntwo\nthree"]}),
        (b"a", {"a": [""]}),
    ],
)
async def test_a_form_is_read_with_blanks_and_in_order(body: bytes, fields: dict[str, list[str]]) -> None:
    assert (await read_form(posted(body))).fields == fields


@pytest.mark.parametrize("body", [b"\xff=1", b"a=%FF", b"&".join([b"a=1"] * (MAX_FIELDS + 1))])
async def test_what_is_no_form_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRequest, match="could not read this form"):
        await read_form(posted(body))


async def test_a_form_may_have_many_fields() -> None:
    form = await read_form(posted(b"&".join([b"a=1"] * MAX_FIELDS)))

    assert len(form.fields["a"]) == MAX_FIELDS


@pytest.mark.parametrize(
    ("part", "fields"),
    [
        (None, {}),
        ("text", {}),
        ([1], {}),
        ({"a": ["x", 1, None, "y"], "b": [], "c": {"d": 1}, "e": "alone"}, {"a": ["x", "y"], "e": ["alone"]}),
        ({"a": [1]}, {}),
    ],
)
def test_of_a_kept_form_only_texts_are_taken(part: Any, fields: dict[str, list[str]]) -> None:
    assert kept_form(part).fields == fields


def test_a_right_form_is_the_model() -> None:
    asked = validate(Asked, {"title": "T", "call": {"painPoints": ["a"]}}, FIELDS, MISSING)

    assert (asked.title, asked.call.pain_points) == ("T", ["a"])


@pytest.mark.parametrize("values", [{}, {"title": ""}, {"title": "  "}])
def test_a_blank_field_says_what_belongs_there(values: dict[str, Any]) -> None:
    assert errors(values) == MISSING


def test_another_error_is_said_in_words_and_the_first_of_a_field_counts() -> None:
    assert errors({"title": "T", "kind": "long"}) == {"kind": "Must be at most 3 characters long."}
    assert errors({"title": "T", "call": {"painPoints": ["a", 1, 2]}}) == {"call.painPoints": "Must be text."}


def test_an_error_belongs_to_the_longest_field_that_holds_it() -> None:
    assert list(errors({"title": "T", "call": {"painPoints": [None]}})) == ["call.painPoints"]
    assert list(errors({"title": "T", "call": 5})) == ["call"]
