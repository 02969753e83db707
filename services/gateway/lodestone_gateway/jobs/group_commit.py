"""Jobs that are accepted at the same moment share a transaction, and nothing else.

The first one is written at once; those that arrive meanwhile are written together after it. Nobody waits for
a timer. Row-level security holds for each row: the transaction names one user after the other, and the rows
of a user are inserted while it names them.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from lodestone.jobs import JOB_TYPES
from lodestone.tasks import end
from lodestone.wire import JsonObject
from pydantic_core import to_json
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from lodestone_gateway.store.outbox import CHANNEL
from lodestone_gateway.store.pipeline import KeptConnection

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
    "tokens": "int",
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
        self._tables = KeptConnection(engine)
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
        await self._tables.aclose()

    async def _write(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            made: set[UUID] = set()
            try:
                made = await insert_jobs(self._tables, [job for job, _ in group])
            except Exception as error:
                log.info("group_not_committed", jobs=len(group), error=type(error).__name__)
            finally:
                for job, answer in group:
                    if not answer.done():
                        answer.set_result(job.row["id"] in made)


async def insert_jobs(tables: KeptConnection, jobs: Iterable[NewJob]) -> set[UUID]:
    """Inserts the jobs in one transaction; the ids of those that conflict with no other job.

    Of a user whose caps do not admit all of them, none is made. Raises what the database says about any of
    them; then none is made at all.
    """
    by_user: dict[UUID, list[NewJob]] = {}
    for job in jobs:
        by_user.setdefault(job.row["user_id"], []).append(job)
    # Whoever holds a user's caps never waits for those of one before.
    in_order = [_values(*each) for each in sorted(by_user.items())]
    if len(in_order) == 1:
        return {id for id, _ in await tables.execute(_INSERT, *in_order[0])}
    async with tables.transaction() as group:
        inserted = [group.add(_INSERT, *values) for values in in_order]
    return {id for answer in inserted for id, _ in answer.rows}


async def insert_together(session: AsyncSession, jobs: Sequence[NewJob]) -> set[UUID]:
    """Inserts jobs of the session's user in its transaction; the ids of those that conflict with no other."""
    rows, requests = [job.row for job in jobs], [job.outbox for job in jobs]
    values = {"jobs": to_json(rows).decode(), "requests": to_json(requests).decode()}
    return {id for id, _ in await session.execute(_INSERT_HERE, values)}


def _values(user_id: UUID, jobs: list[NewJob]) -> tuple[bytes | str, ...]:
    types = f"{{{','.join(job.row['job_type'] for job in jobs)}}}"
    return str(user_id), types, to_json([job.row for job in jobs]), to_json([job.outbox for job in jobs])


def _rows(document: str, columns: dict[str, str]) -> str:
    typed = ", ".join(f"{name} {type}" for name, type in columns.items())
    return f"ROWS FROM (json_to_recordset({document}::json) AS ({typed})) WITH ORDINALITY AS new"


def _voiced(columns: dict[str, str]) -> str:
    """The columns, with the voice of the user's brand kit in a request that has none of its own."""
    types = ", ".join(f"'{name}'" for name, kind in JOB_TYPES.items() if "voice" in kind.work.model_fields)
    body = f"""CASE WHEN job_type IN ({types}) AND body #> '{{input,voice}}' IS NULL
        THEN coalesce(jsonb_set(body, '{{input,voice}}', lodestone_voice(user_id)), body) ELSE body END"""
    return ", ".join(body if name == "body" else name for name in columns)


# The user is named before a row is read or made. In another order, row-level security would refuse the rows.
# What one user has locked must not hold up the others: then each is tried alone, with the usual patience.
_INSERT = f"""
    WITH named AS MATERIALIZED (
        SELECT set_config('app.user_id', $1, true) AS user_id, set_config('lock_timeout', '250ms', true)
    ), admitted AS MATERIALIZED (
        SELECT FROM named WHERE lodestone_admits(user_id::uuid, $2::text[])
    ), made AS (
        INSERT INTO background_jobs ({", ".join(JOB_COLUMNS)})
        SELECT {", ".join(JOB_COLUMNS)}
        FROM admitted CROSS JOIN {_rows("$3", JOB_COLUMNS)} ORDER BY ordinality
        ON CONFLICT DO NOTHING RETURNING id
    )
    INSERT INTO outbox ({", ".join(OUTBOX_COLUMNS)})
    SELECT {_voiced(OUTBOX_COLUMNS)} FROM {_rows("$4", OUTBOX_COLUMNS)}
    WHERE job_id IN (SELECT id FROM made) ORDER BY ordinality
    RETURNING job_id,
        pg_notify('{CHANNEL}', CASE json_array_length($4::json) WHEN 1 THEN event_id ELSE '' END)"""  # noqa: S608
_INSERT_HERE = text(f"""
    WITH made AS (
        INSERT INTO background_jobs ({", ".join(JOB_COLUMNS)})
        SELECT {", ".join(JOB_COLUMNS)} FROM {_rows("CAST(:jobs AS json)", JOB_COLUMNS)} ORDER BY ordinality
        ON CONFLICT DO NOTHING RETURNING id
    )
    INSERT INTO outbox ({", ".join(OUTBOX_COLUMNS)})
    SELECT {", ".join(OUTBOX_COLUMNS)} FROM {_rows("CAST(:requests AS json)", OUTBOX_COLUMNS)}
    WHERE job_id IN (SELECT id FROM made) ORDER BY ordinality
    RETURNING job_id, pg_notify('{CHANNEL}', '')""")  # noqa: S608
