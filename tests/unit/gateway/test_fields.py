"""What bodies and forms may contain, and what they change."""

import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lodestone.errors import InvalidRequest
from lodestone.jobs.addresses import AddressOrEmpty
from lodestone.wire import JsonObject
from lodestone_gateway.fields import (
    MAX_DEPTH,
    MAX_TITLE,
    UNSTORABLE,
    KeptBody,
    Moment,
    Title,
    check_storable,
    given_columns,
)
from pydantic import TypeAdapter, ValidationError
from support.stored import form

ADDRESS: TypeAdapter[str] = TypeAdapter(AddressOrEmpty)
MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
TITLE: TypeAdapter[str] = TypeAdapter(Title)


class Note(KeptBody):
    """A body with something of each kind."""

    title: Title | None = None
    web_address: AddressOrEmpty | None = None
    due_at: Moment | None = None
    contents: JsonObject | None = None


def nested(levels: int) -> Any:
    value: Any = "deep"
    for level in range(levels):
        value = [value] if level % 2 else {"in": value}
    return value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://example.org",
        "http://127.0.0.1:8400/a?b=c#d",
        "https://bücher.example/größe",
        "HTTPS://EXAMPLE.ORG",
        " https://example.org ",
    ],
)
def test_a_web_address_is_taken_as_it_is(text: str) -> None:
    assert ADDRESS.validate_python(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "example.org",
        "//example.org",
        "https://",
        "https:///path",
        "ftp://example.org",
        "javascript:alert(1)",
        "javascript://example.org/%0aalert(1)",
        "mailto:a@example.org",
        "https://[::1",
        "https://exa mple.org",
        "https://example.org and more",
        "   ",
    ],
)
def test_what_is_no_web_address_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="must be a web address"):
        ADDRESS.validate_python(text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("2026-05-04T12:00:00Z", "2026-05-04T12:00:00+00:00"),
        ("2026-05-04T12:00:00.123999+05:30", "2026-05-04T06:30:00.123000+00:00"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59+00:00"),
    ],
)
def test_a_moment_is_kept_in_utc_to_the_millisecond(text: str, kept: str) -> None:
    moment = MOMENT.validate_python(text)

    assert moment.isoformat() == kept
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    "text", ["2026-05-04T12:00:00", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "tomorrow"]
)
def test_what_is_no_moment_of_ours_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        MOMENT.validate_python(text)


@pytest.mark.parametrize(
    ("text", "fits"), [("x", True), ("ß" * MAX_TITLE, True), ("ß" * (MAX_TITLE + 1), False), (" ", False)]
)
def test_a_title_has_an_end_and_a_beginning(text: str, fits: bool) -> None:
    if fits:
        assert TITLE.validate_python(text) == text
    else:
        with pytest.raises(ValidationError):
            TITLE.validate_python(text)


def test_a_form_gives_texts_without_space_around_them_and_lists_without_blanks() -> None:
    sent = form(name=["  Anna \n", "second"], tools=[" pen", "", "  ", "ink "], empty=[])

    assert sent.text("name") == "Anna"
    assert sent.text("empty") == sent.text("absent") == ""
    assert sent.entries("tools") == ["pen", "ink"]
    assert sent.entries("absent") == []
    assert form(name=["  Anna ", "b"], tools=[" pen"]).first_texts() == {"name": "  Anna ", "tools": " pen"}


@pytest.mark.parametrize(
    ("text", "length", "place"),
    [
        ("0", 1, 0),
        ("4", 5, 4),
        (" 4 ", 5, 4),
        ("5", 5, None),
        ("04", 12, 4),
        ("004", 12, None),
        ("0", 0, None),
        ("", 5, None),
        ("-1", 5, None),
        ("1.0", 5, None),
        ("²", 5, None),
        ("٣", 5, None),
        ("9" * 5000, 5, None),
    ],
)
def test_a_place_is_one_of_those_there_are(text: str, length: int, place: int | None) -> None:
    assert form(place=text).place("place", length) == place


@given(st.text(max_size=8), st.integers(0, 12))
def test_a_place_is_never_beyond_the_end(text: str, length: int) -> None:
    place = form(place=text).place("place", length)

    assert place is None or 0 <= place < length


def test_only_what_the_body_names_is_changed() -> None:
    assert given_columns(Note()) == {}
    assert given_columns(Note.model_validate({"title": "A", "unknown": 1})) == {"title": "A"}
    assert given_columns(Note.model_validate({"webAddress": None})) == {"web_address": None}


def test_times_stay_times_and_everything_else_has_its_wire_form() -> None:
    body = Note.model_validate({"dueAt": "2026-05-04T12:00:00Z", "contents": {"aB": [1, {"c": None}]}})

    assert given_columns(body) == {
        "due_at": datetime(2026, 5, 4, 12, tzinfo=UTC),
        "contents": {"aB": [1, {"c": None}]},
    }


@pytest.mark.parametrize("levels", [0, 1, MAX_DEPTH - 2])
def test_a_kept_body_may_be_deep(levels: int) -> None:
    assert Note.model_validate({"contents": {"a": nested(levels)}})


@pytest.mark.parametrize("levels", [MAX_DEPTH - 1, MAX_DEPTH, 5000])
def test_a_kept_body_that_is_too_deep_is_refused_by_field(levels: int) -> None:
    with pytest.raises(InvalidRequest) as refused:
        Note.model_validate({"title": "A", "contents": {"a": nested(levels)}})

    assert refused.value.members["errors"] == [
        {"field": "contents", "message": "Must not be nested deeper than 100 levels."}
    ]


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"a": "\x00"}, "in.a"),
        ({"a": ["fine", {"b": "x\x00y"}]}, "in.a.1.b"),
        ({"a": "\ud83d"}, "in.a"),
        ({"a\x00": 1}, "in"),
        ({"a": {"\udc00": {}}}, "in.a"),
        ({"a": math.nan}, "in.a"),
        ({"a": [0.5, -math.inf]}, "in.a.1"),
    ],
)
def test_what_postgres_cannot_store_is_named(value: Any, field: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        check_storable({"in": value}, "")

    assert refused.value.members["errors"] == [{"field": field, "message": UNSTORABLE}]


def test_everything_that_cannot_be_stored_is_named_at_once_below_its_prefix() -> None:
    with pytest.raises(InvalidRequest) as refused:
        check_storable({"a": "\x00", "b": ["fine", math.inf]}, "input.")

    assert [error["field"] for error in refused.value.members["errors"]] == ["input.a", "input.b.1"]


KEYS = st.text(st.characters(codec="ascii", min_codepoint=1), max_size=3)
SCALARS = st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text("aß🚀\x01\n")
STORABLE = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=6)


@settings(max_examples=40)
@given(st.dictionaries(KEYS, STORABLE, max_size=3))
def test_everything_else_may_be_kept(value: JsonObject) -> None:
    check_storable(value, "")
