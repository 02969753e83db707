"""Logs of one job, built event by event: `log_of(requested(), started(ME), retrying())`."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from lodestone.errors import ErrorCode
from lodestone.events import (
    JobCallFinished,
    JobCallStarted,
    JobCancelled,
    JobCancelRequested,
    JobCompleted,
    JobEvent,
    JobFailed,
    JobProgress,
    JobRequested,
    JobRetrying,
    JobStarted,
    Outcome,
    Prompt,
    Reason,
    Restored,
    Usage,
)
from lodestone.job_log import Entry, JobLog

JOB = UUID("0199aa00-0000-7000-8000-000000000001")
USER = UUID("0199aa00-0000-7000-8000-000000000002")
CALLS = tuple(UUID(f"0199aa00-0000-7000-8000-00000000010{number}") for number in range(3))
ME, OTHER = "ideation-me", "ideation-other"
START = datetime(2026, 11, 24, 10, tzinfo=UTC)  # of the first event; each later one follows a second after
FIRST_SEQUENCE = 1001
DEADLINE_SECONDS = 600
MAX_ATTEMPTS = 3
POISON_LIMIT = 5
COMMON: dict[str, Any] = {"job_id": JOB, "job_type": "ideation", "user_id": USER, "attempt": 1}
REASON = Reason(code=ErrorCode.AI_ERROR, message="The answer broke off.")


def after(seconds: float) -> datetime:
    """The time this many seconds after the first event."""
    return START + timedelta(seconds=seconds)


def log_of(*events: JobEvent, restored: Restored | None = None) -> JobLog:
    """The log of these events; `restored` marks the newest one."""
    last = len(events) - 1
    return JobLog(
        tuple(entry(event, at, restored if at == last else None) for at, event in enumerate(events))
    )


def names(log: JobLog) -> list[str]:
    """What happened, in order."""
    return [event.name for event in log.events]


def names_written(log: JobLog) -> list[str]:
    """Each append, in order; what a restore repeated, too."""
    return [entry.event.name for entry in log.entries]


def entry(event: JobEvent, at: int, restored: Restored | None = None, event_id: str | None = None) -> Entry:
    """The event as number `at` of a log, counting from 0."""
    return Entry(
        sequence=FIRST_SEQUENCE + at,
        event_id=event_id or f"event-{at}",
        time=after(at),
        event=event,
        restored=restored,
    )


def and_then(log: JobLog, event: JobEvent) -> JobLog:
    """The log after one more event, whose sequence other jobs in the stream may have raised far beyond it."""
    newest = entry(event, len(log.entries) + 10, event_id=f"event-{len(log.entries)}")
    return log.with_entry(newest)


def requested(*, redelivery: bool | None = None, max_attempts: int = MAX_ATTEMPTS) -> JobRequested:
    return JobRequested(
        **{**COMMON, "attempt": 0},
        input={"businessDescription": "bids"},
        max_attempts=max_attempts,
        deadline_at=after(DEADLINE_SECONDS),
        redelivery=redelivery,
    )


def started(worker_id: str = ME, attempt: int = 1) -> JobStarted:
    prompt = Prompt(name="ideation", version=1, sha256="00")
    return JobStarted(**{**COMMON, "attempt": attempt}, worker_id=worker_id, model="m", prompt=prompt)


def progress(key: str | None = None, index: int = 0, text: str = "x") -> JobProgress:
    item: dict[str, Any] = {"item": {"text": text}, "item_key": key, "item_index": index} if key else {}
    return JobProgress(**COMMON, done=1, total=10, message=text, **item)


def call_started(call_id: UUID = CALLS[0], **told: Any) -> JobCallStarted:
    return JobCallStarted(**{**COMMON, "call_id": call_id, "model": "m", "max_tokens": 10, **told})


def call_finished(call_id: UUID = CALLS[0], outcome: Outcome = Outcome.USED, **used: Any) -> JobCallFinished:
    spent: dict[str, Any] = {"input_tokens": 7, "output_tokens": 5, "cost_usd": Decimal("0.01")} | used
    return JobCallFinished(**COMMON, call_id=call_id, outcome=outcome, **spent)


def retrying(*, retry_at: datetime = START, counted: bool = True) -> JobRetrying:
    return JobRetrying(**COMMON, reason=REASON, retry_at=retry_at, counted=counted)


def cancel_requested() -> JobCancelRequested:
    return JobCancelRequested(**COMMON, requested_by=USER)


def completed() -> JobCompleted:
    return JobCompleted(**COMMON, result={"concepts": []}, usage=Usage())


def failed() -> JobFailed:
    return JobFailed(**COMMON, error=REASON, usage=Usage())


def cancelled() -> JobCancelled:
    return JobCancelled(**COMMON, usage=Usage())


TERMINAL = (completed(), failed(), cancelled())

_LIVING = st.one_of(
    st.sampled_from([requested(redelivery=True), progress(), cancel_requested()]),
    st.builds(started, st.sampled_from([ME, OTHER])),
    st.builds(progress, st.sampled_from("abc"), st.integers(0, 2)),
    st.builds(call_started, st.sampled_from(CALLS)),
    st.builds(call_finished, st.sampled_from(CALLS), st.sampled_from(Outcome)),
    st.builds(retrying, retry_at=st.integers(0, 700).map(after), counted=st.booleans()),
)
_ANY = st.one_of(_LIVING, _LIVING, _LIVING, st.sampled_from(TERMINAL))
_MARKS: st.SearchStrategy[Restored | None] = st.sampled_from((None, None, None, "open", "whole"))


def living_logs() -> st.SearchStrategy[JobLog]:
    """Logs of accepted jobs without an end, with up to sixteen events in any order."""
    return st.lists(_LIVING, max_size=15).map(lambda events: log_of(requested(), *events))


@st.composite
def any_logs(draw: st.DrawFn) -> JobLog:
    """Any log: empty, ended or restored, with events in orders that only a fault can produce."""
    events = draw(st.lists(_ANY, max_size=15))
    whole = [requested(), *events] if draw(st.booleans()) else events
    return log_of(*whole, restored=draw(_MARKS))
