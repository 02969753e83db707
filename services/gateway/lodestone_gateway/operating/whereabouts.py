"""Where a job is and why, in one or two sentences for an operator. Pure: it gets what was read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from lodestone.clock import format_time
from lodestone.status import Status
from lodestone.wire import JsonObject

from lodestone_gateway.jobs.view import SPEND, waiting_for
from lodestone_gateway.store.holds import Holds
from lodestone_gateway.store.operations_tables import PausedJobType
from lodestone_gateway.store.queries import ShownEvent
from lodestone_gateway.store.tables import BackgroundJob, OutboxRow

STUCK_AFTER = timedelta(seconds=30)  # past the deadline; every job should have ended by then


@dataclass(frozen=True)
class Surroundings:
    """What is known about a job besides its row; its events by seq."""

    events: Sequence[ShownEvent]
    request: OutboxRow | None  # gone some seconds after the end
    pause: PausedJobType | None  # of its job type
    held: Collection[str]  # work that the cap of the hour holds back
    run_again_as: UUID | None


def whereabouts(job: BackgroundJob, around: Surroundings, now: datetime) -> str:
    """What the job waits for, which worker runs it, or how it ended."""
    status = Status(job.status)
    if status.is_terminal:
        return " ".join(filter(None, [_ended(job, around), _erased(job)]))
    where = _waits(job, around) if job.waiting_for else _runs(job, around)
    return " ".join(filter(None, [where, _asked_to_stop(job, around), _overdue(job, now)]))


def _waits(job: BackgroundJob, around: Surroundings) -> str:
    failure = _failure(around)
    if around.pause:
        since, who = format_time(around.pause.paused_at), around.pause.paused_by
        return f"Waiting until {job.job_type} is resumed: operator {who} paused it at {since}.{failure}"
    if waiting_for(job, Holds.of(around.held, ())) == SPEND:
        return "Waiting for the next hour, or until an operator waives the cap: this hour’s is reached."
    if job.retry_at:
        return f"Waiting for its next attempt at {format_time(job.retry_at)}.{failure}"
    if around.request and around.request.published_at is None:
        return _unpublished(around.request)
    return "Waiting for a free slot: it is on the bus, and no worker has started it yet."


def _unpublished(request: OutboxRow) -> str:
    if request.tried:
        return "Waiting for the bus: the relay has sent its request, but the bus has not confirmed it."
    return "Waiting for its turn: the relay publishes what is about to run, and has not come to it yet."


def _failure(around: Surroundings) -> str:
    retrying = _last(around, "retrying")
    if retrying is None:
        return ""
    return f" Attempt {retrying.body.get('attempt')} ended with {_reason(retrying.body.get('reason'))}"


def _runs(job: BackgroundJob, around: Surroundings) -> str:
    started = _last(around, "started")
    if started is None:
        return "Running, but its history does not say on which worker."
    worker, since = started.body.get("workerId"), format_time(started.time)
    return f"Running: attempt {job.attempt} of {job.max_attempts} on worker {worker} since {since}."


def _asked_to_stop(job: BackgroundJob, around: Surroundings) -> str:
    return f"Being cancelled: {_who(job, around)} asked for it." if job.cancel_requested else ""


def _overdue(job: BackgroundJob, now: datetime) -> str:
    if now - job.deadline_at <= STUCK_AFTER:
        return ""
    return f"Its deadline was {format_time(job.deadline_at)}: the reconciler should have ended it."


def _ended(job: BackgroundJob, around: Surroundings) -> str:
    when = f" at {format_time(job.completed_at)}" if job.completed_at else ""
    if job.status == Status.COMPLETED:
        return f"Completed{when}."
    again = f"It was run again as job {around.run_again_as}." if around.run_again_as else ""
    if job.status == Status.CANCELLED:
        return " ".join(filter(None, [f"Cancelled{when} by {_who(job, around)}.", again]))
    why = _reason({"code": job.error_code, "message": job.error})
    return f"Failed{when} with {why} {again or 'It is a dead letter: nobody has run it again.'}"


def _erased(job: BackgroundJob) -> str:
    return f"Its texts were deleted at {format_time(job.erased_at)}." if job.erased_at else ""


def _who(job: BackgroundJob, around: Surroundings) -> str:
    asked = _last(around, "cancel_requested")
    by = asked.body.get("requestedBy") if asked else None
    if by is None:
        return "someone whom its history does not name"
    return "its owner" if by == str(job.user_id) else f"user {by}"


def _reason(reason: JsonObject | None) -> str:
    given = reason or {}
    words = str(given.get("message") or "").strip()
    text = ": ".join(filter(None, [given.get("code") or "no code", words]))
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _last(around: Surroundings, event: str) -> ShownEvent | None:
    return next((each for each in reversed(around.events) if each.event == event), None)
