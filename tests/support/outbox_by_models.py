"""What the relay reads from the outbox, in terms of the models: the oracle of its plain SQL."""

from collections.abc import Collection, Iterable
from typing import Any

from lodestone.events import EVENTS, JobCancelRequested, JobRequested
from lodestone.judgement import RowState
from lodestone.status import Status
from lodestone_gateway.outbox.queue import Waiting
from lodestone_gateway.store.job_ends import has_ended
from lodestone_gateway.store.operations_tables import PausedJobType
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import BackgroundJob, OutboxRow
from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import aliased
from sqlmodel import col


async def waiting_rows(engine: AsyncEngine, limit: int, left_out: Collection[str]) -> list[Waiting]:
    """The next rows in their order."""
    is_bulk = col(BackgroundJob.priority) == "bulk"
    turn = func.row_number().over(
        partition_by=[col(OutboxRow.user_id), is_bulk], order_by=col(OutboxRow.position)
    )
    query = (
        select(OutboxRow, col(BackgroundJob.status), col(BackgroundJob.seq))
        .join(BackgroundJob, col(BackgroundJob.id) == col(OutboxRow.job_id))
        .where(
            col(OutboxRow.published_at).is_(None),
            ~_is_held_back(),
            col(OutboxRow.event_id).not_in(left_out),
        )
        .order_by(is_bulk, turn, col(OutboxRow.position))
        .limit(limit)
    )
    async with transaction(engine) as session:
        return [_waiting(*row) for row in await session.execute(query)]


async def prunable(engine: AsyncEngine) -> set[str]:
    """The event ids of published rows of ended jobs."""
    query = (
        select(col(OutboxRow.event_id))
        .join(BackgroundJob, col(BackgroundJob.id) == col(OutboxRow.job_id))
        .where(col(OutboxRow.published_at).is_not(None), has_ended())
    )
    return set(await _ids(engine, query))


async def marks(engine: AsyncEngine) -> dict[str, tuple[bool, bool]]:
    """By event id, whether each row is tried and whether it is published."""
    query = select(OutboxRow)
    async with transaction(engine) as session:
        rows = await session.scalars(query)
        return {row.event_id: (row.tried, row.published_at is not None) for row in rows}


async def _ids(engine: AsyncEngine, query: Any) -> Iterable[str]:
    async with transaction(engine) as session:
        ids: Iterable[str] = (await session.scalars(query)).all()
        return ids


def _is_held_back() -> ColumnElement[bool]:
    other = aliased(OutboxRow)
    is_paused = exists().where(col(PausedJobType.job_type) == col(OutboxRow.job_type))
    is_cancelled = exists().where(
        col(other.job_id) == col(OutboxRow.job_id), col(other.event) == JobCancelRequested.name
    )
    return (col(OutboxRow.event) == JobRequested.name) & is_paused & ~is_cancelled


def _waiting(row: OutboxRow, status: str, seq: int) -> Waiting:
    return Waiting(
        event_id=row.event_id,
        job_id=row.job_id,
        job_type=row.job_type,
        event=EVENTS[row.event].model_validate(row.body),
        time=row.time,
        traceparent=row.traceparent,
        tried=row.tried,
        job=RowState(is_terminal=Status(status).is_terminal, seq=seq),
    )
