"""Turns events, one by one, into a job's row, its history and its calls. Pure.

The first terminal event is final. Whatever follows it is drift, except a late call_finished, which only
settles a call. Only the ce-id identifies an event: after a lost stream old ones come again under new
sequences.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import singledispatch
from typing import Any
from uuid import UUID

from lodestone import status
from lodestone.erasure import has_texts
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
    TerminalEvent,
)
from lodestone.job_log import Entry, kept_item
from lodestone.status import Status
from lodestone.wire import JsonObject

Changes = dict[str, Any]  # of a row, by column


@dataclass(frozen=True)
class FoldedJob:
    """The part of a job's row that its events determine, and its owner."""

    id: UUID
    user_id: UUID
    job_type: str
    created_at: datetime
    status: Status = Status.PENDING
    seq: int = 0  # number of events in the history
    late_calls: int = 0  # calls settled after the end
    attempt: int = 0  # number of starts
    updated_at: datetime | None = None  # time of the newest folded event
    started_at: datetime | None = None
    completed_at: datetime | None = None
    retry_at: datetime | None = None
    waiting_for: str | None = "slot"
    cancel_requested: bool = False
    progress_done: int = 0
    progress_total: int = 0
    progress_message: str = ""
    items: tuple[JsonObject, ...] = ()  # {itemKey, itemIndex, item}, in the result's order
    result: JsonObject | None = None
    error: str | None = None
    error_code: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    cost_usd: Decimal = Decimal(0)
    cache_saved_usd: Decimal = Decimal(0)
    wasted_usd: Decimal = Decimal(0)


class Kind(StrEnum):
    """The outcome of an event."""

    FOLDED = "folded"
    LATE_CALL = "late_call"  # a call settled after the end: ledger and usage only
    KNOWN = "known"  # seen before: a redelivery or a restored event
    AFTER_END = "after_end"  # drift: nothing may follow the terminal event
    ERASED = "erased"  # its job was removed on purpose: skipped
    FOREIGN = "foreign"  # drift: no such job here, or not of this type and user


@dataclass(frozen=True)
class HistoryEvent:
    """One row of the history."""

    seq: int
    entry: Entry


@dataclass
class Folded:
    """What a batch of events changes. Starts with what is already stored."""

    jobs: dict[UUID, FoldedJob]
    known: set[str]  # ce-ids in history or ledger
    settled: set[UUID]  # calls that are paid for
    erased: set[UUID] = field(default_factory=set)  # jobs whose texts are to be erased; some rows are gone
    to_erase: set[UUID] = field(default_factory=set)  # jobs erased later than the state of these tables
    came_back: set[UUID] = field(default_factory=set)  # erased jobs of which the stream has texts again
    changed: set[UUID] = field(default_factory=set)
    history: list[HistoryEvent] = field(default_factory=list)
    calls: list[Entry] = field(default_factory=list)  # call_started and call_finished
    kinds: list[tuple[Kind, Entry]] = field(default_factory=list)
    unsaved: list[tuple[Entry, str]] = field(default_factory=list)  # results kept only in their job, and why


def fold_batch(folded: Folded, entries: Iterable[Entry]) -> Folded:
    """Folds the entries, in stream order, into `folded`, which it returns."""
    for entry in entries:
        kind = _kind_of(folded, entry)
        folded.kinds.append((kind, entry))
        if kind in (Kind.FOLDED, Kind.LATE_CALL):
            _take(folded, entry, kind)
        if _tells_erasure(folded, entry):
            folded.to_erase.add(entry.event.job_id)
        if entry.event.job_id in folded.erased and has_texts(entry.event):
            folded.came_back.add(entry.event.job_id)
    return folded


def _tells_erasure(folded: Folded, entry: Entry) -> bool:
    """Whether the log of a job that is here ends without texts, though nobody here ordered that."""
    event = entry.event
    is_here = event.job_id in folded.jobs and event.job_id not in folded.erased
    return is_here and isinstance(event, TerminalEvent) and event.erased is True


def _kind_of(folded: Folded, entry: Entry) -> Kind:
    event, job = entry.event, folded.jobs.get(entry.event.job_id)
    if entry.event_id in folded.known:
        return Kind.KNOWN
    if job is None and event.job_id in folded.erased:
        return Kind.ERASED
    if job is None or (job.job_type, job.user_id) != (event.job_type, event.user_id):
        return Kind.FOREIGN
    if not job.status.is_terminal:
        return Kind.FOLDED
    if not isinstance(event, JobCallFinished):
        return Kind.AFTER_END
    return Kind.KNOWN if event.call_id in folded.settled else Kind.LATE_CALL


