"""Every read of bulk actions, as in `queries`: which jobs they mean, and how far they are.

Sessions of the reader role see all of them; those of the app role see them as an operator.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from lodestone.events import JobRequested
from lodestone.jobs import JOB_TYPES
from lodestone.status import Status
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Text,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from lodestone_gateway.store.bulk_tables import BulkActionJob, BulkActionRow
from lodestone_gateway.store.queries import Place
from lodestone_gateway.store.runs_queries import JobFilter, Searched, found_in, look_at, met_by_index
from lodestone_gateway.store.tables import BackgroundJob, OutboxRow

REPLAY, CANCEL, PAUSE, RESUME = "replay", "cancel", "pause", "resume"
RUN_AGAIN, ERASED, TYPE_GONE, STOPPING = "run_again", "erased", "type_gone", "stopping"
PUBLISHED, PAUSED, NOT_PAUSED = "published", "paused", "not_paused"
GOING_ON = ("looking", "running")  # states in which something is to be done
MAX_JOBS = 100_000  # of one bulk action
NO_IDS = "{}"
RECENT = 200  # completed jobs of a type, whose cost says what the next one costs


@dataclass(frozen=True)
class Meant:
    """Which jobs a bulk action means: those of a filter of the runs list, in `jobs.statuses` always, and of
    these failures; an empty part lets everything through."""

    action: str
    jobs: JobFilter
    cause: str | None = None
    failed_since: datetime | None = None
    failed_until: datetime | None = None  # before this
    paused_by: UUID | None = None  # the bulk action that holds them


@dataclass(frozen=True)
class Count:
    """So many jobs of one type; `reason` says why they are not eligible, None if they are."""

    reason: str | None
    job_type: str
    jobs: int


@dataclass(frozen=True)
class Members:
    """Jobs, as an array in Postgres's own text form: nothing here looks into it."""

    count: int
    job_ids: str


async def count_meant(session: AsyncSession, meant: Meant) -> list[Count]:
    """How many jobs match, by eligibility and type."""
    reason, kind = _reason(meant.action).label("reason"), col(BackgroundJob.job_type)
    statement = select(reason, kind, func.count()).where(*_matching(meant)).group_by(reason, kind)
    return [Count(*row) for row in await session.execute(statement)]


async def members(session: AsyncSession, meant: Meant, *, limit: int) -> Members:
    """The eligible jobs as they are at one moment, at most `limit`."""
    is_eligible = _reason(meant.action).is_(None)
    eligible = select(col(BackgroundJob.id)).where(*_matching(meant), is_eligible).limit(limit).subquery()
    job_ids = func.coalesce(cast(func.array_agg(eligible.c.id), Text), NO_IDS)
    count, listed = (await session.execute(select(func.count(), job_ids).select_from(eligible))).one()
    return Members(count, listed)


@dataclass(frozen=True)
class SearchedPage:
    """What a search found among the next jobs that it looked at."""

    counts: list[Count]
    eligible: list[UUID]
    searched: Searched


async def search_meant(session: AsyncSession, meant: Meant, *, before: Place | None) -> SearchedPage:
    """Looks at the next jobs, newest first, after the place `before`: at most at a page of the runs list."""
    looked_at, searched = await look_at(session, meant.jobs, before=before)
    reason = _reason(meant.action).label("reason")
    columns = (col(BackgroundJob.id), reason, col(BackgroundJob.job_type))
    statement = select(*columns).where(
        col(BackgroundJob.id).in_(looked_at), *found_in(meant.jobs), *_besides(meant)
    )
    found = (await session.execute(statement)).all()
    counts = Counter((row.reason, row.job_type) for row in found)
    eligible = [row.id for row in found if row.reason is None]
    return SearchedPage([Count(*kind, jobs) for kind, jobs in counts.items()], eligible, searched)


async def recent_costs(session: AsyncSession, job_types: Sequence[str]) -> dict[str, Decimal]:
    """What a job of each type cost of late on average, in US dollars; none for one that never completed."""
    found = await session.execute(_RECENT_COSTS, {"job_types": list(job_types), "most": RECENT})
    return {job_type: mean for job_type, mean in found if mean is not None}


async def bulk_action(session: AsyncSession, bulk_id: UUID) -> BulkActionRow | None:
    """One bulk action."""
    return await session.get(BulkActionRow, bulk_id)


async def bulk_actions(
    session: AsyncSession, states: Sequence[str], *, before: Place | None, limit: int
) -> Sequence[BulkActionRow]:
    """Bulk actions, the newest first, after the place `before`."""
    place = (col(BulkActionRow.created_at), col(BulkActionRow.id))
    statement = select(BulkActionRow).order_by(*(each.desc() for each in place)).limit(limit)
    if states:
        statement = statement.where(col(BulkActionRow.state).in_(states))
    if before:
        statement = statement.where(tuple_(*place) < before)
    return (await session.scalars(statement)).all()


