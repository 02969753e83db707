"""Where the relay begins to read, and which rows it leaves alone."""

from collections.abc import Sequence

from lodestone_gateway.outbox.place import LATE_SECONDS, LOOK_SECONDS, SWEEP_SECONDS, Lane, Place, Turn

ROOMS = {"polish": 3}
LANE, BULK, OTHER = Lane("polish", False), Lane("polish", True), Lane("posts", False)


def rows(*turns: int, lane: Lane = LANE) -> list[Turn]:
    return [Turn(f"{lane} {turn}", lane, turn) for turn in turns]


def round_of(place: Place, time: float, taken: Sequence[Turn], read: Sequence[Turn] = ()) -> None:
    """A round that takes these, of what it reads."""
    look = place.look(ROOMS, time)
    place.note(look, {row.lane for row in [*taken, *read]}, taken, time)


def place_after(*rounds: tuple[float, Sequence[Turn]]) -> Place:
    place = Place()
    for time, taken in rounds:
        round_of(place, time, taken)
    return place


def test_it_begins_at_the_start() -> None:
    look = Place().look(ROOMS, 100.0)

    assert (look.rooms, look.since, look.left_alone, look.is_everything) == (ROOMS, {}, frozenset(), True)


def test_jobs_that_are_committed_late_are_still_found() -> None:
    place = place_after((100.0, rows(7)), (101.0, rows(8)))

    assert place.look(ROOMS, 101.0 + LATE_SECONDS - 1.1).since.get(LANE, 0) == 0


def test_it_begins_where_it_was_some_seconds_ago() -> None:
    bulk = rows(4, lane=BULK)
    place = place_after((100.0, [*rows(7), *bulk]), (101.0, rows(9)), (100.5 + LATE_SECONDS, rows(12)))

    assert place.look(ROOMS, 100.5 + LATE_SECONDS).since == {LANE: 7, BULK: 4}


def test_it_goes_on_at_the_last_row_that_it_took_if_that_is_earlier() -> None:
    place = place_after((100.0, rows(7)), (100.5 + LATE_SECONDS, rows(2, 3, 5)))

    assert place.look(ROOMS, 100.5 + LATE_SECONDS).since == {LANE: 5}


def test_a_lane_of_which_it_could_take_nothing_is_read_again_from_the_same_turn() -> None:
    place = place_after((100.0, [*rows(7), *rows(2, lane=BULK)]))
    round_of(place, 101.0 + LATE_SECONDS, rows(9), read=rows(1, lane=BULK))

    assert place.look(ROOMS, 101.0 + LATE_SECONDS).since == {LANE: 7, BULK: 0}


def test_a_lane_without_room_stays_where_it_is() -> None:
    place = place_after((100.0, rows(7)))
    look = place.look({"polish": 0}, 101.0 + LATE_SECONDS)
    place.note(look, [], [], 101.0 + LATE_SECONDS)

    assert place.look(ROOMS, 101.0 + LATE_SECONDS).since[LANE] == 0


def test_lanes_are_apart() -> None:
    place = Place()
    for time in (100.0, 100.5 + LATE_SECONDS):
        look = place.look({"posts": 1, "polish": 1}, time)
        taken = [*rows(7), *rows(70, lane=OTHER)]
        place.note(look, [LANE, OTHER], taken, time)

    assert place.look(ROOMS, 100.5 + LATE_SECONDS).since == {LANE: 7, OTHER: 70}


def test_now_and_then_it_looks_at_everything() -> None:
    place = place_after((100.0, rows(7)), (101.0 + LATE_SECONDS, rows(8)))

    assert place.look(ROOMS, 99.9 + LOOK_SECONDS).since == {LANE: 7}
    look = place.look(ROOMS, 100.0 + LOOK_SECONDS)
    assert (look.since, look.is_everything) == ({}, True)


def test_what_could_not_be_done_is_left_alone_until_the_next_sweep() -> None:
    place = place_after((100.0, rows(7)), (101.0 + LATE_SECONDS, rows(8)))
    time = 101.1 + LATE_SECONDS
    place.leave_alone(rows(5, 6))

    assert place.look(ROOMS, time).left_alone == {f"{LANE} 5", f"{LANE} 6"}
    swept = place.look(ROOMS, time + SWEEP_SECONDS)
    assert (swept.since, swept.left_alone) == ({LANE: 5}, frozenset())


def test_what_is_left_alone_in_a_lane_that_begins_is_read_with_all_before_it() -> None:
    place = place_after((100.0, []))
    place.leave_alone(rows(5))

    assert place.look(ROOMS, 100.1 + SWEEP_SECONDS).since == {LANE: 0}


def test_after_a_sweep_it_goes_on_where_it_was() -> None:
    place = place_after((100.0, rows(7)), (101.0 + LATE_SECONDS, rows(8)))
    time = 101.1 + LATE_SECONDS + SWEEP_SECONDS
    place.leave_alone(rows(5))
    round_of(place, time, rows(5, 9))

    assert place.look(ROOMS, time).since == {LANE: 7}


def test_the_pace_of_a_lane_is_that_of_the_last_seconds() -> None:
    place = place_after((100.0, rows(7)), (100.0 + LATE_SECONDS, rows(20)), (102.0 + LATE_SECONDS, rows(40)))

    assert place.pace(LANE, 104.0 + LATE_SECONDS) == (40, (40 - 7) / (LATE_SECONDS + 4))
    assert place.pace(OTHER, 104.0 + LATE_SECONDS) == (0, 0.0)


def test_a_job_that_comes_late_does_not_set_its_lane_back() -> None:
    place = place_after((100.0, rows(20)), (101.0, rows(3)))

    assert place.pace(LANE, 101.0) == (20, 0.0)


def test_a_lane_that_has_just_begun_has_no_pace_yet() -> None:
    assert place_after((100.0, rows(7))).pace(LANE, 101.0) == (7, 0.0)
