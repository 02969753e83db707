"""Who has how much in flight, and who is asked about it."""

from collections.abc import Iterable
from uuid import UUID

import pytest
from lodestone.ids import new_id
from lodestone_gateway.outbox.in_flight import (
    ASK_SECONDS,
    REMEMBERED,
    ROUND_SECONDS,
    UNBOUNDED,
    Budget,
    Capped,
    InFlight,
    bound_of,
)
from lodestone_gateway.outbox.place import Lane, Look, Turn

NOON = 1000.0
SERVICES = {"ideation": "ideation", "posts": "content", "emails": "content"}
ONE, TWO = new_id(), new_id()
BOUND = 4


def in_flight(jobs: int = 0, *, bound: int = BOUND) -> InFlight:
    """A user's jobs where a user may have so many in the service of two job types."""
    made = InFlight(SERVICES)
    made.bind({"content": bound})
    add(made, jobs)
    return made


def add(told: InFlight, count: int, job_type: str = "posts", user: UUID = ONE) -> list[UUID]:
    ids = [new_id() for _ in range(count)]
    for id in ids:
        told.add(job_type, id, user)
    return ids


def left(told: InFlight, user: UUID = ONE, job_type: str = "posts") -> int:
    return told.left(told.holder(job_type, user))


def note(
    told: InFlight,
    found: Iterable[Turn] = (),
    refused: Iterable[tuple[str, UUID]] = (),
    *,
    takes: bool = True,
) -> None:
    """A round that had room for everything, and takes what it finds."""
    rows = list(found)
    taken = {row.event_id for row in rows if takes}
    told.note(Look({}, capped=told.capped(NOON)), rows, taken, [Capped(*each) for each in refused])


@pytest.mark.parametrize(
    ("slots", "bound"), [(1, UNBOUNDED), (3, UNBOUNDED), (4, 3), (5, 3), (8, 6), (32, 24), (33, 24)]
)
def test_a_quarter_of_the_slots_is_for_others(slots: int, bound: int) -> None:
    assert bound_of(slots) == bound


def test_job_types_of_a_service_count_together_and_users_do_not() -> None:
    told = in_flight(2)
    add(told, 1, "emails")

    assert [left(told), left(told, job_type="emails"), left(told, TWO)] == [1, 1, BOUND]


def test_without_a_worker_that_is_heard_there_is_no_bound() -> None:
    told = in_flight()
    add(told, 99, "ideation")

    assert left(told, job_type="ideation") > BOUND
    assert told.capped(NOON) == {}


def test_who_is_at_the_bound_is_read_apart_in_all_job_types_of_the_service() -> None:
    assert in_flight(BOUND - 1).capped(NOON) == {}
    assert in_flight(BOUND).capped(NOON) == {"posts": {ONE: 0}, "emails": {ONE: 0}}


def test_an_end_gives_a_place_back_once() -> None:
    told = in_flight(BOUND - 1)
    (job,) = add(told, 1)
    told.capped(NOON)
    for _ in range(2):
        told.end(job)

    assert told.capped(NOON) == {"posts": {ONE: 1}, "emails": {ONE: 1}}
    assert told.due_in({"posts": 1}, NOON) == 0
    assert told.due_in({"posts": 0, "emails": 0}, NOON) is None


def test_a_round_for_a_users_places_is_due_at_once_when_an_eighth_of_them_is_free() -> None:
    told = in_flight(bound=24)
    jobs = add(told, 24)
    told.capped(NOON)
    due = [told.due_in({"posts": 1}, NOON)]
    for job in jobs[:3]:
        told.end(job)
        due.append(told.due_in({"posts": 1}, NOON))

    assert due == [None, pytest.approx(ROUND_SECONDS), pytest.approx(ROUND_SECONDS), 0]


def test_a_round_for_one_place_is_due_soon_after_the_last_round() -> None:
    told = in_flight(bound=24)
    job, *_ = add(told, 24)
    told.capped(NOON)
    told.end(job)

    assert told.due_in({"posts": 1}, NOON + ROUND_SECONDS / 4) == pytest.approx(ROUND_SECONDS * 3 / 4)
    assert told.due_in({"posts": 1}, NOON + 2 * ROUND_SECONDS) == 0


