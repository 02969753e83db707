"""Actions on many jobs: looked at first, then begun by naming what was looked at, and aborted at any time.

The jobs of an action are fixed when it begins, those of a search as it finds them. `bulk_batch` acts on them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, Self
from uuid import UUID

from lodestone.clock import format_time, now
from lodestone.errors import Conflict, NotFound, Rejected
from lodestone.ids import new_id
from lodestone.wire import UtcTime, WireModel
from sqlalchemy import func, text, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlmodel import col

from lodestone_gateway.operating.audit import (
    AS_OPERATOR,
    Actor,
    Entry,
    Kind,
    Outcome,
    record,
    record_refusal,
    record_search,
)
from lodestone_gateway.operating.audit import Action as Audited
from lodestone_gateway.operating.bulk_filter import Action, BulkAsked, BulkFilter, meant_by
from lodestone_gateway.operating.bulk_found import Found, found_of
from lodestone_gateway.operating.bulk_search import NOTHING_YET, look_on
from lodestone_gateway.paging import Page, page_of, place_of
from lodestone_gateway.store import bulk_queries as queries
from lodestone_gateway.store.bulk_queries import MAX_JOBS, NO_IDS, Meant, Members
from lodestone_gateway.store.bulk_tables import BulkActionJob, BulkActionRow
from lodestone_gateway.store.holds import Holds
from lodestone_gateway.store.lead_magnet_queries import one_at_a_time
from lodestone_gateway.store.session import transaction

FRESH = timedelta(minutes=10)  # how long a dry run may be begun

State = Literal["looking", "dry_run", "running", "completed", "aborted"]


class BulkAction(WireModel):
    """An action on many jobs. Of `total` jobs, `done` and `refused` had their turn, `open` did not yet.

    A dry run that searches, by `text` or `costAbove`, is `looking` until it has `searched` all jobs; back to
    `searchedTo` so far.
    """

    id: UUID
    action: Action
    filter: BulkFilter
    state: State
    operator_id: UUID
    rate_per_minute: int
    found: Found
    searched: int | None = None
    searched_to: UtcTime | None = None
    total: int
    done: int
    refused: int
    open: int
    created_at: UtcTime
    startable_until: UtcTime | None
    started_at: UtcTime | None
    ended_at: UtcTime | None
    ended_by: UUID | None

    @classmethod
    def of(cls, row: BulkActionRow) -> Self:
        """The view of a row."""
        place = place_of(row.search_after)
        return cls.model_validate(
            {
                **row.model_dump(exclude={"next_at", "search_after", "found_at"}),
                "open": row.total - row.done - row.refused,
                "startable_until": _until(row) if row.state == "dry_run" else None,
                "searched_to": place[0] if place else None,
            }
        )


class JobOutcome(WireModel):
    """A job of a bulk action; `outcome` is null until it had its turn, `resultJobId` runs it again."""

    job_id: UUID
    outcome: Literal["done", "refused"] | None
    result_job_id: UUID | None
    code: str | None
    detail: str | None
    ended_at: UtcTime | None

    @classmethod
    def of(cls, row: BulkActionJob) -> Self:
        """The view of a row."""
        return cls.model_validate(row.model_dump(exclude={"bulk_action_id"}))


async def look(
    reader: AsyncEngine,
    engine: AsyncEngine,
    operator_id: UUID,
    asked: BulkAsked,
    holds: Holds,
) -> BulkAction:
    """A dry run: counts what the action would be done to, and keeps that; a search may go on afterwards.

    It is in no audit, unless it looks for a text. Raises InvalidRequest.
    """
    meant = meant_by(asked.action, asked.filter, holds)
    row = BulkActionRow(
        id=new_id(),
        action=asked.action,
        filter=asked.filter.model_dump(mode="json", by_alias=True, exclude_none=True),
        operator_id=operator_id,
        found=NOTHING_YET.to_wire(),
        rate_per_minute=asked.rate_per_minute,
        created_at=now(),
    )
    if meant.jobs.text:
        await record_search(engine, Actor(operator_id), meant.jobs.user_id)
    if not meant.jobs.is_search:
        row.found = (await _count(reader, meant)).to_wire()
    async with transaction(engine) as session:
        await session.execute(AS_OPERATOR)
        session.add(row)
        if meant.jobs.is_search:
            row.state = "looking"
            await session.flush()
            await look_on(session, reader, row, holds)
    return BulkAction.of(row)


async def _count(reader: AsyncEngine, meant: Meant) -> Found:
    async with transaction(reader) as session:
        counts = await queries.count_meant(session, meant)
        eligible = sorted({each.job_type for each in counts if each.reason is None})
        costs = await queries.recent_costs(session, eligible)
    return found_of(counts, costs, is_paid=meant.action == queries.REPLAY)


async def start(
    reader: AsyncEngine,
    engine: AsyncEngine,
    actor: Actor,
    bulk_id: UUID,
    rate_per_minute: int | None,
    holds: Holds,
) -> BulkAction:
    """Begins what a dry run looked at, on the jobs that match now, or that its search has found.

    `rate_per_minute` replaces its own.

    Raises NotFound; Conflict unless it is a fresh dry run that matches something, if it is too large, and if
    another one still works on some of these jobs.
    """
    row = await _row(reader, bulk_id)
    try:
        _check_startable(row)
        members = await _members(reader, row, holds)
        async with transaction(engine) as session:
            await session.execute(AS_OPERATOR)
            begun = await _begin(session, bulk_id, members, rate_per_minute)
            await record(session, actor, entry_of(Audited.START_BULK_ACTION, begun))
    except Rejected as refusal:
        await record_refusal(engine, actor, entry_of(Audited.START_BULK_ACTION, row), refusal)
        raise
    return BulkAction.of(begun)


async def abort(engine: AsyncEngine, actor: Actor, bulk_id: UUID) -> BulkAction:
    """Ends a bulk action, or a dry run that still looks; what it has done stays done. Safe to repeat.

    Raises NotFound, Conflict unless it runs.
    """
    async with transaction(engine) as session:
        await session.execute(AS_OPERATOR)
        running = (col(BulkActionRow.id) == bulk_id, col(BulkActionRow.state).in_(queries.GOING_ON))
        ended = {"state": "aborted", "ended_at": now(), "ended_by": actor.id}
        statement = update(BulkActionRow).where(*running).values(ended).returning(BulkActionRow)
        aborted = (await session.scalars(statement)).first()
        row = aborted or await queries.bulk_action(session, bulk_id)
        if row is None:
            raise NotFound(NO_SUCH)
        entry = entry_of(Audited.ABORT_BULK_ACTION, row)
        if row.state == "aborted":
            await record(session, actor, entry, Outcome.DONE if aborted else Outcome.UNCHANGED)
            return BulkAction.of(row)
    not_running = "It has not begun." if row.state == "dry_run" else "It is complete."
    refusal = Conflict(f"Only a bulk action that runs can be aborted. {not_running}")
    await record_refusal(engine, actor, entry, refusal)
    raise refusal


def entry_of(action: Audited, row: BulkActionRow) -> Entry:
    """What the audit says of it: the filter without words of failures and of users, and the counts."""
    details = {name: value for name, value in row.filter.items() if name not in ("cause", "text")}
    counts = {
        "jobs": row.total,
        "done": row.done,
        "refused": row.refused,
        "ratePerMinute": row.rate_per_minute,
    }
    user_id = row.filter.get("userId")
    return Entry(
        action,
        Kind.BULK_ACTION,
        str(row.id),
        UUID(user_id) if user_id else None,
        {"action": row.action, **details, **counts},
    )


async def read(reader: AsyncEngine, bulk_id: UUID) -> BulkAction:
    """One bulk action. Raises NotFound."""
    return BulkAction.of(await _row(reader, bulk_id))


async def list_bulk_actions(
    reader: AsyncEngine, states: Sequence[str], *, cursor: str | None, limit: int
) -> Page[BulkActionRow]:
    """Bulk actions, the newest first. Raises InvalidRequest for an invalid cursor."""
    before = place_of(cursor)
    async with transaction(reader) as session:
        return page_of(await queries.bulk_actions(session, states, before=before, limit=limit + 1), limit)


async def list_outcomes(
    reader: AsyncEngine,
    engine: AsyncEngine,
    actor: Actor,
    bulk_id: UUID,
    outcome: str | None,
    *,
    after: UUID | None,
    limit: int,
) -> tuple[list[JobOutcome], UUID | None]:
    """What became of its jobs, by id, and the job after which there are more. Raises NotFound.

    Of jobs that were found by a text, that is a look: it tells which have it.
    """
    filter = BulkAction.of(await _row(reader, bulk_id)).filter
    if filter.text:
        await record_search(engine, actor, filter.user_id)
    async with transaction(reader) as session:
        rows = await queries.bulk_action_jobs(session, bulk_id, outcome, after=after, limit=limit + 1)
    shown = [JobOutcome.of(row) for row in rows[:limit]]
    return shown, shown[-1].job_id if len(rows) > limit else None


NO_SUCH = "There is no such bulk action."
_FIX = text("""
    INSERT INTO bulk_action_jobs (bulk_action_id, job_id) SELECT :id, unnest(CAST(:job_ids AS uuid[]))
