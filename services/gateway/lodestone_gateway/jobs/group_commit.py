"""Jobs that are accepted at the same moment share a transaction, and nothing else.

The first one is written at once; those that arrive meanwhile are written together after it. Nobody waits for
a timer. Row-level security holds for each row: the transaction names one user after the other, and the rows
of a user are inserted while it names them.
"""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import structlog
from lodestone.tasks import end
from lodestone.wire import JsonObject
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.store.outbox import CHANNEL
from lodestone_gateway.store.session import transaction

AT_ONCE = 64  # jobs of one transaction
JOB_COLUMNS = {
    "id": "uuid",
    "user_id": "uuid",
    "job_type": "text",
    "input": "jsonb",
    "created_at": "timestamptz",
    "updated_at": "timestamptz",
    "priority": "text",
    "max_attempts": "int",
    "deadline_at": "timestamptz",
    "parent_job_id": "uuid",
    "lead_magnet_id": "uuid",
    "idempotency_key": "text",
    "idempotency_hash": "text",
    "trigger_task_id": "text",
}
OUTBOX_COLUMNS = {
    "event_id": "text",
    "job_id": "uuid",
    "user_id": "uuid",
    "job_type": "text",
    "event": "text",
    "body": "jsonb",
    "time": "timestamptz",
    "traceparent": "text",
}

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class NewJob:
    """The two rows of a job, by column."""

    row: JsonObject
    outbox: JsonObject


class GroupCommit:
    """Inserts jobs for the requests of one process."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._waiting: list[tuple[NewJob, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def insert(self, job: NewJob) -> bool:
        """Commits the job; False if that did not work, for whatever reason: then it must be made alone."""
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((job, answer))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return await answer

    async def close(self) -> None:
        """Gives up what is not written."""
        if self._writing:
            await end(self._writing)

    async def _write(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            made: set[UUID] = set()
            try:
                made = await insert_jobs(self._engine, [job for job, _ in group])
            except Exception as error:
                log.info("group_not_committed", jobs=len(group), error=type(error).__name__)
            finally:
                for job, answer in group:
                    if not answer.done():
                        answer.set_result(job.row["id"] in made)


async def insert_jobs(engine: AsyncEngine, jobs: Iterable[NewJob]) -> set[UUID]:
    """Inserts the jobs in one transaction; the ids of those that conflict with no other job.

    Raises what the database says about any of them; then none is made.
    """
    by_user: dict[UUID, list[NewJob]] = {}
    for job in jobs:
        by_user.setdefault(job.row["user_id"], []).append(job)
    async with transaction(engine) as session:
        connection: Any = (await (await session.connection()).get_raw_connection()).driver_connection
        async with connection.pipeline():
            inserted = [await _insert_for(connection, *each) for each in by_user.items()]
            await connection.execute(_WAKE_RELAY)
        return {id for cursor in inserted for (id,) in await cursor.fetchall()}


async def _insert_for(
    connection: psycopg.AsyncConnection[Any], user_id: UUID, jobs: list[NewJob]
) -> psycopg.AsyncCursor[Any]:
    await connection.execute(_NAME_USER, [str(user_id)])
    jobs_document = json.dumps([job.row for job in jobs], default=str)
    outbox_document = json.dumps([job.outbox for job in jobs], default=str)
    return await connection.execute(_INSERT, [jobs_document, outbox_document])


def _rows(columns: dict[str, str]) -> str:
    typed = ", ".join(f"{name} {type}" for name, type in columns.items())
    return f"ROWS FROM (jsonb_to_recordset(%s::jsonb) AS ({typed})) WITH ORDINALITY AS new"


# What one user has locked must not hold up the others: then each is tried alone, with the usual patience.
_NAME_USER = "SELECT set_config('app.user_id', %s, true), set_config('lock_timeout', '250ms', true)"
_WAKE_RELAY = f"SELECT pg_notify('{CHANNEL}', '')"
_INSERT = f"""
    WITH made AS (
        INSERT INTO background_jobs ({", ".join(JOB_COLUMNS)})
        SELECT {", ".join(JOB_COLUMNS)} FROM {_rows(JOB_COLUMNS)} ORDER BY ordinality
        ON CONFLICT DO NOTHING RETURNING id
    )
    INSERT INTO outbox ({", ".join(OUTBOX_COLUMNS)})
    SELECT {", ".join(OUTBOX_COLUMNS)} FROM {_rows(OUTBOX_COLUMNS)}
    WHERE job_id IN (SELECT id FROM made) ORDER BY ordinality
    RETURNING job_id"""  # noqa: S608
