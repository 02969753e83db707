"""What erasure does in the tables. Every step is safe to repeat, and none needs the broker."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lodestone.clock import now
from lodestone.erasure import ERASED_MESSAGE, without_texts
from lodestone.events import EVENTS, TERMINAL_EVENTS
from lodestone.job_log import Entry
from lodestone.wire import JsonObject
from sqlalchemy import case, delete, extract, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlmodel import col

from lodestone_gateway.jobs.restore import entry_of
from lodestone_gateway.reconciler.scan import KEPT
from lodestone_gateway.store.cursor_table import ProjectorCursor
from lodestone_gateway.store.erasure_tables import DeletedAccount, Erasure
from lodestone_gateway.store.job_ends import has_ended
from lodestone_gateway.store.operations_tables import DeadEvent
from lodestone_gateway.store.session import single_read, transaction
from lodestone_gateway.store.tables import BackgroundJob, JobEventRow, OutboxRow

IN_PLACE: dict[str, Any] = {"synchronize_session": False}  # nothing that is changed is held as an object

_SPREAD = text("""
    INSERT INTO erasures (job_id, job_type, user_id, removes_row)
    SELECT id, job_type, user_id, true FROM background_jobs
    WHERE user_id IN (SELECT user_id FROM deleted_accounts WHERE done_at IS NULL)
    ON CONFLICT (job_id) DO UPDATE SET removes_row = true, done_at = NULL WHERE NOT erasures.removes_row
""")
_LOCKED = text("""
    SELECT FROM users WHERE id IN (SELECT user_id FROM deleted_accounts WHERE done_at IS NULL) FOR UPDATE
""")
_UNNAME = text("""
    UPDATE users SET email = NULL, name = NULL
    WHERE id IN (SELECT user_id FROM deleted_accounts WHERE done_at IS NULL)
""")
_JOBLESS = text("""
    DELETE FROM users WHERE id IN (SELECT user_id FROM deleted_accounts WHERE done_at IS NULL)
    AND NOT EXISTS (SELECT FROM background_jobs WHERE user_id = users.id)
""")
_CLOSED = text("""
    UPDATE deleted_accounts SET done_at = now()
    WHERE done_at IS NULL AND NOT EXISTS (SELECT FROM users WHERE id = user_id) RETURNING user_id
""")


@dataclass(frozen=True)
class Erasing:
    """A job to be erased."""

    job_id: UUID
    job_type: str
    removes_row: bool
    requested_at: datetime  # last


async def spread_to_jobs(engine: AsyncEngine) -> None:
    """Extends the deletion of accounts to their jobs, even those submitted at the same moment."""
    async with transaction(engine) as session:
        await session.execute(_SPREAD)


async def read_unstripped(engine: AsyncEngine, limit: int) -> list[Erasing]:
    """Ended jobs that still have their texts."""
    is_due = has_ended() & col(BackgroundJob.erased_at).is_(None)
    return await _read(engine, limit, is_due)


async def read_stripped(engine: AsyncEngine, after: UUID | None, limit: int) -> list[Erasing]:
    """Jobs still to be erased in the stream, by id, from the one after `after`; even those without a row."""
    is_due = or_(col(BackgroundJob.id).is_(None), col(BackgroundJob.erased_at).is_not(None))
    return await _read(engine, limit, is_due & (col(Erasure.job_id) > after) if after else is_due)


async def strip(engine: AsyncEngine, job_id: UUID) -> None:
    """Removes the texts from an ended job's rows; its events stay otherwise unchanged."""
    async with transaction(engine) as session:
        # A fold in progress has read the texts and would write them again: it ends first, the next one waits.
        await session.execute(
            select(col(BackgroundJob.id))
            .where(col(BackgroundJob.id) == job_id)
            .with_for_update(key_share=True)
        )
        await _strip_history(session, job_id)
        await session.execute(
            update(BackgroundJob)
            .where(col(BackgroundJob.id) == job_id, has_ended())
            .values(
                input={},
                result=None,
                items=[],
                progress_message="",
                error=case((col(BackgroundJob.error).is_not(None), ERASED_MESSAGE)),
                idempotency_key=None,
                idempotency_hash=None,
                erased_at=func.now(),
                updated_at=col(BackgroundJob.updated_at),
            ),
            execution_options=IN_PLACE,
        )
        for table in (OutboxRow, DeadEvent):
            gone = delete(table).where(col(table.job_id) == job_id)
            await session.execute(gone, execution_options=IN_PLACE)


