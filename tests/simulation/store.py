"""The gateway's tables in memory: what the product's store functions read and write.

These functions replace those of the same name that use SQL; every decision about the rows is the product's
own code. A transaction is atomic; there is a delay before and after it, in which a fault may strike.
"""

import itertools
import re
from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from lodestone.bus.place import Seen
from lodestone.clock import now
from lodestone.events import JobCallFinished, JobCallStarted, JobEvent, JobStarted
from lodestone.job_log import Entry
from lodestone.wire import JsonObject
from lodestone_gateway.jobs.restore import Record, record_of
from lodestone_gateway.outbox.place import Lane
from lodestone_gateway.projector.cursor import MOVE_CURSOR, Cursor, cursor_values
from lodestone_gateway.projector.fold import Folded, FoldedJob
from lodestone_gateway.projector.presumed import AS_PRESUMED, presumed_open
from lodestone_gateway.reconciler.scan import IDLE, Living, RowView, Suspect, UnsettledJob
from lodestone_gateway.store.prepared import Answer
from simulation.virtual_loop import Process
from sqlalchemy.exc import OperationalError
from support.fair_queue import turn_of

if TYPE_CHECKING:
    from simulation.world import World


@dataclass
class SimOutboxRow:
    """A row of the outbox."""

    position: int
    event_id: str
    lane: Lane
    turn: int
    turn_ends: int
    model: JobEvent
    time: datetime
    traceparent: None = None
    tried: bool = False
    published_at: datetime | None = None

    @property
    def job_id(self) -> UUID:
        """Of which job it is."""
        return self.model.job_id

    @property
    def event(self) -> str:
        """The event's name."""
        return self.model.name

    @property
    def body(self) -> JsonObject:
        """The stored event."""
        return self.model.body()


@dataclass(frozen=True)
class SimHistoryRow:
    """A row of job_events."""

    seq: int
    entry: Entry
    traceparent: None = None

    @property
    def event_id(self) -> str:
        """The ce-id."""
        return self.entry.event_id

    @property
    def event(self) -> str:
        """The event's name."""
        return self.entry.event.name

    @property
    def body(self) -> JsonObject:
        """The stored event."""
        return self.entry.event.body()

    @property
    def time(self) -> datetime:
        """When it happened."""
        return self.entry.time


@dataclass
class Call:
    """A row of job_calls."""

    job_id: UUID
    attempt: int
    started: bool = False
    finished: JobCallFinished | None = None
    finished_event_id: str | None = None


@dataclass(frozen=True)
class SimErasure:
    """A row of erasures."""

    requested_at: datetime  # last
    is_done: bool = False


@dataclass
class Store:
    """All rows."""

    jobs: dict[UUID, FoldedJob] = field(default_factory=dict)
    deadlines: dict[UUID, datetime] = field(default_factory=dict)
    history: dict[UUID, list[SimHistoryRow]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)  # ce-ids in history or ledger
    calls: dict[UUID, Call] = field(default_factory=dict)
    outbox: list[SimOutboxRow] = field(default_factory=list)
    clocks: Counter[Lane] = field(default_factory=Counter)  # the turn that each lane has reached
    erasures: dict[UUID, SimErasure] = field(default_factory=dict)  # of jobs
    stripped: set[UUID] = field(default_factory=set)  # jobs without texts
    cursor: Cursor = field(default_factory=lambda: Cursor(0, 0))
    is_up: bool = True
    positions: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def put(
        self, event: JobEvent, event_id: str, *, is_bulk: bool = False, tokens: int = 1, weight: int = 1
    ) -> None:
        """Adds to the outbox, as the trigger gives turns: a cancel takes none.

        A second event of the same kind for a job changes nothing.
        """
        if any((row.job_id, row.event) == (event.job_id, event.name) for row in self.outbox):
            return
        lane = Lane(event.job_type, is_bulk)
        turn = turn_ends = self.clocks[lane]
        if event.name == "requested":
            others = [row for row in self.outbox if (row.lane, row.model.user_id) == (lane, event.user_id)]
            turn, turn_ends = turn_of(turn, max((row.turn_ends for row in others), default=0), tokens, weight)
        row = SimOutboxRow(next(self.positions), event_id, lane, turn, turn_ends, event, now())
        self.outbox.append(row)


class SimEngine:
    """One process's access to the tables."""

    def __init__(self, world: "World", process: Process) -> None:
        self.world = world
        self.process = process
        self.store = world.store

    async def dispose(self) -> None:
        """Does nothing: there are no connections."""

    async def close(self) -> None:
        """Likewise."""


