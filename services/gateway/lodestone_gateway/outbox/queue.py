"""The outbox as the relay sees it: waiting rows in a fair order, and their two marks, tried and published."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import structlog
from lodestone.clock import now
from lodestone.events import EVENTS, JobCancelRequested, JobEvent, JobRequested
from lodestone.job_log import JobLog
from lodestone.judgement import AppendRequested, RowState, on_outbox_request
from lodestone.status import Status
from sqlalchemy import ColumnElement, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from lodestone_gateway.store.job_ends import has_ended
from lodestone_gateway.store.operations_tables import PausedJobType
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import BackgroundJob, OutboxRow

PRUNED_AT_ONCE = 1000  # rows; a longer DELETE would delay the next round

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Waiting:
    """One unpublished row of the outbox, and its job's row."""

    event_id: str
    job_id: UUID
    job_type: str
    event: JobEvent
    time: datetime
    traceparent: str | None
    tried: bool  # an earlier try may have been stored, then lost
    job: RowState
    is_first_try: bool = False  # this relay has just marked it as tried: nobody appended it before

    @property
    def may_be_first(self) -> bool:
        """Whether it asks for a job of which nobody has published anything."""
        decision = on_outbox_request(JobLog(), self.job, tried=self.tried)
        return isinstance(self.event, JobRequested) and decision == AppendRequested(is_open=False)


async def take_waiting(
    engine: AsyncEngine, limit: int, unreadable: set[str], *, published: Iterable[str], is_to_try: bool
) -> list[Waiting]:
    """Takes `published` off the queue and reads the next rows, in one transaction.

    Interactive jobs come before bulk, users in turn, each user's rows in their order; requests of a paused
    job type wait, except those to be cancelled. A row that cannot be read, perhaps of a newer version, blocks
    only its job: its id goes into `unreadable`, whose rows are left out. With `is_to_try`, requests that
    nobody has tried are marked as tried: they may be appended after the commit.
    """
    async with transaction(engine) as session:
        await _mark(session, published, col(OutboxRow.published_at).is_(None), {"published_at": now()})
        waiting = await _read_waiting(session, limit, unreadable)
        if not is_to_try:
            return waiting
        new = [row.event_id for row in waiting if row.may_be_first]
        first = await _mark(session, new, col(OutboxRow.tried).is_(False), {"tried": True})
    return [replace(row, is_first_try=True) if row.event_id in first else row for row in waiting]


async def mark_published(engine: AsyncEngine, event_ids: Iterable[str]) -> None:
    """Takes rows off the queue; they stay for a restore until the job ends."""
    async with transaction(engine) as session:
        await _mark(session, event_ids, col(OutboxRow.published_at).is_(None), {"published_at": now()})


async def _read_waiting(session: AsyncSession, limit: int, unreadable: set[str]) -> list[Waiting]:
    while True:
        known = len(unreadable)
        waiting = await _read_page(session, limit, unreadable)
        if waiting or len(unreadable) == known:
            return waiting


async def _read_page(session: AsyncSession, limit: int, unreadable: set[str]) -> list[Waiting]:
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
            col(OutboxRow.event_id).not_in(unreadable),
        )
        .order_by(is_bulk, turn, col(OutboxRow.position))
        .limit(limit)
    )
    rows = [_waiting(*row, unreadable) for row in await session.execute(query)]
    return [row for row in rows if row]


async def prune(engine: AsyncEngine) -> None:
    """Deletes published rows of ended jobs, which are never restored."""
    ended = (
        select(col(OutboxRow.event_id))
        .join(BackgroundJob, col(BackgroundJob.id) == col(OutboxRow.job_id))
        .where(col(OutboxRow.published_at).is_not(None), has_ended())
        .limit(PRUNED_AT_ONCE)
        .with_for_update(of=OutboxRow, skip_locked=True)
    )
    async with transaction(engine) as session:
        await session.execute(
            delete(OutboxRow).where(col(OutboxRow.event_id).in_(ended)),
            execution_options={"synchronize_session": False},
        )


async def _mark(
    session: AsyncSession, event_ids: Iterable[str], is_unmarked: ColumnElement[bool], mark: dict[str, object]
) -> set[str]:
    ids = list(event_ids)
    if not ids:
        return set()
    # A locked row blocks only itself: the next round comes to it again.
    unlocked = (
        select(col(OutboxRow.event_id))
        .where(col(OutboxRow.event_id).in_(ids), is_unmarked)
        .with_for_update(skip_locked=True)
    )
    statement = (
        update(OutboxRow)
        .where(col(OutboxRow.event_id).in_(unlocked))
        .values(mark)
        .returning(col(OutboxRow.event_id))
    )
    marked = await session.execute(statement, execution_options={"synchronize_session": False})
    return set(marked.scalars())


def _is_held_back() -> ColumnElement[bool]:
    other = aliased(OutboxRow)
    is_paused = exists().where(col(PausedJobType.job_type) == col(OutboxRow.job_type))
    is_cancelled = exists().where(
        col(other.job_id) == col(OutboxRow.job_id), col(other.event) == JobCancelRequested.name
    )
    return (col(OutboxRow.event) == JobRequested.name) & is_paused & ~is_cancelled


def _waiting(row: OutboxRow, status: str, seq: int, unreadable: set[str]) -> Waiting | None:
    try:
        return _read(row, status, seq)
    except Exception:
        unreadable.add(row.event_id)
        log.exception("cannot read a row of the outbox", job_id=str(row.job_id), event_name=row.event)
        return None


def _read(row: OutboxRow, status: str, seq: int) -> Waiting:
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