async def read_end(engine: AsyncEngine, job_id: UUID) -> tuple[Entry | None, int]:
    """The job's terminal event, if the stream may still have it, and how far the stream is folded."""
    async with transaction(engine) as session:
        end = select(JobEventRow).where(
            col(JobEventRow.job_id) == job_id,
            col(JobEventRow.event).in_(TERMINAL_EVENTS),
            col(JobEventRow.time) > now() - KEPT,
        )
        row = (await session.scalars(end)).first()
        folded_to = await session.scalar(select(col(ProjectorCursor.sequence)))
        return entry_of(row) if row else None, folded_to or 0


async def finish(engine: AsyncEngine, erasing: Erasing) -> None:
    """Notes that nothing is left; a row that is to be erased goes now, with history and ledger."""
    async with transaction(engine) as session:
        if erasing.removes_row:
            # The foreign key would do this by itself, but as a change of the other job.
            await session.execute(
                update(BackgroundJob)
                .where(col(BackgroundJob.parent_job_id) == erasing.job_id)
                .values(parent_job_id=None, updated_at=col(BackgroundJob.updated_at)),
                execution_options=IN_PLACE,
            )
            row = delete(BackgroundJob).where(col(BackgroundJob.id) == erasing.job_id)
            await session.execute(row, execution_options=IN_PLACE)
        await session.execute(
            update(Erasure)
            # not if it was meanwhile asked to remove the row too, or texts came back into the stream
            .where(
                col(Erasure.job_id) == erasing.job_id,
                col(Erasure.removes_row) == erasing.removes_row,
                col(Erasure.requested_at) == erasing.requested_at,
            )
            .values(done_at=func.now()),
            execution_options=IN_PLACE,
        )


async def close_accounts(engine: AsyncEngine) -> list[UUID]:
    """Removes the users who have no jobs left, with all that is still theirs; returns them."""
    async with transaction(engine) as session:
        # A request that is making a job either commits before we look, or is too late.
        await session.execute(_LOCKED)
        await session.execute(_UNNAME)
        await session.execute(_JOBLESS)
        return list((await session.execute(_CLOSED)).scalars())


async def count_waiting(engine: AsyncEngine) -> tuple[int, float]:
    """How many jobs and accounts wait to be erased, and the seconds since the oldest was asked for."""
    jobs, accounts = (
        select(func.count(), _age(table)).where(col(table.done_at).is_(None))
        for table in (Erasure, DeletedAccount)
    )
    async with single_read(engine) as connection:
        waiting = (await connection.execute(jobs.union_all(accounts))).all()
    return sum(count for count, _ in waiting), max(float(age or 0) for _, age in waiting)


def _age(table: type[Erasure] | type[DeletedAccount]) -> Any:
    return extract("epoch", func.now() - func.min(table.requested_at))


async def _read(engine: AsyncEngine, limit: int, is_due: Any) -> list[Erasing]:
    query = (
        select(
            col(Erasure.job_id),
            col(Erasure.job_type),
            col(Erasure.removes_row),
            col(Erasure.requested_at),
        )
        .join(BackgroundJob, col(BackgroundJob.id) == col(Erasure.job_id), isouter=True)
        .where(col(Erasure.done_at).is_(None), is_due)
        .order_by(col(Erasure.job_id))
        .limit(limit)
    )
    async with single_read(engine) as connection:
        return [Erasing(*row) for row in await connection.execute(query)]


async def _strip_history(session: AsyncSession, job_id: UUID) -> None:
    rows = await session.execute(
        select(col(JobEventRow.position), col(JobEventRow.event), col(JobEventRow.body)).where(
            col(JobEventRow.job_id) == job_id
        )
    )
    if stripped := list(_stripped(rows)):
        await session.execute(update(JobEventRow), stripped)


def _stripped(rows: Iterable[Any]) -> Iterable[JsonObject]:
    """The bodies that change, by position; even fields that this version does not know go."""
    for position, event, body in rows:
        left = without_texts(EVENTS[event].model_validate(body)).body()
        if left != body:
            yield {"position": position, "body": left}
