"""Every read of lead magnets, of what belongs to them, and of how much a user used, as in `queries`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from lodestone.events import JobProgress
from lodestone.ids import new_id
from lodestone.wire import JsonObject
from sqlalchemy import ARRAY, ColumnElement, Select, Text, exists, func, literal, select, text, tuple_
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lodestone_gateway.store.brand_kit_table import BrandKit
from lodestone_gateway.store.job_ends import is_living
from lodestone_gateway.store.lead_magnet_tables import (
    JOB_COLUMNS,
    EmailSequenceRow,
    LeadMagnetRow,
    PieceVersionRow,
    WizardDraftRow,
)
from lodestone_gateway.store.queries import WITHOUT_TEXTS
from lodestone_gateway.store.tables import BackgroundJob, JobEventRow, Json, User

_VOICE = text("SELECT lodestone_voice(:user_id) AS voice").columns(voice=JSONB)


@dataclass(frozen=True)
class Usage:
    """What a user used of their plan in the present month, UTC; None as the limit means unlimited."""

    plan: str
    monthly_limit: int | None
    used: int
    reserved: int
    month_began: datetime
    resets_at: datetime
    added_up_until: date  # in `usage_days`, the days before


@dataclass(frozen=True)
class UsageDay:
    """Jobs by the day on which they were asked for; tokens and cost by the day of the calls."""

    date: date
    job_type: str
    jobs: int
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    cost_usd: Decimal
    cache_saved_usd: Decimal


@dataclass(frozen=True)
class ListedLeadMagnet:
    """A lead magnet as lists show it: it says which parts exist, without their texts."""

    id: UUID
    title: str
    archetype: str
    status: str
    is_custom_idea: bool
    is_favourite: bool
    ideation_job_id: UUID | None
    external_url: str | None
    scheduled_time: datetime | None
    published_at: datetime | None
    polished_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime
    job_ids: Mapping[str, UUID | None]  # by the job type whose result a part is
    filled: frozenset[str]  # which of the columns that were asked about have something in them


@dataclass(frozen=True)
class ListedVersion:
    """A version of a piece as lists show it: without its texts."""

    id: UUID
    piece: str
    author: str
    job_id: UUID | None
    made_at: datetime | None
    replaced_by: UUID | None
    is_offered: bool
    kept_at: datetime
    bytes: int


async def lead_magnet(session: AsyncSession, id: UUID) -> LeadMagnetRow | None:
    """One lead magnet that is not in the bin."""
    return _if_not_binned(await session.get(LeadMagnetRow, id))


async def lead_magnet_to_keep(session: AsyncSession, id: UUID) -> LeadMagnetRow | None:
    """One that is not in the bin, and which nobody deletes before the end of this transaction."""
    return _if_not_binned(
        await session.get(LeadMagnetRow, id, with_for_update={"read": True, "key_share": True})
    )


async def lead_magnet_to_change(session: AsyncSession, id: UUID) -> LeadMagnetRow | None:
    """One that is not in the bin, and which nobody else changes before the end of this transaction."""
    return _if_not_binned(await stored_lead_magnet(session, id))


async def stored_lead_magnet(session: AsyncSession, id: UUID) -> LeadMagnetRow | None:
    """As `lead_magnet_to_change`, but in the bin or not."""
    return await session.get(LeadMagnetRow, id, with_for_update=True, populate_existing=True)


async def has_lead_magnet(session: AsyncSession, id: UUID) -> bool:
    """Whether there is this lead magnet, and not in the bin."""
    there = exists().where(col(LeadMagnetRow.id) == id, _IS_OUT)
    return bool(await session.scalar(select(there)))


def _if_not_binned(row: LeadMagnetRow | None) -> LeadMagnetRow | None:
    return row if row and row.binned_at is None else None


async def lead_magnets(
    session: AsyncSession,
    user_id: UUID,
    parts: Collection[str],
    *,
    before: tuple[datetime, UUID] | None,
    limit: int,
    is_favourite: bool | None = None,
) -> list[ListedLeadMagnet]:
    """The user's lead magnets without their parts and without the bin, newest first, after `before`.

    Of the columns `parts` it reads only whether they contain something. `is_favourite` leaves out the others.
    """
    statement = listing(user_id, parts)
    if is_favourite is not None:
        favourite = col(LeadMagnetRow.is_favourite)  # as the index of favourites says it
        statement = statement.where(favourite if is_favourite else ~favourite)
    if before:
        statement = statement.where(tuple_(col(LeadMagnetRow.created_at), col(LeadMagnetRow.id)) < before)
    rows = await session.execute(statement.order_by(*NEWEST).limit(limit))
    return [listed(row._mapping, parts) for row in rows]


def listing(user_id: UUID, parts: Collection[str]) -> Select[Any]:
    """The user's lead magnets as lists show them, in no order."""
    columns = [getattr(LeadMagnetRow, name) for name in (*_LISTED, *JOB_COLUMNS.values())]
    filled = [_is_filled(name).label(f"has_{name}") for name in parts]
    return select(*columns, *filled).where(col(LeadMagnetRow.user_id) == user_id, _IS_OUT)


