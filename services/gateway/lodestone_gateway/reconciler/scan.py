"""Which jobs the reconciler looks at, and what their rows say."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lodestone.events import JobRequested, JobStarted
from lodestone.status import Status
from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import col

from lodestone_gateway.store.job_ends import has_ended, is_living
from lodestone_gateway.store.session import single_read
from lodestone_gateway.store.tables import BackgroundJob, JobCall, JobEventRow
from lodestone_gateway.verdict.machinery import STUCK_AFTER

IDLE = timedelta(seconds=4)  # a job with a newer event is left alone
KEPT = timedelta(days=30)  # what the stream keeps: older logs cannot be read
_ROWS = text("""
    SELECT id, status, ARRAY(
        SELECT event_id FROM job_events WHERE job_id = job.id
        UNION ALL SELECT event_id FROM outbox WHERE job_id = job.id AND published_at IS NOT NULL
    )
    FROM background_jobs AS job WHERE id = ANY(:job_ids)
""")


@dataclass(frozen=True)
class Suspect:
    """A job that may need help."""

    job_id: UUID
    job_type: str
    deadline_at: datetime


@dataclass(frozen=True)
class UnsettledJob:
    """A job with calls that look as if nobody will settle them."""

    job_id: UUID
    job_type: str


@dataclass(frozen=True)
class RowView:
    """What Postgres knows of a job, read after its log."""

    is_terminal: bool
    event_ids: frozenset[str]  # what the log must hold: folded, or marked as published


async def read_overdue(engine: AsyncEngine, now: datetime, limit: int) -> list[Suspect]:
    """Jobs that should have ended, the oldest first."""
    return await _read(engine, col(BackgroundJob.deadline_at) <= now, col(BackgroundJob.deadline_at), limit)


async def read_idle(engine: AsyncEngine, now: datetime, after: UUID | None, limit: int) -> list[Suspect]:
    """Jobs without a new event, by id, from the one after `after` on."""
    is_idle = (col(BackgroundJob.updated_at) < now - IDLE) & (col(BackgroundJob.deadline_at) > now)
    is_next = is_idle & (col(BackgroundJob.id) > after) if after else is_idle
    return await _read(engine, is_next, col(BackgroundJob.id), limit)


async def read_unsettled(
    engine: AsyncEngine, now: datetime, after: UUID | None, limit: int
) -> list[UnsettledJob]:
    """Jobs with an open call of an attempt that is over, by id, from the one after `after` on.

    A call of the running attempt is its worker's. If that worker is dead, the job is taken over or ends.
    """
    is_over = has_ended() | (col(BackgroundJob.attempt) > col(JobCall.attempt))
    is_over |= col(BackgroundJob.retry_at).is_not(None)
    query = (
        select(col(JobCall.job_id), col(JobCall.job_type))
        .join(BackgroundJob, col(BackgroundJob.id) == col(JobCall.job_id))
        .where(col(JobCall.finished_at).is_(None), is_over, col(JobCall.started_at) > now - KEPT)
        .distinct()
        .order_by(col(JobCall.job_id))
        .limit(limit)
    )
    async with single_read(engine) as connection:
        rows = await connection.execute(query.where(col(JobCall.job_id) > after) if after else query)
        return [UnsettledJob(*row) for row in rows]


async def read_rows(engine: AsyncEngine, job_ids: Collection[UUID]) -> dict[UUID, RowView]:
    """Each row's state and the events that must be in its log; a job without a row counts as ended."""
    async with single_read(engine) as connection:
        rows = await connection.execute(_ROWS, {"job_ids": list(job_ids)})
        found = {id: RowView(Status(status).is_terminal, frozenset(ids)) for id, status, ids in rows}
    return {id: found.get(id, RowView(True, frozenset())) for id in job_ids}


async def read_requests_of(engine: AsyncEngine, worker_id: str) -> list[tuple[str, int]]:
    """Of the jobs that this worker began last and that live on: their types, and where their requests lay."""
    started, requested = aliased(JobEventRow), aliased(JobEventRow)
    is_newest = (col(started.job_id) == col(BackgroundJob.id)) & (col(started.event) == JobStarted.name)
    is_newest &= col(started.attempt) == col(BackgroundJob.attempt)
    is_request = (col(requested.job_id) == col(BackgroundJob.id)) & (
        col(requested.event) == JobRequested.name
    )
    query = (
        select(col(BackgroundJob.job_type), col(requested.stream_sequence))
        .join(started, is_newest)
        .join(requested, is_request)
        .where(col(BackgroundJob.status) == Status.PROCESSING.value)
        .where(col(started.body)["workerId"].astext == worker_id)
    )
    async with single_read(engine) as connection:
        return [(job_type, sequence) for job_type, sequence in await connection.execute(query)]


@dataclass(frozen=True)
class Living:
    """The living jobs of one type."""

    oldest_seconds: float = 0.0  # since the oldest one was accepted
    stuck: int = 0  # that should have ended by now


async def read_living(engine: AsyncEngine, now: datetime) -> dict[str, Living]:
    """What lives, by job type."""
    is_stuck = col(BackgroundJob.deadline_at) < now - STUCK_AFTER
    query = (
        select(
            col(BackgroundJob.job_type),
            func.min(BackgroundJob.created_at),
            func.count().filter(is_stuck),
        )
        .where(is_living())
        .group_by(col(BackgroundJob.job_type))
    )
    async with single_read(engine) as connection:
        rows = await connection.execute(query)
        return {job_type: Living((now - oldest).total_seconds(), stuck) for job_type, oldest, stuck in rows}


async def read_open_calls(engine: AsyncEngine, now: datetime) -> tuple[int, float]:
    """How many calls of the ledger are not settled, and the seconds since the oldest of them began."""
    oldest = func.min(col(JobCall.started_at))
    query = select(func.count(), oldest).where(col(JobCall.finished_at).is_(None))
    async with single_read(engine) as connection:
        count, began = (await connection.execute(query)).one()
        return count, (now - began).total_seconds() if began else 0.0


async def _read(
    engine: AsyncEngine, condition: ColumnElement[bool], order: Mapped[Any], limit: int
) -> list[Suspect]:
    columns = (col(BackgroundJob.id), col(BackgroundJob.job_type), col(BackgroundJob.deadline_at))
    query = select(*columns).where(is_living(), condition).order_by(order).limit(limit)
    async with single_read(engine) as connection:
        return [Suspect(*row) for row in await connection.execute(query)]
