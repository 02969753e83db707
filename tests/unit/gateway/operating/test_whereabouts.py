"""Where a job is and why, in a sentence for operators."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from lodestone_gateway.operating.whereabouts import Surroundings, whereabouts
from lodestone_gateway.store.operations_tables import PausedJobType
from lodestone_gateway.store.queries import ShownEvent
from lodestone_gateway.store.tables import BackgroundJob, OutboxRow

T = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
JOB, OWNER, OTHER = (UUID(int=n) for n in (1, 2, 3))
NOON = "2026-03-04T05:06:07.000Z"


def job(status: str, **columns: Any) -> BackgroundJob:
    given = {"waiting_for": None, "attempt": 1, "deadline_at": T + timedelta(minutes=5)} | columns
    return BackgroundJob(id=JOB, user_id=OWNER, job_type="ideation", status=status, input={}, **given)


def event(name: str, **body: Any) -> ShownEvent:
    return ShownEvent(1, JOB, OWNER, 1, name, T, body, None)


def around(*events: ShownEvent, **more: Any) -> Surroundings:
    nothing: dict[str, Any] = {"request": None, "pause": None, "held": (), "run_again_as": None}
    return Surroundings(events, **(nothing | more))


def request(**columns: Any) -> OutboxRow:
    return OutboxRow(
        event_id="e",
        job_id=JOB,
        user_id=OWNER,
        job_type="ideation",
        event="requested",
        body={},
        time=T,
        **columns,
    )


PAUSE = PausedJobType(job_type="ideation", paused_by=OTHER, paused_at=T)
RETRYING = event("retrying", attempt=1, reason={"code": "AI_UNAVAILABLE", "message": "Overloaded."})
STARTED = event("started", workerId="w-7")
ASKED = event("cancel_requested", requestedBy=str(OWNER))
FAILURE = {"error_code": "AI_ERROR", "error": "It did not work.", "completed_at": T}
WAITING = {"waiting_for": "slot", "attempt": 0}


@pytest.mark.parametrize(
    ("row", "surroundings", "reason"),
    [
        (
            job("pending", **WAITING),
            around(request=request()),
            "Waiting for its turn: the relay publishes what is about to run, and has not come to it yet.",
        ),
        (
            job("pending", **WAITING),
            around(request=request(tried=True)),
            "Waiting for the bus: the relay has sent its request, but the bus has not confirmed it.",
        ),
        (
            job("pending", **WAITING),
            around(request=request(published_at=T)),
            "Waiting for a free slot: it is on the bus, and no worker has started it yet.",
        ),
        (
            job("pending", **WAITING),
            around(request=request(), pause=PAUSE),
            f"Waiting until ideation is resumed: operator {OTHER} paused it at {NOON}.",
        ),
        (
            job("processing"),
            around(STARTED),
            f"Running: attempt 1 of 3 on worker w-7 since {NOON}.",
        ),
        (
            job("processing"),
            around(STARTED, pause=PAUSE),  # a pause does not affect running jobs
            f"Running: attempt 1 of 3 on worker w-7 since {NOON}.",
        ),
        (
            job("processing", waiting_for="provider", retry_at=T),
            around(STARTED, RETRYING),
            f"Waiting for its next attempt at {NOON}. Attempt 1 ended with AI_UNAVAILABLE: Overloaded.",
        ),
        (
            job("processing", waiting_for="retry", retry_at=T),
            around(STARTED, RETRYING, pause=PAUSE),
            f"Waiting until ideation is resumed: operator {OTHER} paused it at {NOON}."
            " Attempt 1 ended with AI_UNAVAILABLE: Overloaded.",
        ),
        (
            job("processing", cancel_requested=True),
            around(STARTED, ASKED),
            f"Running: attempt 1 of 3 on worker w-7 since {NOON}. Being cancelled: its owner asked for it.",
        ),
        (
            job("processing", deadline_at=T - timedelta(seconds=31)),
            around(STARTED),
            f"Running: attempt 1 of 3 on worker w-7 since {NOON}. Its deadline was"
            " 2026-03-04T05:05:36.000Z: the reconciler should have ended it.",
        ),
        (job("completed", completed_at=T), around(STARTED), f"Completed at {NOON}."),
        (
            job("completed", completed_at=T, erased_at=T),
            around(STARTED),
            f"Completed at {NOON}. Its texts were deleted at {NOON}.",
        ),
        (
            job("failed", **FAILURE),
            around(STARTED),
            f"Failed at {NOON} with AI_ERROR: It did not work. It is a dead letter: nobody has run it again.",
        ),
        (
            job("failed", **FAILURE),
            around(STARTED, run_again_as=OTHER),
            f"Failed at {NOON} with AI_ERROR: It did not work. It was run again as job {OTHER}.",
        ),
        (
            job("failed", completed_at=T, error_code="AI_ERROR", erased_at=T),
            around(),
            f"Failed at {NOON} with AI_ERROR. It is a dead letter: nobody has run it again."
            f" Its texts were deleted at {NOON}.",
        ),
        (job("cancelled", completed_at=T), around(ASKED), f"Cancelled at {NOON} by its owner."),
        (
            job("cancelled", completed_at=T),
            around(event("cancel_requested", requestedBy=str(OTHER))),
            f"Cancelled at {NOON} by user {OTHER}.",
        ),
    ],
)
def test_the_reason_says_where_the_job_is(
    row: BackgroundJob, surroundings: Surroundings, reason: str
) -> None:
    assert whereabouts(row, surroundings, T) == reason
