"""What the page of one run shows besides the job: for sessions of the reader role."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lodestone.events import JobRequested
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lodestone_gateway.store.tables import BackgroundJob, JobEventRow, OutboxRow

MOST_EVENTS = 5_000  # of a job
MOST_RUNS = 20  # that ran it again


@dataclass(frozen=True)
class Track:
    """Where an event came from and when it arrived."""

    seq: int
    stream_sequence: int
    source: str  # the process that wrote it
    traceparent: str | None
    folded_at: datetime | None  # NULL for events that an earlier release folded


@dataclass(frozen=True)
class Relative:
    """A job that this one runs again, or that runs it again."""

    id: UUID
    status: str
    created_at: datetime


async def tracks(session: AsyncSession, job_id: UUID) -> Sequence[Track]:
    """Of the job's events, the first one first."""
    columns = [getattr(JobEventRow, name) for name in Track.__dataclass_fields__]
    statement = select(*columns).where(col(JobEventRow.job_id) == job_id)
    rows = await session.execute(statement.order_by(col(JobEventRow.seq)).limit(MOST_EVENTS))
    return [Track(**row._mapping) for row in rows]


async def published_at(session: AsyncSession, job_id: UUID) -> datetime | None:
    """When the relay saw the job's request in the stream; None before, and when the outbox forgot it."""
    statement = select(col(OutboxRow.published_at)).where(
        col(OutboxRow.job_id) == job_id, col(OutboxRow.event) == JobRequested.name
    )
    found: datetime | None = await session.scalar(statement)
    return found


async def parent_of(session: AsyncSession, parent_job_id: UUID) -> Relative | None:
    """The job that a run runs again, if it is still there."""
    statement = select(*_RELATIVE).where(col(BackgroundJob.id) == parent_job_id)
    row = (await session.execute(statement)).first()
    return Relative(**row._mapping) if row else None


async def runs_again(session: AsyncSession, job_id: UUID) -> Sequence[Relative]:
    """The jobs that ran this one again, the first one first."""
    statement = select(*_RELATIVE).where(col(BackgroundJob.parent_job_id) == job_id)
    ordered = statement.order_by(col(BackgroundJob.created_at), col(BackgroundJob.id)).limit(MOST_RUNS)
    return [Relative(**row._mapping) for row in await session.execute(ordered)]


_RELATIVE = [getattr(BackgroundJob, name) for name in Relative.__dataclass_fields__]