""")


def _until(row: BulkActionRow) -> datetime:
    return (row.found_at or row.created_at) + FRESH


async def _row(reader: AsyncEngine, bulk_id: UUID) -> BulkActionRow:
    async with transaction(reader) as session:
        row = await queries.bulk_action(session, bulk_id)
    if row is None:
        raise NotFound(NO_SUCH)
    return row


def _check_startable(row: BulkActionRow) -> None:
    if row.state == "looking":
        raise Conflict(
            f"The dry run has looked at {row.searched or 0:,} jobs and goes on. Begin it when it is complete."
        )
    ended = format_time(row.ended_at) if row.ended_at else ""
    if row.state == "aborted":
        raise Conflict(
            f"This bulk action was aborted at {ended} and does not go on."
            " Make a new dry run with the same filter: it finds what is left."
        )
    if row.state != "dry_run":
        was = "is running" if row.state == "running" else f"was complete at {ended}"
        raise Conflict(f"This bulk action {was}; it begins only once. Make a new dry run to do more.")
    if _until(row) < now():
        minutes = int(FRESH.total_seconds() // 60)
        raise Conflict(
            f"This dry run is older than {minutes} minutes, and what it counted may have changed."
            " Make a new one."
        )


async def _members(reader: AsyncEngine, row: BulkActionRow, holds: Holds) -> Members:
    """The jobs that match now; those of a search are fixed already."""
    shown = BulkAction.of(row)
    if row.searched is not None:
        members = Members(shown.found.eligible, NO_IDS)
    else:
        meant = meant_by(shown.action, shown.filter, holds)
        async with transaction(reader) as session:
            members = await queries.members(session, meant, limit=MAX_JOBS + 1)
    if members.count == 0:
        raise Conflict("No job matches any more, so there is nothing to begin.")
    if members.count > MAX_JOBS:
        raise Conflict(f"More than {MAX_JOBS:,} jobs match. Narrow the filter, for example by time.")
    return members


async def _begin(
    session: AsyncSession, bulk_id: UUID, members: Members, rate_per_minute: int | None
) -> BulkActionRow:
    await one_at_a_time(session, "start of a bulk action")
    rate = {} if rate_per_minute is None else {"rate_per_minute": rate_per_minute}
    statement = (
        update(BulkActionRow)
        .where(col(BulkActionRow.id) == bulk_id, col(BulkActionRow.state) == "dry_run")
        .values(state="running", total=members.count, started_at=now(), next_at=func.now(), **rate)
        .returning(BulkActionRow)
    )
    begun = (await session.scalars(statement)).first()
    if begun is None:
        raise Conflict("Somebody else has just begun this bulk action.")
    await session.execute(_FIX, {"id": bulk_id, "job_ids": members.job_ids})
    other = await queries.other_on_same_jobs(session, bulk_id)
    if other:
        raise Conflict(
            f"Bulk action {other} still works on some of these jobs. Wait until it has ended, or abort it.",
            bulkActionId=str(other),
        )
    return begun