def test_nobody_is_read_apart_of_whom_a_round_found_less_than_it_asked_for() -> None:
    told = in_flight(BOUND - 1)
    (job,) = add(told, 1)
    note(told)
    assert set(told.waiting) == {("posts", ONE), ("emails", ONE)}, "nothing was asked for"
    told.end(job)
    note(told, [Turn("row", Lane("posts", True), 7, ONE)])

    assert told.waiting == [("posts", ONE)]


def test_whose_row_was_left_for_want_of_room_is_still_read_apart() -> None:
    told = in_flight(BOUND - 1)
    (job,) = add(told, 1, "emails")
    told.capped(NOON)
    told.end(job)
    told.bind({"content": BOUND + 1})
    note(told, [Turn("row", Lane("posts", False), 7, ONE)], takes=False)

    assert told.waiting == [("posts", ONE)]


def test_who_is_refused_something_is_read_apart() -> None:
    told = in_flight()
    note(told, refused=[("emails", TWO)])

    assert told.capped(NOON) == {"emails": {TWO: BOUND}}


def test_a_round_spends_what_each_user_has_left() -> None:
    told = in_flight(BOUND - 1)
    budget = Budget(told)
    rows = [Turn(name, Lane(name, False), 1, user) for name in ("posts", "emails") for user in (ONE, TWO)]

    assert [budget.spend(row) for row in rows] == [True, True, False, True]
    assert list(budget.refused) == [("emails", ONE)]


def test_nobody_is_asked_about_while_none_is_near_the_bound() -> None:
    told = in_flight(BOUND - 2)

    assert (told.doubtful(NOON), told.is_near) == ([], False)


def test_jobs_of_who_comes_near_the_bound_are_asked_about_at_once_and_then_now_and_then() -> None:
    told = in_flight()
    add(told, 2, user=TWO)
    jobs = add(told, BOUND)

    assert told.is_near
    assert set(told.doubtful(NOON)) == set(jobs)
    assert told.doubtful(NOON + ASK_SECONDS / 2) == []
    assert set(told.doubtful(NOON + ASK_SECONDS)) == set(jobs)
    others = add(told, BOUND - 2, user=TWO)
    assert set(others) < set(told.doubtful(NOON + ASK_SECONDS))


def test_who_waits_is_asked_about_though_little_is_in_flight() -> None:
    told = in_flight(1)
    note(told, refused=[("emails", ONE)])

    assert len(told.doubtful(NOON)) == 1


def test_postgres_has_the_last_word() -> None:
    told = in_flight()
    jobs = add(told, BOUND)
    told.capped(NOON)
    told.correct(told.doubtful(NOON), set(jobs[:1]))

    assert left(told) == BOUND - 1
    assert told.due_in({"emails": 1}, NOON) == 0


def test_what_has_ended_unheard_is_not_remembered_for_ever() -> None:
    told = InFlight(SERVICES)
    for _ in range(3 * REMEMBERED):
        add(told, 1, user=new_id())
        if doubtful := told.doubtful(NOON):
            assert len(doubtful) == REMEMBERED + 1
            told.correct(doubtful, set())

    assert len(told.doubtful(NOON)) <= REMEMBERED


def test_more_is_remembered_while_more_lives() -> None:
    told = InFlight(SERVICES)
    for _ in range(REMEMBERED + 1):
        add(told, 1, user=new_id())
    doubtful = told.doubtful(NOON)
    told.correct(doubtful, set(doubtful))

    assert (len(doubtful), told.doubtful(NOON)) == (REMEMBERED + 1, [])


def test_another_bound_counts_at_once() -> None:
    told = in_flight(BOUND)
    told.bind({"content": 2 * BOUND})
    assert (left(told), told.is_near) == (BOUND, False)
    told.bind({"content": BOUND - 1})

    assert (left(told), told.is_near) == (0, True)


def test_a_job_type_of_another_release_has_no_bound() -> None:
    told = in_flight()
    add(told, 99, "of-a-later-release")

    assert left(told, job_type="of-a-later-release") > BOUND
