"""Pages of a list: a cursor names the last row of a page, and nothing else is one."""

import base64
import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lodestone.errors import InvalidRequest
from lodestone_gateway.paging import cursor_after, page_of, place_of

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
ID = "0199aa00-0000-7000-8000-000000000001"


@dataclass(frozen=True)
class Row:
    """A row of a list."""

    id: UUID
    created_at: datetime


def rows(count: int) -> list[Row]:
    return [Row(UUID(int=number), NOON - timedelta(seconds=number)) for number in range(count)]


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("found", "limit", "shown", "goes_on"),
    [(0, 3, 0, False), (2, 3, 2, False), (3, 3, 3, False), (4, 3, 3, True), (2, 1, 1, True)],
)
def test_a_page_goes_on_when_there_is_a_row_too_many(
    found: int, limit: int, shown: int, goes_on: bool
) -> None:
    page = page_of(rows(found), limit)

    assert page.rows == rows(shown)
    assert page.next_cursor == (cursor_after(rows(shown)[-1]) if goes_on else None)


@settings(max_examples=50)
@given(st.uuids(), st.datetimes(timezones=st.timezones()))
def test_a_cursor_leads_to_the_place_of_its_row(id: UUID, time: datetime) -> None:
    try:
        in_utc = time.astimezone(UTC)
    except OverflowError:
        return  # no row is as old or as young
    assert place_of(cursor_after(Row(id, time))) == (in_utc, id)


def test_two_rows_of_the_same_microsecond_have_cursors_of_their_own() -> None:
    time = NOON + timedelta(microseconds=1)
    first, second = Row(UUID(int=1), time), Row(UUID(int=2), time)

    assert place_of(cursor_after(first)) == (time, UUID(int=1))
    assert place_of(cursor_after(second)) == (time, UUID(int=2))


def test_the_place_is_in_utc_wherever_the_row_comes_from() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))

    place = place_of(cursor_after(Row(UUID(ID), there)))

    assert place is not None
    assert place[0].isoformat() == "2026-05-04T12:00:00+00:00"


@pytest.mark.parametrize("nothing", [None, ""])
def test_without_a_cursor_a_list_begins_at_its_start(nothing: str | None) -> None:
    assert place_of(nothing) is None


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "not base64!",
        "ключ",
        "\ud800",
        encoded("/"),
        encoded(f"2026-05-04T12:00:00/{ID}"),
        encoded(f"yesterday/{ID}"),
        encoded(f"2026-05-04T12:00:00+00:00/{ID.replace('-', '')}"),
        encoded("2026-05-04T12:00:00+00:00/1"),
        encoded(f"0001-01-01T00:00:00+23:59/{ID}"),
        encoded(f"2026-05-04T12:00:00+00:00/{ID}/more"),
        base64.urlsafe_b64encode(b"\xff\xfe/" + ID.encode()).decode(),
    ],
)
def test_anything_else_is_refused_in_words(cursor: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        place_of(cursor)

    assert refused.value.members["errors"] == [
        {"field": "cursor", "message": "Must be the nextCursor of an earlier page."}
    ]


@given(st.text())
def test_no_text_makes_it_fail_otherwise(cursor: str) -> None:
    with contextlib.suppress(InvalidRequest):
        place_of(cursor)
