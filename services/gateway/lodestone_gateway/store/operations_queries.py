"""Every read of operators, as in `queries`. They take sessions of the reader role, which sees all rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lodestone.status import Status
from sqlalchemy import ColumnElement, exists, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from lodestone_gateway.store.operations_tables import (
    HELD_BULK,
    HELD_INTERACTIVE,
    ConsumerState,
    DeadEvent,
    PausedJobType,
    PausedUser,
    ServiceHeartbeat,
    SpendHold,
)
from lodestone_gateway.store.queries import Conditions, Kinds, Place, newest_ids
from lodestone_gateway.store.tables import BackgroundJob, JobCall, OutboxRow

SILENCE = timedelta(seconds=10)  # of the bus, after which it counts as away


@dataclass(frozen=True)
class DeadJobFilter:
    """Which failed jobs; an empty part lets everything through."""

    job_types: Sequence[str] = ()
    error_codes: Sequence[str] = ()
    user_id: UUID | None = None
    since: datetime | None = None  # of the failure
    until: datetime | None = None  # before this
    cause: str | None = None  # what the failure says, without numbers and ids
    is_replayed: bool = False  # whether they were run again; the others still wait


@dataclass(frozen=True)
class DeadJob:
    """A failed job, and the first job that ran it again."""

    id: UUID
    user_id: UUID
    job_type: str
    error_code: str | None
    error: str | None
    completed_at: datetime
    attempt: int
    replayed_as: UUID | None


async def any_job(session: AsyncSession, job_id: UUID) -> tuple[BackgroundJob, BackgroundJob | None] | None:
    """A job of any user, ended or not, and the first job that ran it again."""
    job = await session.get(BackgroundJob, job_id)
    if job is None:
        return None
    again = select(BackgroundJob).where(col(BackgroundJob.parent_job_id) == job_id)
    first = again.order_by(col(BackgroundJob.created_at), col(BackgroundJob.id)).limit(1)
    return job, (await session.scalars(first)).first()


async def job_calls(session: AsyncSession, job_id: UUID) -> Sequence[JobCall]:
    """The job's calls of the provider, the first one first."""
    statement = select(JobCall).where(col(JobCall.job_id) == job_id)
    return (await session.scalars(statement.order_by(col(JobCall.started_at), col(JobCall.call_id)))).all()


async def dead_jobs(
    session: AsyncSession, wanted: DeadJobFilter, *, before: Place | None, limit: int
) -> list[DeadJob]:
    """Failed jobs, the newest failure first, after the place `before`."""
    child = aliased(BackgroundJob)
    replayed_as = (
        select(col(child.id))
        .where(col(child.parent_job_id) == col(BackgroundJob.id))
        .order_by(col(child.created_at), col(child.id))
        .limit(1)
        .scalar_subquery()
    )
    names = [name for name in DeadJob.__dataclass_fields__ if name != "replayed_as"]
    columns = [getattr(BackgroundJob, name) for name in names]
    place = (col(BackgroundJob.completed_at), col(BackgroundJob.id))
    ids = newest_ids(place, _of_dead(wanted), _kinds_of_dead(wanted), before=before, limit=limit)
    statement = select(*columns, replayed_as.label("replayed_as")).where(col(BackgroundJob.id).in_(ids))
    ordered = statement.order_by(*(column.desc() for column in place))
    return [DeadJob(**row._mapping) for row in await session.execute(ordered)]


async def count_dead_jobs(session: AsyncSession, wanted: DeadJobFilter) -> int:
    """How many failed jobs there are."""
    of_kind = [column.in_(values) for column, values in _kinds_of_dead(wanted).items()]
    statement = select(func.count()).select_from(BackgroundJob).where(*_of_dead(wanted), *of_kind)
    return await session.scalar(statement) or 0


