"""What the relay reads from the outbox, in terms of the models: the oracle of its plain SQL."""

from collections.abc import Collection, Iterable
from typing import Any

from lodestone.events import EVENTS, JobCancelRequested
from lodestone.judgement import RowState
from lodestone.status import Status
from lodestone_gateway.outbox.place import Look
from lodestone_gateway.outbox.queue import Waiting
from lodestone_gateway.store.job_ends import has_ended
from lodestone_gateway.store.operations_tables import PausedJobType, SpendHold
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import BackgroundJob, OutboxRow
from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import aliased
from sqlmodel import col


async def waiting_rows(engine: AsyncEngine, look: Look, left_out: Collection[str]) -> list[Waiting]:
    """The next rows in their order."""
    query = (
        select(OutboxRow, col(BackgroundJob.status), col(BackgroundJob.seq))
        .join(BackgroundJob, col(BackgroundJob.id) == col(OutboxRow.job_id))
        .where(
            col(OutboxRow.published_at).is_(None),
            _is_since(OutboxRow, look) & ~_is_paused() | _is_of_cancel(look, left_out),
            col(OutboxRow.event_id).not_in([*left_out, *look.left_alone]),
        )
        .order_by(col(OutboxRow.is_bulk), col(OutboxRow.turn), col(OutboxRow.position))
        .limit(look.limit)
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


def _is_since(row: type[OutboxRow], look: Look) -> ColumnElement[bool]:
    is_bulk, turn = col(row.is_bulk), col(row.turn)
    return is_bulk & (turn >= look.since.bulk) | ~is_bulk & (turn >= look.since.interactive)


def _is_paused() -> ColumnElement[bool]:
    of_type = exists().where(col(PausedJobType.job_type) == col(OutboxRow.job_type))
    is_held = (col(SpendHold.is_bulk) == col(OutboxRow.is_bulk)) & (col(SpendHold.until) > func.now())
    return of_type | exists().where(is_held)


def _is_of_cancel(look: Look, left_out: Collection[str]) -> ColumnElement[bool]:
    """Whether the job's cancel waits."""
    cancel = aliased(OutboxRow)
    return exists().where(
        col(cancel.job_id) == col(OutboxRow.job_id),
        col(cancel.event) == JobCancelRequested.name,
        col(cancel.published_at).is_(None),
        col(cancel.event_id).not_in([*left_out, *look.left_alone]),
        _is_since(cancel, look),
        _is_paused(),
    )


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
        is_bulk=row.is_bulk,
        turn=row.turn,
    )