NEWEST = (col(LeadMagnetRow.created_at).desc(), col(LeadMagnetRow.id).desc())
_IS_OUT = col(LeadMagnetRow.binned_at).is_(None)  # of the bin


def listed(row: Mapping[Any, Any], parts: Collection[str]) -> ListedLeadMagnet:
    """A row of such a list."""
    return ListedLeadMagnet(
        **{name: row[name] for name in _LISTED},
        job_ids={job_type: row[column] for job_type, column in JOB_COLUMNS.items()},
        filled=frozenset(name for name in parts if row[f"has_{name}"]),
    )


def _is_filled(name: str) -> ColumnElement[bool]:
    column: Any = col(getattr(LeadMagnetRow, name))
    if LeadMagnetRow.model_fields[name].annotation == list[Json] | None:
        return func.coalesce(func.jsonb_array_length(column), 0) > 0
    is_there: ColumnElement[bool] = column.is_not(None)
    return is_there


_LISTED = [name for name in ListedLeadMagnet.__dataclass_fields__ if name not in ("job_ids", "filled")]


async def lead_magnets_of_ideation(session: AsyncSession, job_id: UUID) -> dict[str, UUID]:
    """What was made of an ideation job's ideas: the newest lead magnet of each archetype."""
    statement = select(col(LeadMagnetRow.archetype), col(LeadMagnetRow.id))
    statement = statement.where(col(LeadMagnetRow.ideation_job_id) == job_id, _IS_OUT)
    rows = await session.execute(statement.order_by(col(LeadMagnetRow.created_at)))
    return {archetype: id for archetype, id in rows}


async def count_of_ideation(session: AsyncSession, job_id: UUID) -> int:
    """How many lead magnets there are of an ideation job's ideas."""
    of_job = select(func.count()).where(col(LeadMagnetRow.ideation_job_id) == job_id, _IS_OUT)
    return await session.scalar(of_job) or 0


async def titles(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, str]:
    """What these lead magnets are called; one that is deleted or in the bin has no title."""
    statement = select(col(LeadMagnetRow.id), col(LeadMagnetRow.title))
    statement = statement.where(col(LeadMagnetRow.id).in_(ids), _IS_OUT)
    return {id: title for id, title in await session.execute(statement)}


async def jobs_of_lead_magnet(session: AsyncSession, id: UUID, *, limit: int) -> Sequence[BackgroundJob]:
    """The newest jobs on a lead magnet without their texts, newest first."""
    statement = select(BackgroundJob).options(*WITHOUT_TEXTS).where(col(BackgroundJob.lead_magnet_id) == id)
    newest_first = (col(BackgroundJob.created_at).desc(), col(BackgroundJob.id).desc())
    return (await session.scalars(statement.order_by(*newest_first).limit(limit))).all()


@dataclass(frozen=True)
class AskedAgain:
    """A job for one part of a piece."""

    job: BackgroundJob  # without its texts
    part: str  # its key
    items: list[JsonObject]


async def asked_again(session: AsyncSession, jobs: Sequence[BackgroundJob]) -> list[AskedAgain]:
    """Those of the jobs that make one part, in the same order."""
    part = col(BackgroundJob.input)["part"].astext
    columns = col(BackgroundJob.id), part.label("part"), col(BackgroundJob.items)
    statement = select(*columns).where(col(BackgroundJob.id).in_([job.id for job in jobs]), part.is_not(None))
    found = {row.id: row for row in await session.execute(statement)}
    return [AskedAgain(job, found[job.id].part, found[job.id].items) for job in jobs if job.id in found]


