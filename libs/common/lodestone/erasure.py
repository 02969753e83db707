"""Removing the texts of an ended job from its log. Pure.

Ids, times, states and figures stay. The log keeps its end: a copy of the terminal event without its texts,
under the same ce-id, replaces all that is purged. So the log is never empty, the fence never opens at
sequence 0 again, and every reader finds a job that is over.
"""

from dataclasses import dataclass, replace
from functools import singledispatch
from typing import TypeVar

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
    TerminalEvent,
    TextEvent,
)
from lodestone.job_log import Entry, JobLog
from lodestone.judgement import Wait

ERASED_MESSAGE = "The texts of this job were deleted."

Event = TypeVar("Event", bound=TextEvent)


@singledispatch
def without_texts(event: JobEvent) -> JobEvent:
    """The event as it remains when its job is erased; idempotent."""
    raise TypeError(f"no rule to erase job.{event.name}")


@without_texts.register(JobCallStarted)
@without_texts.register(JobCallFinished)
@without_texts.register(JobCancelRequested)
def _(event: JobEvent) -> JobEvent:
    return event


@without_texts.register
def _(event: JobRequested) -> JobEvent:
    return _erased(event, input={}, kept=None, part=None)


@without_texts.register
def _(event: JobStarted) -> JobEvent:
    return _erased(event, kept=[])


@without_texts.register
def _(event: JobProgress) -> JobEvent:
    return _erased(event, message="", item=None, item_key=None, item_index=None, plan=None)


@without_texts.register
def _(event: JobRetrying) -> JobEvent:
    return _erased(event, reason=event.reason.model_copy(update={"message": ERASED_MESSAGE}))


@without_texts.register
def _(event: JobCompleted) -> JobEvent:
    return _erased(event, result={})


@without_texts.register
def _(event: JobFailed) -> JobEvent:
    return _erased(event, error=event.error.model_copy(update={"message": ERASED_MESSAGE}))


@without_texts.register
def _(event: JobCancelled) -> JobEvent:
    return _erased(event, kept=[])


def has_texts(event: JobEvent) -> bool:
    """Whether something would go if its job were erased."""
    return without_texts(event) != event


def _erased(event: Event, **emptied: object) -> Event:
    return event.model_copy(update={**emptied, "erased": True})


@dataclass(frozen=True)
class AppendEnd:
    """Append the terminal event once more, without its texts."""

    entry: Entry


@dataclass(frozen=True)
class Purge:
    """Delete the log's messages below this sequence."""

    before: int


@dataclass(frozen=True)
class Clean:
    """The log holds no text any more."""


Step = Wait | AppendEnd | Purge | Clean


def on_erasure(log: JobLog, end: Entry | None, *, folded_to: int) -> Step:
    """The next step for the log of an ended job whose texts are to be erased.

    `end` is the terminal event as the tables hold it; None when they do not hold it, or when it is older than
    the whole stream. `folded_to` is how far the stream is folded: what the tables do not hold yet must not be
    purged, above all settled calls.
    """
    if log.last_sequence == 0:
        # Lost, or read from a lagging replica: an append finds out, and closes the fence at 0.
        return AppendEnd(_end_of(end)) if end else Clean()
    last_text = max([log.tail, *(entry.sequence for entry in log.entries if has_texts(entry.event))])
    if last_text == 0:
        return Clean()
    if (log.open_calls and not log.is_open) or log.last_sequence > folded_to:
        return Wait()
    ends = [entry for entry in log.entries if isinstance(entry.event, TerminalEvent)]
    if newer := [entry for entry in ends if entry.sequence > last_text]:
        return Purge(newer[0].sequence)
    found = ends[0] if ends else end
    return AppendEnd(_end_of(found)) if found else Purge(last_text + 1)


def _end_of(found: Entry) -> Entry:
    return replace(found, event=without_texts(found.event))
