"""Dead letters: failed jobs and events of no job, in one list."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from lodestone.ids import new_id
from lodestone_gateway.operating.dead_letters import in_order, of_event, of_job
from lodestone_gateway.store.operations_queries import DeadJob
from lodestone_gateway.store.operations_tables import DeadEvent
from support.stored import NOON


def dead_job(**columns: Any) -> DeadJob:
    given: dict[str, Any] = {
        "id": new_id(),
        "user_id": new_id(),
        "job_type": "posts",
        "error": "It did not work.",
    }
    more = {"error_code": "AI_ERROR", "completed_at": NOON, "attempt": 3, "replayed_as": None}
    return DeadJob(**given | more | columns)


def dead_event(**columns: Any) -> DeadEvent:
    given: dict[str, Any] = {
        "id": new_id(),
        "sequence": 7,
        "subject": "job.x",
        "problem": "invalid",
        "reason": "Not JSON.",
    }
    return DeadEvent(**given | {"size": 3, "excerpt": "abc", "seen_at": NOON} | columns)


def test_a_failed_job_says_whose_it_is_why_it_failed_and_what_ran_it_again() -> None:
    job = dead_job(replayed_as=UUID(int=9))

    listed = of_job(job)
    letter = listed.letter

    assert (listed.id, listed.created_at) == (job.id, job.completed_at)
    assert (letter.kind, letter.job_id, letter.user_id, letter.job_type) == (
        "job",
        job.id,
        job.user_id,
        "posts",
    )
    assert (letter.error, letter.error_code, letter.attempt) == ("It did not work.", "AI_ERROR", 3)
    assert (letter.replayed_as, letter.event) == (UUID(int=9), None)
    assert of_job(dead_job(error=None)).letter.error == ""


def test_an_event_of_no_job_has_its_place_in_the_stream_and_no_owner() -> None:
    event = dead_event()

    listed = of_event(event)
    letter = listed.letter

    assert (listed.id, listed.created_at) == (event.id, event.seen_at)
    assert (letter.kind, letter.error, letter.error_code) == ("event", "Not JSON.", None)
    assert (letter.job_id, letter.user_id, letter.replayed_as) == (None, None, None)
    assert letter.event is not None
    assert letter.event.to_wire() == {
        "sequence": 7,
        "subject": "job.x",
        "problem": "invalid",
        "size": 3,
        "excerpt": "abc",
    }


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.uuids()), max_size=8, unique_by=lambda place: place[1]),
    st.data(),
)
def test_they_are_listed_as_the_database_orders_each_kind(
    places: list[tuple[int, UUID]], data: st.DataObject
) -> None:
    made = [
        of_job(dead_job(id=id, completed_at=NOON + timedelta(seconds=second)))
        if id.int % 2
        else of_event(dead_event(id=id, seen_at=NOON + timedelta(seconds=second)))
        for second, id in data.draw(st.permutations(places))
    ]

    listed = [(each.created_at, each.id.bytes) for each in in_order(made)]

    assert listed == sorted(((NOON + timedelta(seconds=s), id.bytes) for s, id in places), reverse=True)