class SimSession:
    """An open transaction."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def execute(self, statement: Any, **more: Any) -> None:
        """Handles the statement that raises the version of the projector's cursor."""
        change = str(statement.compile()).partition("WHERE")[0]
        assert "version=(projector_cursor.version + " in change, f"the model does not know {statement}"
        self.store.cursor = replace(self.store.cursor, version=self.store.cursor.version + 1)


class SimFold:
    """A projector's open transaction."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def add(self, statement: str, *values: str | None) -> Answer:
        """Handles NOTIFY and the statement that moves the projector's cursor, by its own conditions."""
        answer = Answer(statement, (), is_here=True)
        if statement.startswith("NOTIFY"):
            return answer
        change, _, condition = statement.partition("WHERE")
        assert "UPDATE projector_cursor SET sequence = $3" in change, f"the model does not know {statement}"
        cursor = self.store.cursor
        named = re.findall(r"(version|sequence) = \$(\d)", condition)
        if all(str(getattr(cursor, name)) == values[int(number) - 1] for name, number in named):
            self.store.cursor = Cursor(cursor.version, int(values[2] or 0), _seen(values) or cursor.seen)
            answer.rows = [(1,)]
        return answer


def _seen(values: tuple[str | None, ...]) -> Seen | None:
    sequence, stored_at = values[3:]
    return Seen(int(sequence), datetime.fromisoformat(stored_at)) if sequence and stored_at else None


class SimConnection:
    """Replaces `store.pipeline.KeptConnection`."""

    def __init__(self, engine: SimEngine) -> None:
        self._engine = engine

    async def aclose(self) -> None:
        """Does nothing."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[SimFold]:
        """As the product's."""
        async with transaction(self._engine) as session:
            yield SimFold(session.store)


@asynccontextmanager
async def transaction(engine: SimEngine) -> AsyncIterator[SimSession]:
    """Replaces `store.session.transaction`."""
    world = engine.world
    await world.step(engine.process, "transaction")
    await world.nap(world.database_delay())
    if not engine.store.is_up:
        raise OperationalError("the database is away", {}, Exception())
    before = engine.store.cursor
    try:
        yield SimSession(engine.store)
    except BaseException:
        engine.store.cursor = before
        raise
    await world.step(engine.process, "committed")
    await world.nap(world.database_delay())
    if not engine.store.is_up or world.loses_commit():
        raise OperationalError("the answer to a commit was lost", {}, Exception())


async def read_cursor(engine: SimEngine) -> Cursor:
    """Replaces `projector.cursor.read_cursor`."""
    async with transaction(engine) as session:
        return session.store.cursor


async def load(fold: SimFold, entries: Sequence[Entry]) -> Folded:
    """Replaces the reads of `projector.batch` before it folds."""
    store, jobs = fold.store, {entry.event.job_id for entry in entries}
    calls = {entry.event.call_id for entry in entries if isinstance(entry.event, JobCallFinished)}
    return Folded(
        jobs={id: job for id, job in store.jobs.items() if id in jobs},
        known={entry.event_id for entry in entries if entry.event_id in store.known},
        settled={id for id in calls if (call := store.calls.get(id)) and call.finished},
        erased=jobs & store.erasures.keys(),
    )


async def write(fold: SimFold, folded: Folded) -> None:
    """Replaces the writes of `projector.batch`."""
    _write_jobs(fold.store, folded)
    _write_calls(fold.store, folded)
    for id in folded.came_back:
        fold.store.erasures[id] = SimErasure(now())


def _write_jobs(store: Store, folded: Folded) -> None:
    """Writes history and jobs; enforces the tables' unique keys."""
    for row in folded.history:
        rows = store.history.setdefault(row.entry.event.job_id, [])
        assert row.entry.event_id not in store.known, "job_events.event_id is unique"
        assert row.seq not in {each.seq for each in rows}, "job_events (job_id, seq) is unique"
        rows.append(SimHistoryRow(row.seq, row.entry))
        store.known.add(row.entry.event_id)
    for id in folded.changed:
        store.jobs[id] = folded.jobs[id]


def _write_calls(store: Store, folded: Folded) -> None:
    for entry in folded.calls:
        event = entry.event
        assert isinstance(event, JobCallStarted | JobCallFinished)
        call = store.calls.setdefault(event.call_id, Call(event.job_id, event.attempt))
        if isinstance(event, JobCallStarted):
            call.started = True
        else:
            call.finished, call.finished_event_id = event, entry.event_id
            store.known.add(entry.event_id)


async def commit_presumed(
    tables: SimConnection, before: Cursor, after: Cursor, presumed: dict[UUID, FoldedJob], folded: Folded
) -> bool:
    """Replaces `projector.presumed._commit`, by the conditions of its own statements."""
    try:
        async with tables.transaction() as fold:
            is_so = _is_as_presumed(fold.store, presumed, folded)
            is_done = is_so and bool(fold.add(MOVE_CURSOR, *cursor_values(before, after)).rows)
            if is_done:
                _write_jobs(fold.store, folded)
                _write_calls(fold.store, folded)
    except OperationalError:
        return False
    return is_done


