"""Ids and times in the form that events and rows carry."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lodestone.clock import cut, format_time, now, parse_time
from lodestone.ids import new_id, parse_id

zones = st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours)))
times = st.datetimes(datetime(1970, 1, 2), datetime(9999, 12, 30), timezones=zones)


def test_ids_are_of_version_seven() -> None:
    assert new_id().version == 7


def test_ids_never_repeat_and_sort_by_the_time_they_were_made() -> None:
    ids = [new_id() for _ in range(2000)]

    assert len(set(ids)) == len(ids)
    assert ids == sorted(ids)
    assert [str(id) for id in ids] == sorted(str(id) for id in ids)


def test_an_id_holds_the_moment_it_was_made() -> None:
    before = now()
    made = datetime.fromtimestamp((new_id().int >> 80) / 1000, UTC)

    assert before <= made <= now()


@given(st.uuids())
def test_every_id_is_read_back_in_either_case(id: UUID) -> None:
    assert parse_id(str(id)) == id
    assert parse_id(str(id).upper()) == id


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "0199aa00000070008000000000000001",
        "{0199aa00-0000-7000-8000-000000000001}",
        "urn:uuid:0199aa00-0000-7000-8000-000000000001",
        "0199aa00-0000-7000-8000-000000000001\n",
        " 0199aa00-0000-7000-8000-000000000001",
        "0199aa00-0000-7000-8000-00000000000g",
        "0199aa000-000-7000-8000-000000000001",
        "٠199aa00-0000-7000-8000-000000000001",
    ],
)
def test_another_spelling_of_an_id_is_none(text: str) -> None:
    assert parse_id(text) is None


@given(st.text(max_size=40))
def test_whatever_the_text_reading_an_id_raises_nothing(text: str) -> None:
    assert parse_id(text) is None or len(text) == 36


def test_now_is_utc_in_whole_milliseconds() -> None:
    assert now().utcoffset() == timedelta(0)
    assert now().microsecond % 1000 == 0


@given(times)
def test_a_time_is_written_as_utc_with_milliseconds_and_z(time: datetime) -> None:
    text = format_time(time)

    assert len(text) == len("2026-11-24T10:00:00.000Z")
    assert text.endswith("Z")


@given(times)
def test_a_cut_time_survives_the_way_there_and_back(time: datetime) -> None:
    assert parse_time(format_time(time)) == cut(time)
    assert timedelta(0) <= time - cut(time) < timedelta(milliseconds=1)


@given(times, times)
def test_times_compare_as_text(first: datetime, second: datetime) -> None:
    assert (format_time(first) < format_time(second)) == (cut(first) < cut(second))


def test_a_time_with_another_offset_is_the_same_moment() -> None:
    assert parse_time("2026-11-24T12:00:00.000+02:00") == parse_time("2026-11-24T10:00:00.000Z")


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01T00:00:00Z", "2026-11-24T10:00:00.000"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_time(text)
