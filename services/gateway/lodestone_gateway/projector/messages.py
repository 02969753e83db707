"""Messages of the stream → committed folds, in order for each job.

What is not an event, or is refused, is put aside by itself. A job whose row is locked waits by itself: the
cursor stays before its first event, others are folded past it, and events that are read again are known.
"""

import re
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from uuid import UUID

import structlog
from lodestone.bus.envelope import InvalidMessage, decode
from lodestone.bus.reading import seen_in
from lodestone.job_log import Entry
from lodestone.subjects import parse_subject
from nats.aio.msg import Msg

from lodestone_gateway.projector import metrics
from lodestone_gateway.projector.batch import commit_batch
from lodestone_gateway.projector.cursor import Cursor, CursorMoved
from lodestone_gateway.projector.dead_events import REASON, refused, unreadable
from lodestone_gateway.projector.fold import Folded
from lodestone_gateway.projector.presumed import RecentRows
from lodestone_gateway.store.faults import Fault, RowsLocked, fault_of
from lodestone_gateway.store.operations_tables import DeadEvent
from lodestone_gateway.store.pipeline import KeptConnection

FIRST_PAUSE_SECONDS = 0.25  # before a waiting job is tried again; doubles each time
LONGEST_PAUSE_SECONDS = 4.0
HELD_MESSAGES = 5000  # of all waiting jobs, before reading stops
HELD_BYTES = 64 * 1024 * 1024

log = structlog.get_logger(__name__)


class Folder:
    """Folds what was read after a cursor; any error except a single job's means: start again after it."""

    def __init__(self, tables: KeptConnection, cursor: Cursor) -> None:
        self.cursor = cursor
        self._tables = tables
        self._recent = RecentRows()
        self._read = cursor.sequence  # the newest message that was read
        self._open: dict[UUID | None, list[Msg]] = {}  # by job: read and not yet folded
        self._held: dict[UUID | None, _Hold] = {}

    @property
    def is_full(self) -> bool:
        """Whether so much is waiting that nothing more may be read."""
        held = [message for key in self._held for message in self._open[key]]
        return len(held) >= HELD_MESSAGES or sum(len(message.data) for message in held) >= HELD_BYTES

    @property
    def due_in(self) -> float | None:
        """Seconds until a waiting job should be tried again; None if there is none."""
        due = min((hold.due for hold in self._held.values()), default=None)
        return None if due is None else max(due - time.monotonic(), 0.0)

    async def fold(self, messages: Sequence[Msg]) -> AsyncIterator[Folded]:
        """Each commit: one for all jobs, or one for each where one is refused. Raises CursorMoved."""
        for message in messages:
            self._open.setdefault(_key(message), []).append(message)
        self._read = messages[-1].metadata.sequence.stream
        while ready := [key for key in self._open if key not in self._held]:
            try:
                yield await self._commit(ready)
            except RowsLocked as locked:
                self._hold(locked.job_ids)
            except Exception as error:
                _raise_unless_single(error)
                for key in ready:
                    async for folded in self._fold_job(key):
                        yield folded
        if not self._open:
            return
        self._note()

    async def try_again(self) -> AsyncIterator[Folded]:
        """Folds jobs that no longer have to wait."""
        due = [key for key, hold in self._held.items() if hold.due <= time.monotonic()]
        for key in due:
            async for folded in self._fold_job(key):
                yield folded
        self._note()

    async def _fold_job(self, key: UUID | None) -> AsyncIterator[Folded]:
        try:
            yield await self._commit([key])
        except RowsLocked:
            self._hold([key])
        except Exception as error:
            _raise_unless_single(error)
            async for folded in self._fold_one_by_one(key):
                yield folded

    async def _fold_one_by_one(self, key: UUID | None) -> AsyncIterator[Folded]:
        while waiting := self._open.get(key):
            try:
                yield await self._commit([key], only=waiting[0])
            except RowsLocked:
                self._hold([key])
                return
            except Exception as error:
                _raise_unless_single(error)
                if fault_of(error) is Fault.HELD_UP:
                    log.error("a job has to wait", subject=waiting[0].subject, error=str(error)[:REASON])
                    self._hold([key])
                    return
                yield await self._put_aside(key, waiting[0], error)

    async def _put_aside(self, key: UUID | None, message: Msg, error: Exception) -> Folded:
        """Only the one event that the tables refuse, so that it does not block all others."""
        metrics.refused.inc()
        log.error("put aside a refused event", subject=message.subject, error=str(error)[:REASON])
        return await self._store([key], [message], [], [refused(message, str(error) or repr(error))])

    async def _commit(self, keys: Sequence[UUID | None], only: Msg | None = None) -> Folded:
        messages = (
            [only]
            if only
            else sorted(
                (message for key in keys for message in self._open[key]),
                key=lambda message: message.metadata.sequence.stream,
            )
        )
        entries, dead = _sorted(messages)
        return await self._store(keys, messages, entries, dead)

    async def _store(
        self,
        keys: Sequence[UUID | None],
        messages: Sequence[Msg],
        entries: Sequence[Entry],
        dead: Sequence[DeadEvent],
    ) -> Folded:
        done = {message.metadata.sequence.stream for message in messages}
        last = self._sequence_without(done)
        past = [message for message in messages if message.metadata.sequence.stream <= last]
        seen = seen_in(past[-1]) if past else None
        self.cursor, folded = await commit_batch(
            self._tables, self.cursor, entries, last, dead, seen, self._recent
        )
        for key in keys:
            self._open[key] = [m for m in self._open[key] if m.metadata.sequence.stream not in done]
            if not self._open[key]:
                del self._open[key]
                self._held.pop(key, None)
        return folded

    def _sequence_without(self, done: set[int]) -> int:
        """How far the stream is folded once these are."""
        still_open = [
            message.metadata.sequence.stream
            for messages in self._open.values()
            for message in messages
            if message.metadata.sequence.stream not in done
        ]
        return min(still_open) - 1 if still_open else self._read

    def _hold(self, keys: Iterable[UUID | None]) -> None:
        for key in keys:
            before = self._held.get(key)
            self._held[key] = before.longer() if before else _Hold(FIRST_PAUSE_SECONDS)

    def _note(self) -> None:
        metrics.held_up.set(len(self._held))


