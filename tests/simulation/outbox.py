"""The statements of the outbox in memory; which rows the relay reads, and in which order, is the product's.

Each statement is a transaction of its own. Lanes are read by their turns, and cancels beside the lanes.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from operator import attrgetter
from types import MappingProxyType
from typing import Any
from uuid import UUID

from lodestone.clock import now
from lodestone.status import ENDED, Status
from lodestone_gateway.outbox import living, lone, paces, pauses, queue
from lodestone_gateway.outbox.place import Lane
from lodestone_gateway.outbox.queue import Columns
from simulation.store import SimEngine, SimOutboxRow, transaction

Values = Mapping[str, Any]
NONE: Values = MappingProxyType({})


class SimAutocommit:
    """Replaces `store.autocommit.AutocommitConnection`."""

    def __init__(self, engine: SimEngine) -> None:
        self._engine = engine

    async def execute(self, statement: str, values: Values = NONE) -> list[Any]:
        """Answers a statement of the relay. Raises sqlalchemy.exc.OperationalError."""
        async with transaction(self._engine):
            return _ANSWERS[statement](self._engine, values)

    async def close(self) -> None:
        """Does nothing."""


class SimListening(SimAutocommit):
    """Replaces `store.notices.ListeningConnection`: it is told of each row, or that one was missed."""

    def __init__(
        self, engine: SimEngine, role: object, *, channel: str, on_notice: Callable[[str], object]
    ) -> None:
        super().__init__(engine)
        self._on_notice: Callable[[str], object] | None = on_notice

    async def execute(self, statement: str, values: Values = NONE) -> list[Any]:
        """As it does; the first one connects."""
        on_notice, self._on_notice = self._on_notice, None
        if on_notice:
            self._engine.world.listen(self._engine.process, on_notice)
            on_notice("")
        return await super().execute(statement, values)


def _take(engine: SimEngine, values: Values) -> list[Any]:
    _publish(engine, values)
    left_out = set(json.loads(values["left_out"]))
    rows = [row for row in engine.store.outbox if row.published_at is None and row.event_id not in left_out]
    rows.sort(key=attrgetter("turn", "position"))
    read = [
        row
        for job_type, is_bulk, since, room, looked_at, capped in json.loads(values["lanes"])
        for row in _next(rows, Lane(job_type, is_bulk), since, room, looked_at, set(map(UUID, capped)))
    ]
    for job_type, is_bulk, user_id, room in json.loads(values["apart"]):
        read += _of_user(rows, Lane(job_type, is_bulk), UUID(user_id))[:room]
    read.sort(key=attrgetter("lane.is_bulk", "turn", "position"))
    waiting = [_columns(engine, row) for row in read]
    if values["is_to_try"] and len(read) == 1 and _may_be_first(waiting[0]):
        return [_tried(engine, read[0])]
    return waiting


def _take_lone(engine: SimEngine, values: Values) -> list[Any]:
    _publish(engine, values)
    named = [row for row in engine.store.outbox if row.event_id == values["event_id"]]
    waiting = [row for row in named if row.published_at is None and _may_be_first(_columns(engine, row))]
    return [_tried(engine, row) for row in waiting]


def _tried(engine: SimEngine, row: SimOutboxRow) -> Columns:
    """Marks it; it is returned as it was before."""
    before, clocks = _columns(engine, row), engine.store.clocks
    row.tried = True
    clocks[row.lane] = max(clocks[row.lane], row.turn)
    return before._replace(is_first_try=True)


def _may_be_first(row: Columns) -> bool:
    is_new = not (row.tried or row.seq or row.status in ENDED)
    return is_new and row.event == "requested"


def _next(
    rows: list[SimOutboxRow], lane: Lane, since: int, room: int, looked_at: int, capped: set[UUID]
) -> Iterator[SimOutboxRow]:
    """As many requests of a lane as there is room for, past those of capped users; its cancels in any case,
    with their requests."""
    in_lane = [row for row in rows if row.lane == lane and row.turn >= since]
    cancelled = {row.job_id for row in in_lane if row.event == "cancel_requested"}
    requests = [row for row in in_lane if row.event == "requested"][:looked_at]
    yield from [row for row in requests if row.model.user_id not in capped][:room]
    yield from [row for row in rows if row.job_id in cancelled]


def _of_user(rows: list[SimOutboxRow], lane: Lane, user_id: UUID) -> list[SimOutboxRow]:
    own = [row for row in rows if row.lane == lane and row.model.user_id == user_id]
    return [row for row in own if row.event == "requested"]


def _columns(engine: SimEngine, row: SimOutboxRow) -> Columns:
    job = engine.store.jobs[row.job_id]
    return Columns(
        event_id=row.event_id,
        job_id=row.job_id,
        job_type=row.lane.job_type,
        event=row.event,
        body=json.dumps(row.body),
        time=row.time,
        traceparent=None,
        tried=row.tried,
        is_bulk=row.lane.is_bulk,
        turn=row.turn,
        status=job.status.value,
        seq=job.seq,
        is_first_try=False,
    )


def _try(engine: SimEngine, values: Values) -> list[Any]:
    ids, clocks = set(json.loads(values["tried"])), engine.store.clocks
    first = [row for row in engine.store.outbox if row.event_id in ids and not row.tried]
    for row in first:
        row.tried = True
    for job_type, is_bulk, turn in json.loads(values["reached"]):
        lane = Lane(job_type, is_bulk)
        clocks[lane] = max(clocks[lane], turn)
    return [(row.event_id, None) for row in first]


def _publish(engine: SimEngine, values: Values) -> list[Any]:
    ids = set(json.loads(values["published"]))
    for row in engine.store.outbox:
        if row.event_id in ids and row.published_at is None:
            row.published_at = now()
            engine.world.checks.on_marked(row)
    return []


def _prune(engine: SimEngine, _: Values) -> list[Any]:
    """All at once."""
    store = engine.store
    store.outbox = [
        row
        for row in store.outbox
        if row.published_at is None or not store.jobs[row.job_id].status.is_terminal
    ]
    return [(None, 0)]


def _running(engine: SimEngine, _: Values) -> list[Any]:
    jobs = engine.store.jobs.values()
    return [(job.job_type, job.id, job.user_id) for job in jobs if job.status == Status.PROCESSING]


def _living(engine: SimEngine, values: Values) -> list[Any]:
    ids = map(UUID, json.loads(values["ids"]))
    return [(id,) for id in ids if not engine.store.jobs[id].status.is_terminal]


def _tell(_: SimEngine, __: Values) -> list[Any]:
    """Nobody asks here what a job waits for, and nobody pauses anything."""
    return []


_ANSWERS: dict[str, Callable[[SimEngine, Values], list[Any]]] = {
    queue.TAKE: _take,
    lone.TAKE_LONE: _take_lone,
    queue.TRY: _try,
    queue.PUBLISH: _publish,
    queue.PRUNE: _prune,
    paces._TELL: _tell,
    paces._TELL_CAPPED: _tell,
    pauses._HEAR: _tell,
    living._RUNNING: _running,
    living._LIVING: _living,
}