async def bulk_action_jobs(
    session: AsyncSession, bulk_id: UUID, outcome: str | None, *, after: UUID | None, limit: int
) -> Sequence[BulkActionJob]:
    """Jobs of a bulk action by id, after the job `after`; `open` means those that had no turn yet."""
    job_id, became = col(BulkActionJob.job_id), col(BulkActionJob.outcome)
    statement = select(BulkActionJob).where(col(BulkActionJob.bulk_action_id) == bulk_id)
    if outcome is not None:
        statement = statement.where(became.is_(None) if outcome == "open" else became == outcome)
    if after:
        statement = statement.where(job_id > after)
    return (await session.scalars(statement.order_by(job_id).limit(limit))).all()


async def owners(session: AsyncSession, job_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """By owner their jobs of these; one that is gone has none."""
    statement = select(col(BackgroundJob.user_id), col(BackgroundJob.id)).where(
        col(BackgroundJob.id).in_(job_ids)
    )
    owned: dict[UUID, list[UUID]] = {}
    for user_id, job_id in await session.execute(statement):
        owned.setdefault(user_id, []).append(job_id)
    return owned


async def seconds_until_due(connection: AsyncConnection) -> float | None:
    """Until a batch or a page of any bulk action is due, at most 0 if one is; None if there is none."""
    seconds = await connection.scalar(_DUE)
    return None if seconds is None else float(seconds)


async def other_on_same_jobs(session: AsyncSession, bulk_id: UUID) -> UUID | None:
    """Another bulk action that runs and still has one of this one's jobs before it."""
    other: UUID | None = await session.scalar(_OTHER, {"id": bulk_id})
    return other


# The state comes as a value, as in `run_times`.
_RECENT_COSTS = text("""
    SELECT kind.job_type, (
        SELECT avg(cost_usd) FROM (
            SELECT cost_usd FROM background_jobs
            WHERE job_type = kind.job_type AND status = ended.status
            ORDER BY created_at DESC, id DESC LIMIT :most) AS newest) AS mean
    FROM unnest(:job_types) AS kind(job_type) CROSS JOIN unnest(:states) AS ended(status)
""").bindparams(
    bindparam("job_types", type_=ARRAY(Text)),
    bindparam("states", [Status.COMPLETED.value], type_=ARRAY(Text)),
)
_DUE = text("""
    SELECT extract(epoch FROM min(next_at) - clock_timestamp()) FROM bulk_actions
    WHERE state IN ('looking', 'running')
""")
_OTHER = text("""
    SELECT other.bulk_action_id FROM bulk_action_jobs AS mine
    JOIN bulk_action_jobs AS other ON other.job_id = mine.job_id AND other.outcome IS NULL
    JOIN bulk_actions AS running ON running.id = other.bulk_action_id AND running.state = 'running'
    WHERE mine.bulk_action_id = :id AND other.bulk_action_id <> :id LIMIT 1
""")


def _matching(meant: Meant) -> list[ColumnElement[bool]]:
    return [*met_by_index(meant.jobs), *_besides(meant)]


def _besides(meant: Meant) -> list[ColumnElement[bool]]:
    """What the list of runs has no filter for."""
    conditions: list[ColumnElement[bool]] = []
    if meant.cause is not None:
        conditions.append(func.lodestone_cause(col(BackgroundJob.error)) == meant.cause)
    if meant.failed_since:
        conditions.append(col(BackgroundJob.completed_at) >= meant.failed_since)
    if meant.failed_until:
        conditions.append(col(BackgroundJob.completed_at) < meant.failed_until)
    if meant.paused_by:
        conditions.append(col(BackgroundJob.held_by) == meant.paused_by)
    return conditions


def _reason(action: str) -> ColumnElement[str | None]:
    """Why a job that matches is not eligible; NULL if it is."""
    if action != REPLAY:
        return case(*_REASONS_OF_LIVING[action], else_=null())
    again = aliased(BackgroundJob)
    return case(
        (exists().where(col(again.parent_job_id) == col(BackgroundJob.id)), literal(RUN_AGAIN)),
        (col(BackgroundJob.erased_at).is_not(None), literal(ERASED)),
        (col(BackgroundJob.job_type).not_in(list(JOB_TYPES)), literal(TYPE_GONE)),
        else_=null(),
    )


_IS_HELD = col(BackgroundJob.held_by).is_not(None)
_IS_STOPPING = (col(BackgroundJob.cancel_requested), literal(STOPPING))
# A request that the relay has tried to publish may be on the bus.
_WAITS_IN_OUTBOX = exists().where(
    col(OutboxRow.job_id) == col(BackgroundJob.id),
    col(OutboxRow.event) == JobRequested.name,
    col(OutboxRow.published_at).is_(None),
    col(OutboxRow.tried).is_(False),
)
_REASONS_OF_LIVING: dict[str, list[tuple[Any, Any]]] = {
    CANCEL: [_IS_STOPPING],
    PAUSE: [
        _IS_STOPPING,
        (_IS_HELD, literal(PAUSED)),
        (or_(col(BackgroundJob.seq) > 0, ~_WAITS_IN_OUTBOX), literal(PUBLISHED)),
    ],
    RESUME: [(~_IS_HELD, literal(NOT_PAUSED))],
}
