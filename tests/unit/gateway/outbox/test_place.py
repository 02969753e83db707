"""Where the relay begins to read, and which rows it leaves alone."""

from collections.abc import Sequence

from lodestone_gateway.outbox.place import (
    LATE_SECONDS,
    LOOK_SECONDS,
    START,
    SWEEP_SECONDS,
    Place,
    Turn,
    Turns,
)

LIMIT = 3


def rows(*turns: int, is_bulk: bool = False) -> list[Turn]:
    return [Turn(f"{'bulk' if is_bulk else 'row'} {turn}", is_bulk, turn) for turn in turns]


def place_after(*rounds: tuple[float, Sequence[Turn]]) -> Place:
    """After these rounds, which did all that they read."""
    place = Place(LIMIT)
    for time, taken in rounds:
        place.look(time)
        place.note(taken, [], time)
    return place


def test_it_begins_at_the_start() -> None:
    look = Place(LIMIT).look(100.0)

    assert (look.limit, look.since, look.left_alone) == (LIMIT, START, frozenset())


def test_jobs_that_are_committed_late_are_still_found() -> None:
    place = place_after((100.0, rows(7)), (101.0, rows(8)))

    assert place.look(101.0 + LATE_SECONDS - 1.1).since == START


def test_it_begins_where_it_was_some_seconds_ago() -> None:
    bulk = rows(4, is_bulk=True)
    place = place_after((100.0, [*rows(7), *bulk]), (101.0, rows(9)), (100.5 + LATE_SECONDS, rows(12)))

    assert place.look(100.5 + LATE_SECONDS).since == Turns(interactive=8, bulk=5)


def test_a_full_round_may_have_left_rows_of_the_same_turns() -> None:
    place = place_after((100.0, rows(7)), (100.5 + LATE_SECONDS, rows(8, 8, 8)))

    assert place.look(100.5 + LATE_SECONDS).since == START


def test_now_and_then_it_looks_at_everything() -> None:
    place = place_after((100.0, rows(7)), (101.0 + LATE_SECONDS, rows(8)))

    assert place.look(99.9 + LOOK_SECONDS).since == Turns(8, 0)
    assert place.look(100.0 + LOOK_SECONDS).since == START


def test_what_could_not_be_done_is_left_alone_until_the_next_sweep() -> None:
    place = place_after((100.0, rows(7)), (101.0 + LATE_SECONDS, rows(8)))
    time = 101.1 + LATE_SECONDS
    place.note(rows(5, 6, 9), rows(5, 6), time)

    assert place.look(time).left_alone == {"row 5", "row 6"}
    swept = place.look(time + SWEEP_SECONDS)
    assert (swept.since, swept.left_alone) == (Turns(5, 0), frozenset())


def test_after_a_sweep_it_goes_on_where_it_was() -> None:
    place = place_after((100.0, rows(7)), (101.0 + LATE_SECONDS, rows(8)))
    time = 101.1 + LATE_SECONDS
    place.note(rows(5), rows(5), time)
    place.look(time + SWEEP_SECONDS)
    place.note(rows(5), [], time + SWEEP_SECONDS)

    assert place.look(time + SWEEP_SECONDS).since == Turns(8, 0)
