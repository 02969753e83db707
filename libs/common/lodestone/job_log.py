"""A job's events as one log, and what it says. Pure; the decisions based on it are in `judgement`."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from lodestone.events import (
    TERMINAL_EVENTS,
    JobCallFinished,
    JobCallStarted,
    JobCancelRequested,
    JobEvent,
    JobProgress,
    JobRequested,
    JobRetrying,
    JobStarted,
    KeptItem,
    Outcome,
    Restored,
    TerminalEvent,
    Usage,
)


@dataclass(frozen=True)
class Entry:
    """One event as it is stored in the stream."""

    sequence: int
    """Its place in the stream, given by the server; another one after a restore, 0 before it is stored."""
    event_id: str
    """The ce-id, given by the event's first writer and kept by a restore; readers dedupe by it."""
    time: datetime
    """When it happened by its writer's clock, UTC; kept by a restore."""
    event: JobEvent
    """The body."""
    source: str = ""
    """The process that wrote it, as `/lodestone/<name>`; empty where the message does not say."""
    restored: Restored | None = None
    """Set when it was written back after a lost stream; `open` while more of the log is to follow."""
    traceparent: str | None = None
    """The W3C trace of the job; None where its writer had none."""


@dataclass(frozen=True)
class JobLog:
    """All events of one job in stream order."""

    entries: tuple[Entry, ...] = ()
    """What the stream holds of the job, oldest first; a restored event may be there twice."""
    tail: int = 0
    """Sequence of the job's newest message if that is not one of our events; 0 otherwise."""

    def with_entry(self, entry: Entry) -> "JobLog":
        """The log after one more event."""
        return JobLog((*self.entries, entry), self.tail)

    def holds(self, event_id: str) -> bool:
        """Whether an event with this ce-id is anywhere in the log."""
        return any(entry.event_id == event_id for entry in self.entries)

    @property
    def last_sequence(self) -> int:
        """The sequence that the next append must expect; 0 for an empty log."""
        return max(self.tail, self.entries[-1].sequence if self.entries else 0)

    @property
    def is_open(self) -> bool:
        """Whether a restore is under way: the newest event was restored, and more are to follow."""
        return bool(self.entries) and self.entries[-1].restored == "open"

    @property
    def is_lost(self) -> bool:
        """Whether the log is empty or half restored, so that only the restorer may append."""
        return not self.entries or self.is_open

    @cached_property
    def events(self) -> tuple[JobEvent, ...]:
        """The events, each once, even if a restore wrote one twice."""
        unique: dict[str, JobEvent] = {}
        for entry in self.entries:
            unique.setdefault(entry.event_id, entry.event)
        return tuple(unique.values())

    @cached_property
    def requested(self) -> JobRequested | None:
        """The job as it was accepted; None in a log that lost its beginning."""
        return next((event for event in self.events if isinstance(event, JobRequested)), None)

    @cached_property
    def terminal(self) -> TerminalEvent | None:
        """The first terminal event, the only one that counts; None while the job lives."""
        return next((e for e in self.events if isinstance(e, TerminalEvent)), None)

    @cached_property
    def attempt(self) -> int:
        """Number of starts so far, 0 before the first; the fence number of the present attempt."""
        return sum(isinstance(event, JobStarted) for event in self.events)

    @cached_property
    def state(self) -> JobRequested | JobStarted | JobRetrying | None:
        """The newest of requested, started and retrying, or None; copies for redelivery change nothing."""
        newest: JobRequested | JobStarted | JobRetrying | None = None
        for event in self.events:
            if isinstance(event, JobStarted | JobRetrying) or (
                isinstance(event, JobRequested) and newest is None
            ):
                newest = event
        return newest

    @cached_property
    def owner(self) -> str | None:
        """The worker whose attempt is under way; None between attempts and after the end."""
        state = self.state
        return state.worker_id if isinstance(state, JobStarted) and not self.terminal else None

    @cached_property
    def counted(self) -> int:
        """Ended attempts that count against `maxAttempts`: those whose `job.retrying` says so."""
        return sum(isinstance(event, JobRetrying) and event.counted for event in self.events)

    @cached_property
    def deaths(self) -> int:
        """Starts that neither a retrying nor a terminal event ended, the running one included."""
        deaths, running = 0, False
        for event in self.events:
            if isinstance(event, JobStarted):
                deaths += running
                running = True
            elif isinstance(event, JobRetrying) or event.name in TERMINAL_EVENTS:
                running = False
        return deaths + running

    @cached_property
    def cancel(self) -> JobCancelRequested | None:
        """The first request to stop; None if nobody asked."""
        return next((event for event in self.events if isinstance(event, JobCancelRequested)), None)

    @cached_property
    def items(self) -> dict[str, KeptItem]:
        """Finished items of all attempts by key, in the result's order; a later one replaces its key's."""
        found = [kept_item(event) for event in self.events if isinstance(event, JobProgress)]
        items = {item.item_key: item for item in found if item}
        return dict(sorted(items.items(), key=lambda pair: pair[1].item_index))

    @cached_property
    def open_calls(self) -> dict[UUID, JobCallStarted]:
        """Provider calls that were started and not settled, by call id; they may still cost money."""
        return {
            event.call_id: event
            for event in self.events
            if isinstance(event, JobCallStarted) and event.call_id not in self.settled_calls
        }

    @cached_property
    def settled_calls(self) -> dict[UUID, JobCallFinished]:
        """How each call was settled, by call id; the first settlement counts, as in the ledger."""
        settled: dict[UUID, JobCallFinished] = {}
        for event in self.events:
            if isinstance(event, JobCallFinished):
                settled.setdefault(event.call_id, event)
        return settled

    @cached_property
    def workers(self) -> dict[int, str]:
        """The worker that ran each attempt, by the attempt's number from 1."""
        return {event.attempt: event.worker_id for event in self.events if isinstance(event, JobStarted)}

    @cached_property
    def usage(self) -> Usage:
        """What all settled calls used: tokens, and US dollars."""
        return total_usage(self.settled_calls.values())


def presumed_log(entry: Entry, deliveries: int) -> JobLog | None:
    """The log of a job that is delivered for the first time, without reading it; None when it must be read.

    A request that is neither a copy nor restored was appended to an empty log, so nothing precedes it. If
    anything follows it, such as a cancel, the server refuses the append that expects it to be the last event.
    """
    is_first = deliveries == 1 and entry.restored is None
    if isinstance(entry.event, JobRequested) and is_first and not entry.event.redelivery:
        return JobLog((entry,))
    return None


def kept_item(event: JobProgress) -> KeptItem | None:
    """The finished item that a progress event carries; None when it is only a message."""
    if event.item is None or event.item_key is None:
        return None
    return KeptItem(item_key=event.item_key, item_index=event.item_index or 0, item=event.item)


def total_usage(calls: Iterable[JobCallFinished]) -> Usage:
    """The sum over settled calls: tokens, and US dollars paid, saved and wasted."""
    tokens: Counter[str] = Counter()
    cost, saved, wasted = Decimal(0), Decimal(0), Decimal(0)
    for call in calls:
        tokens.update(
            input_tokens=call.input_tokens,
            output_tokens=call.output_tokens,
            cache_read_tokens=call.cache_read_tokens,
            cache_write_tokens=call.cache_write_tokens,
        )
        cost += call.cost_usd
        saved += call.cache_saved_usd
        wasted += call.cost_usd if call.outcome == Outcome.WASTED else Decimal(0)
    return Usage(cost_usd=cost, cache_saved_usd=saved, wasted_usd=wasted, **tokens)