async def items_of_jobs(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, list[JsonObject]]:
    """What these jobs have finished."""
    statement = select(col(BackgroundJob.id), col(BackgroundJob.items)).where(col(BackgroundJob.id).in_(ids))
    return {id: items for id, items in await session.execute(statement)}


async def plan_of(session: AsyncSession, job_id: UUID) -> list[str]:
    """What the items of a job will be called, as its newest plan says; empty where none was told."""
    plan = col(JobEventRow.body)["plan"]
    of_job = col(JobEventRow.job_id) == job_id, col(JobEventRow.event) == JobProgress.name
    newest = select(plan).where(*of_job, plan.is_not(None)).order_by(col(JobEventRow.seq).desc()).limit(1)
    return (await session.scalars(newest)).first() or []


async def live_jobs(
    session: AsyncSession, lead_magnet_id: UUID, job_type: str | None = None
) -> Sequence[BackgroundJob]:
    """The jobs on a lead magnet that have not ended, without their texts."""
    statement = select(BackgroundJob).options(*WITHOUT_TEXTS)
    statement = statement.where(col(BackgroundJob.lead_magnet_id) == lead_magnet_id, is_living())
    if job_type:
        statement = statement.where(col(BackgroundJob.job_type) == job_type)
    return (await session.scalars(statement)).all()


async def email_sequence(
    session: AsyncSession, lead_magnet_id: UUID, *, to_change: bool = False
) -> EmailSequenceRow | None:
    """The emails of a lead magnet."""
    statement = select(EmailSequenceRow).where(col(EmailSequenceRow.lead_magnet_id) == lead_magnet_id)
    if to_change:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(statement)).first()


async def write_email_sequence(
    session: AsyncSession, lead_magnet_id: UUID, user_id: UUID, **columns: Any
) -> EmailSequenceRow:
    """Writes the emails of a lead magnet in place of the earlier ones, and raises their version."""
    owned = {"id": new_id(), "lead_magnet_id": lead_magnet_id, "user_id": user_id}
    version = {"version": col(EmailSequenceRow.version) + 1}
    statement = insert(EmailSequenceRow).values(**owned, **columns)
    statement = statement.on_conflict_do_update(index_elements=["lead_magnet_id"], set_=columns | version)
    options = {"populate_existing": True}
    saved = await session.scalars(statement.returning(EmailSequenceRow), execution_options=options)
    return saved.one()


NEWEST_KEPT = (col(PieceVersionRow.kept_at).desc(), col(PieceVersionRow.id).desc())


async def owners_versions(
    session: AsyncSession, lead_magnet_id: UUID, *, most: int
) -> Sequence[PieceVersionRow]:
    """The owner's own versions that were replaced, the newest `most` of each piece, the newest first."""
    is_own = (col(PieceVersionRow.author) == "owner") & ~col(PieceVersionRow.is_offered)
    place = func.row_number().over(partition_by=col(PieceVersionRow.piece), order_by=NEWEST_KEPT)
    of_piece = select(col(PieceVersionRow.id), place.label("place"))
    own = of_piece.where(col(PieceVersionRow.lead_magnet_id) == lead_magnet_id, is_own).subquery()
    statement = select(PieceVersionRow).join(own, own.c.id == col(PieceVersionRow.id))
    return (await session.scalars(statement.where(own.c.place <= most).order_by(*NEWEST_KEPT))).all()


async def listed_versions(
    session: AsyncSession, lead_magnet_id: UUID, piece: str | None = None
) -> list[ListedVersion]:
    """The versions of a lead magnet, or of one piece, without the texts; the newest first."""
    columns = [getattr(PieceVersionRow, name) for name in ListedVersion.__dataclass_fields__]
    statement = select(*columns).where(col(PieceVersionRow.lead_magnet_id) == lead_magnet_id)
    if piece is not None:
        statement = statement.where(col(PieceVersionRow.piece) == piece)
    rows = await session.execute(statement.order_by(*NEWEST_KEPT))
    return [ListedVersion(**row._mapping) for row in rows]


async def parts_of_versions(
    session: AsyncSession, lead_magnet_id: UUID, piece: str, column: str, place: int
) -> dict[UUID, JsonObject | None]:
    """What each version of the piece has at this place of a list, by version."""
    part = col(PieceVersionRow.texts)[(column, str(place))]
    statement = select(col(PieceVersionRow.id), part)
    of_piece = (col(PieceVersionRow.lead_magnet_id) == lead_magnet_id) & (col(PieceVersionRow.piece) == piece)
    return {id: found for id, found in await session.execute(statement.where(of_piece))}