def _is_as_presumed(store: Store, presumed: dict[UUID, FoldedJob], folded: Folded) -> bool:
    columns = re.findall(r"job\.(\w+) = new\.(?:presumed_)?\1\b", AS_PRESUMED)
    are_new = store.known.isdisjoint(row.entry.event_id for row in folded.history)
    are_open = not any(call.finished for id in presumed_open(folded) if (call := store.calls.get(id)))
    return (are_new and are_open) and all(
        id in store.jobs and getattr(store.jobs[id], name) == getattr(job, name)
        for id, job in presumed.items()
        for name in columns
    )


async def read_records(session: SimSession, job_ids: Sequence[UUID]) -> dict[UUID, Record]:
    """Replaces `jobs.restore.read_records`."""
    store, records = session.store, {}
    for job_id in job_ids:
        history: Any = store.history.get(job_id, [])
        outbox: Any = [row for row in store.outbox if row.job_id == job_id]
        records[job_id] = record_of(store.jobs[job_id].status, history, outbox)
    return records


async def read_overdue(engine: SimEngine, time: datetime, limit: int) -> list[Suspect]:
    """Replaces `reconciler.scan.read_overdue`."""
    async with transaction(engine) as session:
        return [s for s in _living(session.store) if s.deadline_at <= time][:limit]


async def read_idle(engine: SimEngine, time: datetime, after: UUID | None, limit: int) -> list[Suspect]:
    """Replaces `reconciler.scan.read_idle`."""
    async with transaction(engine) as session:
        jobs = session.store.jobs
        return [
            suspect
            for suspect in _living(session.store)
            if suspect.deadline_at > time
            and (jobs[suspect.job_id].updated_at or jobs[suspect.job_id].created_at) < time - IDLE
            and (after is None or suspect.job_id > after)
        ][:limit]


async def read_unsettled(
    engine: SimEngine, time: datetime, after: UUID | None, limit: int
) -> list[UnsettledJob]:
    """Replaces `reconciler.scan.read_unsettled`."""
    async with transaction(engine) as session:
        jobs = session.store.jobs
        open_calls = [call for call in session.store.calls.values() if call.started and not call.finished]
        found = {
            call.job_id
            for call in open_calls
            if (job := jobs[call.job_id]).status.is_terminal or job.attempt > call.attempt or job.retry_at
        }
        return [UnsettledJob(id, jobs[id].job_type) for id in sorted(found) if after is None or id > after][
            :limit
        ]


async def read_requests_of(engine: SimEngine, worker_id: str) -> list[tuple[str, int]]:
    """Replaces `reconciler.scan.read_requests_of`."""
    async with transaction(engine) as session:
        jobs, history = session.store.jobs, session.store.history
        return [
            (job.job_type, row.entry.sequence)
            for job in jobs.values()
            if not job.status.is_terminal and _began(history.get(job.id, []), job.attempt, worker_id)
            for row in history[job.id]
            if row.event == "requested"
        ]


def _began(history: list[SimHistoryRow], attempt: int, worker_id: str) -> bool:
    starts = [row.entry.event for row in history if isinstance(row.entry.event, JobStarted)]
    return any((start.attempt, start.worker_id) == (attempt, worker_id) for start in starts)


async def read_rows(engine: SimEngine, job_ids: Collection[UUID]) -> dict[UUID, RowView]:
    """Replaces `reconciler.scan.read_rows`."""
    async with transaction(engine) as session:
        return {job_id: _row_view(session.store, job_id) for job_id in job_ids}


def _row_view(store: Store, job_id: UUID) -> RowView:
    folded = [row.event_id for row in store.history.get(job_id, [])]
    marked = [row.event_id for row in store.outbox if row.job_id == job_id and row.published_at]
    return RowView(store.jobs[job_id].status.is_terminal, frozenset([*folded, *marked]))


async def read_living(engine: SimEngine, time: datetime) -> dict[str, Living]:
    """Replaces `reconciler.scan.read_living`: which types have living jobs, whatever their age."""
    return {suspect.job_type: Living() for suspect in _living(engine.store)}


async def read_open_calls(engine: SimEngine, time: datetime) -> tuple[int, float]:
    """Replaces `reconciler.scan.read_open_calls`, which is only shown."""
    return 0, 0.0


def _living(store: Store) -> list[Suspect]:
    return [
        Suspect(job.id, job.job_type, store.deadlines[job.id])
        for job in store.jobs.values()
        if not job.status.is_terminal
    ]
