"""What every stream of a job begins with, by one plain statement: the job's state and its events.

`queries.job` and `queries.job_events` in one transaction read the same, in five statements.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import structlog
from lodestone.status import Status
from lodestone.tasks import end
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.store.pipeline import KeptConnection
from lodestone_gateway.store.prepared import Row
from lodestone_gateway.store.queries import ShownEvent, event_columns
from lodestone_gateway.store.session import directly

AT_ONCE = 16  # logs that are read in one round trip

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class StoredLog:
    """A job and its events after a cursor, at one moment."""

    status: Status
    seq: int
    events: list[ShownEvent]


class _Asked(NamedTuple):
    """Whose job, and the seq after which its events are read."""

    user_id: UUID
    job_id: UUID
    after: int


class StoredLogs:
    """Reads for the requests of one process, over a connection that is kept for this.

    The first one is read at once; those that are asked for meanwhile are read together after it.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._tables = KeptConnection(engine)
        self._waiting: list[tuple[_Asked, asyncio.Future[list[Row] | None]]] = []
        self._reading: asyncio.Task[None] | None = None

    async def read(self, user_id: UUID, job_id: UUID, *, after: int) -> StoredLog | None:
        """The user's job with its events from the seq after `after`; None if the user has no such job."""
        asked = _Asked(user_id, job_id, after)
        answer: asyncio.Future[list[Row] | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, answer))
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
        rows = await answer
        return await stored_log(self._engine, *asked[:2], after=after) if rows is None else _log_of(rows)

    async def close(self) -> None:
        """Gives up what is not read."""
        if self._reading:
            await end(self._reading)
        await self._tables.aclose()

    async def _read(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            found: list[list[Row]] | list[None] = [None] * len(group)  # then each is read alone
            try:
                values = [tuple(map(str, asked)) for asked, _ in group]
                found = await self._tables.execute_each(_READ_ONE, values)
            except Exception as error:
                log.info("logs_not_read", logs=len(group), error=type(error).__name__)
            finally:
                for (_, answer), rows in zip(group, found, strict=True):
                    if not answer.done():
                        answer.set_result(rows)


async def stored_log(engine: AsyncEngine, user_id: UUID, job_id: UUID, *, after: int) -> StoredLog | None:
    """As `StoredLogs.read`, over any connection. Raises SQLAlchemyError."""
    values = {"user": str(user_id), "job": job_id, "after": after}
    async with directly(engine) as connection:
        rows = await (await connection.execute(_READ, values, prepare=True)).fetchall()
    return _log_of(rows)


def _log_of(rows: Iterable[Row]) -> StoredLog | None:
    rows = list(rows)
    if not rows:
        return None
    status, seq, *_ = rows[0]
    events = [ShownEvent(*row[2:]) for row in rows if row[2] is not None]
    return StoredLog(Status(status), seq, events)


def _reading(user: str, job: str, after: str) -> str:
    # The user is named before a row is read: both reads depend on `named`, and `OFFSET 0` keeps the planner
    # from merging them with it. In another order, row-level security would show no row.
    return f"""
    WITH named AS MATERIALIZED (SELECT set_config('app.user_id', {user}, true) AS user_id)
    SELECT job.status, job.seq, {event_columns("event")}
    FROM named
    CROSS JOIN LATERAL (
        SELECT status, seq FROM background_jobs WHERE id = {job} AND named.user_id IS NOT NULL OFFSET 0
    ) AS job
    LEFT JOIN LATERAL (
        SELECT * FROM job_events
        WHERE job_id = {job} AND seq > {after} AND named.user_id IS NOT NULL OFFSET 0
    ) AS event ON true
    ORDER BY event.seq"""  # noqa: S608


_READ = _reading("%(user)s", "%(job)s", "%(after)s")
_READ_ONE = _reading("$1", "$2", "$3")