async def version(session: AsyncSession, lead_magnet_id: UUID, id: UUID) -> PieceVersionRow | None:
    """One version of a lead magnet's pieces."""
    row = await session.get(PieceVersionRow, id)
    return row if row is not None and row.lead_magnet_id == lead_magnet_id else None


async def one_at_a_time(session: AsyncSession, what: str) -> None:
    """Waits for other transactions that hold `what`, then holds it until the end of this one."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))


async def hold_all(session: AsyncSession, what: Sequence[str]) -> None:
    """As `one_at_a_time`, for many: in the order of their names, so that no two wait for each other."""
    names = select(func.unnest(literal(sorted(what), ARRAY(Text))).label("name")).subquery()
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(names.c.name, 0))))


async def brand_kit(session: AsyncSession, user_id: UUID) -> BrandKit | None:
    """The user's brand kit."""
    return (await session.scalars(select(BrandKit).where(col(BrandKit.user_id) == user_id))).first()


async def voice(session: AsyncSession, user_id: UUID) -> JsonObject | None:
    """How the user wants to be heard, as `Voice` on the wire; None if they never said."""
    found: JsonObject | None = await session.scalar(_VOICE, {"user_id": user_id})
    return found


async def user_name(session: AsyncSession, user_id: UUID) -> str | None:
    """What the user is called."""
    return await session.scalar(select(col(User.name)).where(col(User.id) == user_id))


async def wizard_draft(session: AsyncSession, user_id: UUID, id: UUID) -> WizardDraftRow | None:
    """One draft of the user."""
    return await session.get(WizardDraftRow, {"user_id": user_id, "id": id})


async def is_within_limit(session: AsyncSession, user_id: UUID) -> bool:
    """Whether the user may use one more; others who ask for this user wait for this transaction's end."""
    return bool(await session.scalar(select(func.check_usage_limit(user_id, "lead_magnets"))))


async def usage(session: AsyncSession, user_id: UUID) -> Usage:
    """How much of the plan is used."""
    found = await session.execute(text(_USAGE), {"user_id": user_id})
    return Usage(**found.one()._mapping)


async def usage_days(session: AsyncSession, user_id: UUID, so_far: Usage) -> list[UsageDay]:
    """Jobs, tokens and cost of the month, by UTC day and job type: the last days, and the sums before."""
    since, until = so_far.month_began, datetime.combine(so_far.added_up_until, time(), UTC)
    values = {"user_id": user_id, "since": since, "until": until, "since_then": max(since, until)}
    found = await session.execute(text(_USAGE_DAYS), values)
    return [UsageDay(**row._mapping) for row in found]


_USAGE = """
SELECT so_far.*, usage_cursor.until AS added_up_until FROM lodestone_usage(:user_id) AS so_far, usage_cursor
"""
_SPENT = "input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cost_usd, cache_saved_usd"
_USAGE_DAYS = f"""
SELECT date, job_type, sum(jobs)::bigint AS jobs, sum(input_tokens)::bigint AS input_tokens,
    sum(output_tokens)::bigint AS output_tokens, sum(cache_read_tokens)::bigint AS cache_read_tokens,
    sum(cache_write_tokens)::bigint AS cache_write_tokens, sum(cost_usd) AS cost_usd,
    sum(cache_saved_usd) AS cache_saved_usd
FROM (
    SELECT date, job_type, jobs, {_SPENT} FROM usage_days
    WHERE user_id = :user_id AND date >= (:since AT TIME ZONE 'UTC')::date
        AND date < (:until AT TIME ZONE 'UTC')::date
    UNION ALL
    SELECT (created_at AT TIME ZONE 'UTC')::date, job_type, 1, 0, 0, 0, 0, 0, 0 FROM background_jobs
    WHERE user_id = :user_id AND created_at >= :since_then
    UNION ALL
    SELECT (started_at AT TIME ZONE 'UTC')::date, job_type, 0, {_SPENT}
    FROM job_calls WHERE user_id = :user_id AND started_at >= :since_then
    UNION ALL
    SELECT (finished_at AT TIME ZONE 'UTC')::date, job_type, 0, {_SPENT}
    FROM job_calls WHERE user_id = :user_id AND started_at IS NULL AND finished_at >= :since_then
) AS spent
GROUP BY 1, 2 ORDER BY 1, 2
"""  # noqa: S608
