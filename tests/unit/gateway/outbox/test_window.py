"""How much may be published: what is about to run, whatever is heard of it."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from lodestone.ids import new_id
from lodestone_gateway.outbox import window as tested
from lodestone_gateway.outbox.in_flight import bound_of
from lodestone_gateway.outbox.window import ABSENT_SECONDS, AHEAD_SECONDS, LEAST, Fleet, Request, Window

NOON = 1000.0
SERVICES = {"ideation": "ideation", "posts": "content", "emails": "content"}


def window(*, slots: int = 0, running: int = 0, service: str = "ideation") -> Window:
    """A window that has heard of one worker, unless it has no slots."""
    made = Window(SERVICES)
    if slots:
        made.hear_worker(service, "worker", slots, running, NOON)
    return made


def publish(told: Window, count: int, job_type: str = "ideation") -> list[UUID]:
    ids = [new_id() for _ in range(count)]
    told.publish(Request(job_type, id, new_id()) for id in ids)
    return ids


def test_without_workers_a_few_requests_are_published() -> None:
    told = window()

    assert told.rooms(NOON) == dict.fromkeys(SERVICES, LEAST)
    publish(told, LEAST)
    assert told.rooms(NOON)["ideation"] == 0


def test_free_slots_are_filled_at_once() -> None:
    assert window(slots=32).rooms(NOON)["ideation"] == LEAST + 32


def test_running_jobs_take_no_place_and_leave_none() -> None:
    assert window(slots=32, running=32).rooms(NOON)["ideation"] == LEAST


def test_a_start_makes_room_for_the_next() -> None:
    told = window()
    first, second, *_ = publish(told, LEAST)
    told.hear_start("ideation", first, NOON)
    assert told.rooms(NOON)["ideation"] == 0, "a round for each start would cost too much"
    told.hear_start("ideation", second, NOON)

    assert told.rooms(NOON)["ideation"] == 2


def test_started_jobs_fill_the_slots_before_the_worker_says_so() -> None:
    told = window(slots=8)
    for id in publish(told, 8):
        told.hear_start("ideation", id, NOON)

    assert told.rooms(NOON)["ideation"] == LEAST


def test_quick_jobs_are_published_a_quarter_of_a_second_ahead() -> None:
    told = window(slots=10, running=10)
    for _ in range(400):
        told.hear_start("ideation", new_id(), NOON)
    told.hear_worker("ideation", "worker", 10, 10, NOON + 1)

    assert told.rooms(NOON + 1)["ideation"] == LEAST + 400 * AHEAD_SECONDS


def test_long_jobs_that_start_together_are_not_taken_for_quick_ones() -> None:
    told = window(slots=400)
    for _ in range(400):
        told.hear_start("ideation", new_id(), NOON)
    told.hear_worker("ideation", "worker", 400, 400, NOON + 1)

    assert told.rooms(NOON + 1)["ideation"] == LEAST


def test_jobs_that_were_quick_a_while_ago_are_not_published_ahead_any_more() -> None:
    told = window(slots=10, running=10)
    for _ in range(400):
        told.hear_start("ideation", new_id(), NOON)
    for seconds in (1, 2, 3):
        told.hear_worker("ideation", "worker", 10, 10, NOON + seconds)

    assert told.rooms(NOON + 3)["ideation"] == LEAST


def test_starts_count_once_whoever_of_the_workers_made_them() -> None:
    told = window()
    for worker in ("one", "other"):
        told.hear_worker("ideation", worker, 8, 0, NOON)
    for id in publish(told, 8):
        told.hear_start("ideation", id, NOON)

    assert told.rooms(NOON)["ideation"] == LEAST + 8


def test_workers_that_are_gone_are_forgotten() -> None:
    fleet = Fleet()
    for number in range(100):
        fleet.hear(f"worker {number}", 8, 0, NOON + number * ABSENT_SECONDS)

    assert len(fleet._workers) == 1


def test_a_silent_worker_counts_no_more() -> None:
    told = window(slots=32)

    assert told.rooms(NOON + ABSENT_SECONDS)["ideation"] == LEAST


def test_types_of_one_service_share_its_slots() -> None:
    told = window(slots=10, service="content")
    publish(told, LEAST + 10, "posts")

    assert told.rooms(NOON) == {"ideation": LEAST, "posts": 0, "emails": LEAST}


def test_what_is_not_published_after_all_takes_no_place() -> None:
    told, requests = window(slots=8), [Request("ideation", new_id(), new_id()) for _ in range(LEAST)]
    told.publish(requests)
    told.take_back(requests)

    assert told.rooms(NOON)["ideation"] == LEAST + 8
    assert told.in_flight.left(told.in_flight.holder("ideation", requests[0].user_id)) > LEAST


def test_a_user_may_have_three_quarters_of_the_slots_of_the_workers_that_are_heard() -> None:
    told = window(slots=8)
    told.hear_worker("ideation", "another", 4, 0, NOON)
    told.hear_worker("content", "worker", 3, 0, NOON)

    assert told.bounds(NOON) == {"ideation": 9, "content": bound_of(3)}
    assert told.bounds(NOON + ABSENT_SECONDS) == {}


def test_before_a_worker_is_heard_there_are_as_many_slots_as_jobs_run() -> None:
    told, user = window(), new_id()
    told.presume([Request("ideation", new_id(), user) for _ in range(6)], NOON)
    assert told.bounds(NOON) == {"ideation": bound_of(6)}
    assert told.rooms(NOON)["ideation"] == LEAST
    told.in_flight.bind(told.bounds(NOON))
    assert told.in_flight.left(told.in_flight.holder("ideation", user)) == 0

    told.hear_worker("ideation", "worker", 8, 6, NOON + 1)
    assert told.bounds(NOON + 1) == {"ideation": bound_of(8)}
    assert told.rooms(NOON + 1)["ideation"] == LEAST + 2


def test_the_broker_has_the_last_word() -> None:
    told = window()
    publish(told, LEAST)
    told.lines["ideation"].correct(1)
    assert len(told.lines["ideation"]) == 1

    told.lines["ideation"].correct(9)
    assert (len(told.lines["ideation"]), told.rooms(NOON)["ideation"]) == (9, 0)


def test_a_start_that_is_heard_after_the_broker_told_of_its_delivery_counts_once() -> None:
    told = window()
    first, *_ = publish(told, LEAST)
    told.lines["ideation"].correct(LEAST - 1)

    told.hear_start("ideation", first, NOON)

    assert len(told.lines["ideation"]) == LEAST - 1


def test_starts_of_what_another_relay_has_published_count() -> None:
    told = window()
    told.lines["ideation"].correct(LEAST)
    for _ in range(LEAST):
        told.hear_start("ideation", new_id(), NOON)

    assert told.rooms(NOON)["ideation"] == LEAST


def test_a_second_start_of_a_job_frees_no_second_place() -> None:
    told = window()
    first, *_ = publish(told, LEAST)
    for _ in range(LEAST):
        told.hear_start("ideation", first, NOON)

    assert len(told.lines["ideation"]) == LEAST - 1


def test_who_waits_is_woken_when_there_is_room_again() -> None:
    told = window()
    jobs = publish(told, LEAST)
    assert not told.hear_start("ideation", jobs[0], NOON)
    told.hold({"ideation": LEAST}, {"ideation": LEAST})

    assert told.held == ["ideation"]
    assert told.hear_start("ideation", jobs[1], NOON)


def test_a_start_during_a_round_is_not_missed() -> None:
    """Nobody was woken: when the jobs were started, nothing was known to be held back."""
    told = window()
    for job in publish(told, LEAST):
        assert not told.hear_start("ideation", job, NOON)
    told.hold({"ideation": LEAST}, {"ideation": LEAST})

    assert told.is_open(NOON)


def test_a_new_worker_wakes_who_waits() -> None:
    told = window()
    publish(told, LEAST)
    told.hold({"ideation": LEAST}, {"ideation": LEAST})

    assert told.hear_worker("ideation", "new", 8, 0, NOON)


def test_what_it_does_not_know_changes_nothing() -> None:
    told = window()
    told.publish([Request("of-a-later-release", new_id(), new_id())])

    assert not told.hear_start("of-a-later-release", new_id(), NOON)
    assert not told.hear_worker("another", "worker", 8, 0, NOON)


@given(st.lists(st.sampled_from(["publish", "start", "lose", "ask"]), max_size=60), st.integers(0, 40))
def test_never_more_than_its_bound_and_open_again_after_an_answer(steps: list[str], slots: int) -> None:
    """Whatever is lost: `waiting` is what the broker really holds."""
    told, waiting = window(slots=slots), list[UUID]()
    for step in steps:
        room = told.rooms(NOON)["ideation"]
        assert len(waiting) + room <= tested.LEAST + slots
        if step == "publish":
            waiting += publish(told, room)
        elif step == "ask":
            told.lines["ideation"].correct(len(waiting))
        elif waiting:
            id = waiting.pop(0)
            if step == "start":
                told.hear_start("ideation", id, NOON)

    told.lines["ideation"].correct(0)
    assert told.rooms(NOON)["ideation"] >= LEAST
