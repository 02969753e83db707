"""The waterfall: each step of a run with its time, its first text, and what is not known said to be."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from lodestone.clock import format_time
from lodestone.ids import new_id
from lodestone.wire import JsonObject
from lodestone_gateway.operating.inspected_job import InspectedJob, ProviderCall
from lodestone_gateway.operating.run_trail import Trail
from lodestone_gateway.store.run_queries import Track
from lodestone_gateway.web.console.attempts import attempts_of
from lodestone_gateway.web.console.waterfall import MOST_LANES, Lane, Waterfall, waterfall

BEGAN = datetime(2026, 1, 31, 9, 0, tzinfo=UTC)
CALL, REPAIR = UUID(int=1), UUID(int=2)


def at(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def event(seq: int, name: str, seconds: float, attempt: int = 1, **body: Any) -> JsonObject:
    time = format_time(at(seconds))
    return {"seq": seq, "event": f"job.{name}", "time": time, "attempt": attempt, **body}


def call(id: UUID, began: float, ended: float | None, **columns: Any) -> ProviderCall:
    given: dict[str, Any] = {
        "call_id": id,
        "attempt": 1,
        "model": "a-model",
        "max_tokens": 100,
        "started_at": at(began),
        "finished_at": None if ended is None else at(ended),
        "request_id": None,
        "outcome": None if ended is None else "used",
        "estimated": False,
        **{f"{name}_tokens": 10 for name in ("input", "output", "cache_read", "cache_write")},
    }
    return ProviderCall.model_validate(given | columns)


def run(
    *events: JsonObject, status: str = "processing", ended: float | None = None, calls: Any = ()
) -> InspectedJob:
    return InspectedJob.model_construct(
        id=new_id(),
        status=status,
        created_at=BEGAN,
        updated_at=at(ended or 0),
        completed_at=None if ended is None else at(ended),
        events=list(events),
        calls=list(calls),
    )


def trail(*, published: float | None = None, folded: dict[int, float] | None = None) -> Trail:
    tracks = {
        seq: Track(seq, 1000 + seq, "/lodestone/test", None, at(seconds))
        for seq, seconds in (folded or {}).items()
    }
    return Trail(tracks, None if published is None else at(published))


REQUESTED = event(1, "requested", 0, attempt=0)
STARTED = event(2, "started", 2, workerId="content-1", model="a-model", kept=[])


def lane(fall: Waterfall, step: str) -> Lane:
    return next(each for each in fall.lanes if each.step == step)


def spans(fall: Waterfall) -> dict[str, tuple[float, float | None]]:
    return {
        each.step: (
            (each.began - BEGAN).total_seconds(),
            None if each.ended is None else (each.ended - BEGAN).total_seconds(),
        )
        for each in fall.lanes
    }


def test_a_run_is_shown_from_its_acceptance_to_the_tables() -> None:
    job = run(
        REQUESTED,
        STARTED,
        event(3, "call_started", 2.1, callId=str(CALL)),
        event(4, "call_finished", 5, callId=str(CALL), firstTextAt=format_time(at(3))),
        event(5, "completed", 6),
        status="completed",
        ended=6,
        calls=[call(CALL, 2.1, 5)],
    )

    fall = waterfall(job, trail(published=0.5, folded={1: 0.6, 5: 6.2}), at(100))

    assert spans(fall) == {
        "Accepted, on disk": (0, 0),
        "Outbox to stream": (0, 0.5),
        "Queue wait": (0.5, 2),
        "Attempt 1": (2, 6),
        "call 1": (2.1, 5),
        "Published to projected": (6, 6.2),
    }
    assert lane(fall, "call 1").first_text_at == at(3)
    assert "first text after 900 ms" in lane(fall, "call 1").note
    assert fall.now is None, "an ended run has no line for now"
    assert fall.picture(lane(fall, "call 1")).count('class="ft"') == 1


def test_a_repair_is_named_and_indented_below_its_call() -> None:
    job = run(
        REQUESTED,
        STARTED,
        event(3, "call_started", 2, callId=str(CALL)),
        event(4, "call_started", 4, callId=str(REPAIR), repair=True),
        calls=[call(CALL, 2, 4), call(REPAIR, 4, None)],
    )

    fall = waterfall(job, trail(), at(5))

    assert (lane(fall, "call 1").depth, lane(fall, "repair, call 2").depth) == (1, 2)
    assert lane(fall, "repair, call 2").ended is None
    assert "not settled" in lane(fall, "repair, call 2").note


def test_an_attempt_whose_worker_was_lost_is_bad_and_so_is_the_time_until_the_takeover() -> None:
    job = run(
        REQUESTED,
        STARTED,
        event(3, "progress", 4),
        event(4, "started", 9, attempt=2, workerId="content-2", kept=[{}]),
    )

    fall = waterfall(job, trail(), at(10))

    assert [each.is_lost for each in attempts_of(job)] == [True, False]
    assert lane(fall, "Attempt 1").kind == "at bad"
    assert spans(fall)["Taken over"] == (4, 9)
    assert spans(fall)["Attempt 2"] == (9, None)


def test_a_wait_between_attempts_lasts_until_the_next_and_says_whether_it_counts() -> None:
    reason = {"code": "AI_UNAVAILABLE", "message": "Overloaded."}
    retrying = event(3, "retrying", 4, reason=reason, retryAt=format_time(at(9)), counted=False)
    job = run(REQUESTED, STARTED, retrying, event(4, "started", 9, attempt=2))

    fall = waterfall(job, trail(), at(10))

    assert spans(fall)["Waiting for the next attempt"] == (4, 9)
    assert lane(fall, "Waiting for the next attempt").note == "does not count as an attempt"
    assert lane(fall, "Attempt 1").kind == "at", "what does not count was nobody's fault"
    assert "AI_UNAVAILABLE: Overloaded." in lane(fall, "Attempt 1").note


def test_what_is_not_published_yet_waits_and_is_not_said_to_be_anywhere() -> None:
    fall = waterfall(run(status="pending"), Trail(), at(7))

    assert spans(fall) == {
        "Accepted, on disk": (0, 0),
        "Outbox to stream": (0, None),
        "Queue wait": (0, None),
    }
    assert lane(fall, "Outbox to stream").took(at(7)) == "7.0 s"


def test_a_request_that_was_marked_after_its_attempt_began_did_not_wait_for_less_than_nothing() -> None:
    fall = waterfall(run(REQUESTED, STARTED), trail(published=2.1), at(7))

    assert (spans(fall)["Outbox to stream"], spans(fall)["Queue wait"]) == ((0, 2), (2, 2))


def test_times_that_an_earlier_release_did_not_record_are_unknown() -> None:
    tracks = {1: Track(1, 1001, "/lodestone/test", None, None)}
    job = run(REQUESTED, STARTED, status="processing")

    fall = waterfall(job, Trail(tracks), at(7))

    assert lane(fall, "Outbox to stream").took(at(7)) == "unknown"
    assert lane(fall, "Published to projected").took(at(7)) == "unknown"


def test_a_run_with_endless_calls_is_drawn_up_to_a_bound() -> None:
    calls = [call(UUID(int=number), number, number + 1) for number in range(3, 3 + 2 * MOST_LANES)]

    fall = waterfall(run(REQUESTED, STARTED, calls=calls), trail(), at(1000))

    assert len(fall.lanes) == MOST_LANES
    assert fall.left_out > MOST_LANES