class _Hold:
    """How long a waiting job is left alone."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self.due = time.monotonic() + pause

    def longer(self) -> "_Hold":
        return _Hold(min(2 * self._pause, LONGEST_PAUSE_SECONDS))


def _raise_unless_single(error: Exception) -> None:
    """Raises an error that would affect every event, so that the batch is read again."""
    if isinstance(error, CursorMoved) or fault_of(error) is Fault.DATABASE:
        raise error


def _key(message: Msg) -> UUID | None:
    parts = parse_subject(message.subject)
    return parts.job_id if parts else None


def _sorted(messages: Sequence[Msg]) -> tuple[list[Entry], list[DeadEvent]]:
    """The events, and the messages that are not events."""
    entries, dead = [], []
    for message in messages:
        try:
            entries.append(_decoded(message))
        except Exception as error:
            if not isinstance(error, InvalidMessage):
                log.exception("could not read a message", subject=message.subject)
            metrics.invalid.inc()
            log.warning("put aside a message that is not an event", error=str(error)[:REASON])
            dead.append(unreadable(message, str(error) or repr(error)))
    return entries, dead


def _decoded(message: Msg) -> Entry:
    body = message.data
    if b"\\u0000" in body:  # Postgres stores no U+0000, whichever field has it
        body = re.sub(rb"(?<!\\)((?:\\\\)*)\\u0000", rb"\1\\ufffd", body)
    return decode(message.subject, message.headers, body, message.metadata.sequence.stream)