def _take(folded: Folded, entry: Entry, kind: Kind) -> None:
    event, job = entry.event, folded.jobs[entry.event.job_id]
    if kind is Kind.LATE_CALL:
        job = _after(job, {"late_calls": job.late_calls + 1})
    else:
        job = _next(job, entry)
        folded.history.append(HistoryEvent(job.seq, entry))
    if isinstance(event, JobCallStarted):
        folded.calls.append(entry)
    if isinstance(event, JobCallFinished) and event.call_id not in folded.settled:
        folded.calls.append(entry)
        folded.settled.add(event.call_id)
        job = _paid(job, event)
    folded.jobs[job.id] = job
    folded.known.add(entry.event_id)
    folded.changed.add(job.id)


def _next(job: FoldedJob, entry: Entry) -> FoldedJob:
    """The row after one more event of its history."""
    event, time = entry.event, entry.time
    of_all = {"status": _status_after(job.status, event.name), "seq": job.seq + 1, "updated_at": time}
    return _after(job, {**of_all, **_changes(event, job, time)})


def _after(job: FoldedJob, changes: Changes) -> FoldedJob:
    """As `dataclasses.replace`, which sets each field by itself: most of what a fold took."""
    changed = object.__new__(FoldedJob)
    changed.__dict__.update(job.__dict__, **changes)
    return changed


def _status_after(before: Status, event: str) -> Status:
    # The first terminal event counts everywhere, so a result counts even if the start before it was lost.
    began = status.apply(before, "started") if event == "completed" else before
    return status.apply(began, event)


def _paid(job: FoldedJob, call: JobCallFinished) -> FoldedJob:
    return _after(
        job,
        {
            "input_tokens": job.input_tokens + call.input_tokens,
            "output_tokens": job.output_tokens + call.output_tokens,
            "cache_read_tokens": job.cache_read_tokens + call.cache_read_tokens,
            "cache_write_tokens": job.cache_write_tokens + call.cache_write_tokens,
            "cost_usd": job.cost_usd + call.cost_usd,
            "cache_saved_usd": job.cache_saved_usd + call.cache_saved_usd,
            "wasted_usd": job.wasted_usd + (call.cost_usd if call.outcome is Outcome.WASTED else 0),
        },
    )


@singledispatch
def _changes(event: JobEvent, job: FoldedJob, time: datetime) -> Changes:
    """What an event of this kind changes besides number, time and status."""
    raise TypeError(f"no rule to fold job.{event.name}")


@_changes.register(JobRequested)
@_changes.register(JobCallStarted)
@_changes.register(JobCallFinished)
def _(event: JobEvent, job: FoldedJob, time: datetime) -> Changes:
    return {}


@_changes.register
def _(event: JobStarted, job: FoldedJob, time: datetime) -> Changes:
    return {
        "attempt": job.attempt + 1,
        "started_at": job.started_at or time,
        "retry_at": None,
        "waiting_for": None,
    }


@_changes.register
def _(event: JobProgress, job: FoldedJob, time: datetime) -> Changes:
    return {
        "progress_done": event.done,
        "progress_total": job.progress_total or event.total,
        "progress_message": event.message,
        "items": _with_item(job.items, event),
    }


@_changes.register
def _(event: JobRetrying, job: FoldedJob, time: datetime) -> Changes:
    by_code = "provider" if event.reason.code is ErrorCode.AI_UNAVAILABLE else "retry"
    return {"retry_at": event.retry_at, "waiting_for": event.waiting_for or by_code}


@_changes.register
def _(event: JobCancelRequested, job: FoldedJob, time: datetime) -> Changes:
    return {"cancel_requested": True}


@_changes.register
def _(event: JobCompleted, job: FoldedJob, time: datetime) -> Changes:
    return {**_ended(time), "result": None if event.erased else event.result}


@_changes.register
def _(event: JobFailed, job: FoldedJob, time: datetime) -> Changes:
    return {**_ended(time), "error": event.error.message, "error_code": event.error.code.value}


@_changes.register
def _(event: JobCancelled, job: FoldedJob, time: datetime) -> Changes:
    return _ended(time)


def _ended(time: datetime) -> Changes:
    return {"completed_at": time, "retry_at": None, "waiting_for": None}


def _with_item(items: tuple[JsonObject, ...], event: JobProgress) -> tuple[JsonObject, ...]:
    item = kept_item(event)
    if item is None:
        return items
    others = [other for other in items if other["itemKey"] != item.item_key]
    return tuple(sorted([*others, item.to_wire()], key=lambda each: int(each["itemIndex"])))
