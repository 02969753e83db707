"""Which rows are taken: work is conserved, order is kept within a lane, and bulk never starves."""

from collections import Counter
from collections.abc import Iterator
from functools import partial

from hypothesis import given
from hypothesis import strategies as st
from lodestone_gateway.outbox.choosing import BULK_EVERY, choose
from lodestone_gateway.outbox.place import Lane, Turn

TYPES = ("ideation", "polish")
lanes = st.builds(Lane, st.sampled_from(TYPES), st.booleans())
rooms_of_types = st.fixed_dictionaries({name: st.integers(0, 12) for name in TYPES})
passed_of_types = st.dictionaries(st.sampled_from(TYPES), st.integers(0, BULK_EVERY - 1))


@st.composite
def waiting(draw: st.DrawFn) -> list[Turn]:
    """Rows as they are read: in the order of their turns."""
    found = draw(st.lists(st.tuples(lanes, st.integers(0, 9)), max_size=40))
    rows = [Turn(str(at), lane, turn) for at, (lane, turn) in enumerate(found)]
    return sorted(rows, key=lambda row: (row.lane.is_bulk, row.turn))


def of_type(rows: list[Turn], job_type: str) -> list[Turn]:
    return [row for row in rows if row.lane.job_type == job_type]


@given(waiting(), rooms_of_types, passed_of_types)
def test_no_place_stays_empty_while_somebody_waits(
    rows: list[Turn], rooms: dict[str, int], passed: dict[str, int]
) -> None:
    taken = choose(rows, rooms, passed).rows

    for job_type in TYPES:
        expected = min(rooms[job_type], len(of_type(rows, job_type)))
        assert len(of_type(taken, job_type)) == expected


@given(waiting(), rooms_of_types, passed_of_types)
def test_each_lane_gives_its_first_rows_in_their_order(
    rows: list[Turn], rooms: dict[str, int], passed: dict[str, int]
) -> None:
    taken = choose(rows, rooms, passed).rows

    for lane in {row.lane for row in rows}:
        its, all_of_it = ([row for row in some if row.lane == lane] for some in (taken, rows))
        assert its == all_of_it[: len(its)]


@given(st.lists(st.integers(1, 5), min_size=20, max_size=60))
def test_bulk_has_every_eighth_place_whatever_the_rounds(places: list[int]) -> None:
    rows = [
        Turn(f"{is_bulk} {at}", Lane("polish", is_bulk), at) for is_bulk in (False, True) for at in range(400)
    ]
    passed: dict[str, int] = {}
    order = list[bool]()
    for room in places:
        choice = choose(rows, {"polish": room}, passed)
        passed = dict(choice.passed)
        rows = [row for row in rows if row not in choice.rows]
        order += [row.lane.is_bulk for row in choice.rows]

    assert order == [(at + 1) % BULK_EVERY == 0 for at in range(len(order))]


def test_bulk_saves_up_no_places_while_none_waits() -> None:
    urgent = [Turn(str(at), Lane("polish", False), at) for at in range(20)]
    passed = choose(urgent, {"polish": 20}, {}).passed
    rows = [*urgent, Turn("bulk", Lane("polish", True), 0)]

    first = choose(rows, {"polish": BULK_EVERY}, passed).rows

    assert [row.event_id for row in first].index("bulk") == BULK_EVERY - 1


def test_job_types_are_taken_in_turn() -> None:
    rows = [Turn(f"{name} {at}", Lane(name, False), at) for name in TYPES for at in range(3)]

    taken = choose(rows, {"ideation": 3, "polish": 2}, {}).rows

    assert Counter(row.lane.job_type for row in taken[:4]) == {"ideation": 2, "polish": 2}


def test_a_job_type_of_another_release_has_room() -> None:
    rows = [Turn("one", Lane("of-a-later-release", False), 1)]

    assert choose(rows, {"polish": 0}, {}).rows == rows


@given(waiting(), rooms_of_types, st.integers(0, 4))
def test_a_row_whose_user_has_no_place_left_is_passed_over_and_costs_nobody_a_place(
    rows: list[Turn], rooms: dict[str, int], most: int
) -> None:
    """Every third row is of a user who may have so many."""
    spent = list[Turn]()

    def spend(row: Turn) -> bool:
        if int(row.event_id) % 3:
            return True
        if len(spent) == most:
            return False
        spent.append(row)
        return True

    taken = choose(rows, rooms, {}, spend).rows

    assert sum(int(row.event_id) % 3 == 0 for row in taken) == len(spent) <= most
    for job_type in TYPES:
        its, left = of_type(taken, job_type), [row for row in of_type(rows, job_type) if row not in taken]
        assert len(its) == rooms[job_type] or all(int(row.event_id) % 3 == 0 for row in left)
        assert not left or len(its) == rooms[job_type] or len(spent) == most


def test_the_job_type_that_was_served_longest_ago_comes_first() -> None:
    """Of a user who gets one place at a time."""
    rows = [Turn(f"{n} {name}", Lane(name, False), n) for n in range(4) for name in TYPES]
    passed, order = dict[str, int](), list[str]()
    for _ in range(4):
        left = iter([True])
        choice = choose(rows, dict.fromkeys(TYPES, 9), passed, partial(_next, left))
        passed = dict(choice.passed)
        order += [row.lane.job_type for row in choice.rows]

    assert order == [*TYPES, *TYPES]


def _next(left: Iterator[bool], _: Turn) -> bool:
    return next(left, False)
