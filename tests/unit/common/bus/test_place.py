"""Whether the stream is the one that was folded before."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from lodestone.bus.place import Place, Seen, StreamIsOlder, check_length, is_new

STORED = datetime(2026, 1, 1, tzinfo=UTC)
PLACE = Place(107, Seen(105, STORED))


@pytest.mark.parametrize("last_sequence", [107, 108, 10**15])
def test_stream_that_goes_up_to_the_cursor_or_on_may_be_the_one(last_sequence: int) -> None:
    check_length(PLACE, last_sequence)


@pytest.mark.parametrize("last_sequence", [0, 1, 106])
def test_stream_that_ends_before_the_cursor_is_older(last_sequence: int) -> None:
    with pytest.raises(StreamIsOlder):
        check_length(PLACE, last_sequence)


def test_stream_with_another_message_in_a_folded_place_is_older_however_long_it_is() -> None:
    with pytest.raises(StreamIsOlder):
        is_new(PLACE, Seen(105, STORED + timedelta(microseconds=1)))


def test_message_by_which_the_stream_is_known_is_folded_already() -> None:
    assert not is_new(PLACE, Seen(105, STORED))


def test_messages_after_the_cursor_are_new_and_those_up_to_it_are_not() -> None:
    later = STORED + timedelta(seconds=1)

    assert [is_new(PLACE, Seen(n, later)) for n in (106, 107, 108)] == [False, False, True]


def test_purged_message_proves_nothing() -> None:
    assert is_new(PLACE, Seen(200, STORED + timedelta(days=1)))


@pytest.mark.parametrize(
    ("place", "begins_at"),
    [
        (Place(0), 1),
        (Place(107), 108),
        (PLACE, 105),
        (Place(105, Seen(105, STORED)), 105),
        (replace(PLACE, is_known=True), 108),
    ],
)
def test_reading_begins_at_the_message_by_which_the_stream_is_known(place: Place, begins_at: int) -> None:
    assert place.begins_at == begins_at