async def dead_events(
    session: AsyncSession, wanted: DeadJobFilter, *, before: Place | None, limit: int
) -> Sequence[DeadEvent]:
    """Messages of the stream that are in no history, by type and time, the newest first, after `before`."""
    statement = select(DeadEvent)
    if wanted.job_types:
        statement = statement.where(col(DeadEvent.job_type).in_(wanted.job_types))
    if wanted.since:
        statement = statement.where(col(DeadEvent.seen_at) >= wanted.since)
    if wanted.until:
        statement = statement.where(col(DeadEvent.seen_at) < wanted.until)
    place = (col(DeadEvent.seen_at), col(DeadEvent.id))
    if before:
        statement = statement.where(tuple_(*place) < before)
    return (await session.scalars(statement.order_by(*(c.desc() for c in place)).limit(limit))).all()


async def paused_job_types(session: AsyncSession) -> dict[str, PausedJobType]:
    """The pauses by job type; everything has a name among them."""
    rows = await session.scalars(select(PausedJobType))
    return {row.job_type: row for row in rows}


async def paused_users(session: AsyncSession) -> dict[UUID, PausedUser]:
    """The pauses by user."""
    rows = await session.scalars(select(PausedUser))
    return {row.user_id: row for row in rows}


async def held_work(session: AsyncSession) -> set[str]:
    """What the cap of the hour holds back, in the names of the hub."""
    found = await session.scalars(select(col(SpendHold.is_bulk)).where(col(SpendHold.until) > func.now()))
    return {HELD_BULK if is_bulk else HELD_INTERACTIVE for is_bulk in found}


async def consumer_states(session: AsyncSession) -> dict[str, ConsumerState]:
    """What the broker said last, by the consumer's name."""
    rows = await session.scalars(select(ConsumerState))
    return {row.name: row for row in rows}


async def service_heartbeats(session: AsyncSession) -> Sequence[ServiceHeartbeat]:
    """What the processes of the services said last, the oldest process first."""
    statement = select(ServiceHeartbeat).order_by(
        col(ServiceHeartbeat.started_at), col(ServiceHeartbeat.worker_id)
    )
    return (await session.scalars(statement)).all()


async def lock_holders(session: AsyncSession) -> dict[int, str]:
    """The keys of the advisory locks that are held in this database, with what their connections are named.

    They say which agents have an active process, and which release that runs.
    """
    here = "(SELECT oid FROM pg_database WHERE datname = current_database())"
    statement = f"""
        SELECT (classid::bigint << 32) | objid::bigint, coalesce(application_name, '')
        FROM pg_locks LEFT JOIN pg_stat_activity USING (pid)
        WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND database = {here}"""  # noqa: S608
    return {key: name for key, name in await session.execute(text(statement))}


async def is_bus_silent(session: AsyncSession) -> bool:
    """Whether an event was sent to the bus and stays unconfirmed, as when the bus's disk is full."""
    is_stuck = exists().where(
        col(OutboxRow.published_at).is_(None),
        col(OutboxRow.tried).is_(True),
        col(OutboxRow.time) < func.now() - SILENCE,
    )
    return bool(await session.scalar(select(is_stuck)))


async def outbox_length(session: AsyncSession) -> int:
    """Events that are not published yet."""
    statement = select(func.count()).select_from(OutboxRow).where(col(OutboxRow.published_at).is_(None))
    return await session.scalar(statement) or 0


def _of_dead(wanted: DeadJobFilter) -> Conditions:
    child = aliased(BackgroundJob)
    is_replayed = exists().where(col(child.parent_job_id) == col(BackgroundJob.id))
    conditions: list[ColumnElement[bool]] = [
        col(BackgroundJob.status) == Status.FAILED.value,
        is_replayed if wanted.is_replayed else ~is_replayed,
    ]
    if wanted.user_id:
        conditions.append(col(BackgroundJob.user_id) == wanted.user_id)
    if wanted.since:
        conditions.append(col(BackgroundJob.completed_at) >= wanted.since)
    if wanted.until:
        conditions.append(col(BackgroundJob.completed_at) < wanted.until)
    return conditions


def _kinds_of_dead(wanted: DeadJobFilter) -> Kinds:
    kinds: dict[Any, Sequence[str]] = {
        col(BackgroundJob.job_type): wanted.job_types,
        col(BackgroundJob.error_code): wanted.error_codes,
        func.lodestone_cause(col(BackgroundJob.error)): [] if wanted.cause is None else [wanted.cause],
    }
    return {column: values for column, values in kinds.items() if values}
