"""Actions on many jobs: looked at first, then begun by naming what was looked at, and aborted at any time.

The jobs of an action are fixed when it begins. `bulk_work` does it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Literal, Self
from uuid import UUID

from lodestone.clock import format_time, now
from lodestone.errors import Conflict, NotFound, Rejected
from lodestone.ids import new_id
from lodestone.jobs import JOB_TYPES
from lodestone.wire import Usd, UtcTime, WireModel
from sqlalchemy import func, text, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlmodel import col

from lodestone_gateway.operating.audit import AS_OPERATOR, Actor, Entry, Kind, Outcome, record, record_refusal
from lodestone_gateway.operating.audit import Action as Audited
from lodestone_gateway.operating.bulk_filter import Action, BulkFilter, meant_by
from lodestone_gateway.paging import Page, page_of, place_of
from lodestone_gateway.store import bulk_queries as queries
from lodestone_gateway.store.bulk_queries import ERASED, RUN_AGAIN, STOPPING, TYPE_GONE, Count, Members
from lodestone_gateway.store.bulk_tables import BulkActionJob, BulkActionRow
from lodestone_gateway.store.lead_magnet_queries import one_at_a_time
from lodestone_gateway.store.session import transaction

FRESH = timedelta(minutes=10)  # how long a dry run may be begun
MAX_JOBS = 100_000  # of one bulk action
CENT = Decimal("0.01")
REASONS = {
    RUN_AGAIN: "was run again already",
    ERASED: "its texts were deleted",
    TYPE_GONE: "there are no jobs of its type any more",
    STOPPING: "is being stopped already",
}

State = Literal["dry_run", "running", "completed", "aborted"]


class NotEligible(WireModel):
    """Jobs that match and to which nothing will be done."""

    reason: str
    text: str
    count: int


class TypeForecast(WireModel):
    """Eligible jobs of one type, and about what they cost; null where the action costs nothing."""

    job_type: str
    count: int
    cost_usd: Usd | None


class Found(WireModel):
    """What the dry run counted; `costUsd` is null where the action costs nothing."""

    eligible: int
    not_eligible: list[NotEligible]
    by_type: list[TypeForecast]
    cost_usd: Usd | None


class BulkAction(WireModel):
    """An action on many jobs. Of `total` jobs, `done` and `refused` had their turn, `open` did not yet."""

    id: UUID
    action: Action
    filter: BulkFilter
    state: State
    operator_id: UUID
    rate_per_minute: int
    found: Found
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
        shown = row.model_dump(exclude={"next_at"})
        until = row.created_at + FRESH if row.state == "dry_run" else None
        return cls.model_validate(
            {**shown, "open": row.total - row.done - row.refused, "startable_until": until}
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
    action: Action,
    filter: BulkFilter,
    rate_per_minute: int,
) -> BulkAction:
    """A dry run: counts what the action would be done to, and keeps that. It is in no audit.

    Raises InvalidRequest.
    """
    meant = meant_by(action, filter)
    async with transaction(reader) as session:
        counts = await queries.count_meant(session, meant)
        eligible = sorted({each.job_type for each in counts if each.reason is None})
        costs = await queries.recent_costs(session, eligible)
    row = BulkActionRow(
        id=new_id(),
        action=action,
        filter=filter.model_dump(mode="json", by_alias=True, exclude_none=True),
        operator_id=operator_id,
        found=found_of(counts, costs, is_paid=action == queries.REPLAY).to_wire(),
        rate_per_minute=rate_per_minute,
        created_at=now(),
    )
    async with transaction(engine) as session:
        await session.execute(AS_OPERATOR)
        session.add(row)
    return BulkAction.of(row)


def found_of(counts: Sequence[Count], costs: Mapping[str, Decimal], *, is_paid: bool) -> Found:
    """What was counted, in words and with a forecast: jobs of a type by what such jobs cost of late."""
    reasons = Counter[str]()
    for each in counts:
        if each.reason:
            reasons[each.reason] += each.jobs
    by_type = [
        TypeForecast(
            job_type=each.job_type,
            count=each.jobs,
            cost_usd=_forecast(each, costs) if is_paid else None,
        )
        for each in sorted(counts, key=lambda each: each.job_type)
        if not each.reason
    ]
    return Found(
        eligible=sum(each.count for each in by_type),
        not_eligible=[
            NotEligible(reason=reason, text=REASONS[reason], count=count)
            for reason, count in reasons.most_common()
        ],
        by_type=by_type,
        cost_usd=sum((each.cost_usd or Decimal(0) for each in by_type), Decimal(0)) if is_paid else None,
    )


def _forecast(count: Count, costs: Mapping[str, Decimal]) -> Decimal:
    one = costs.get(count.job_type, JOB_TYPES[count.job_type].estimate_usd)
    return (count.jobs * one).quantize(CENT)


async def start(
    reader: AsyncEngine, engine: AsyncEngine, actor: Actor, bulk_id: UUID, rate_per_minute: int | None
) -> BulkAction:
    """Begins what a dry run looked at, on the jobs that match now; `rate_per_minute` replaces its own.

    Raises NotFound; Conflict unless it is a fresh dry run that matches something, if it is too large, and if
    another one still works on some of these jobs.
    """
    row = await _row(reader, bulk_id)
    try:
        _check_startable(row)
        members = await _members(reader, row)
        async with transaction(engine) as session:
            await session.execute(AS_OPERATOR)
            begun = await _begin(session, bulk_id, members, rate_per_minute)
            await record(session, actor, entry_of(Audited.START_BULK_ACTION, begun))
    except Rejected as refusal:
        await record_refusal(engine, actor, entry_of(Audited.START_BULK_ACTION, row), refusal)
        raise
    return BulkAction.of(begun)


async def abort(engine: AsyncEngine, actor: Actor, bulk_id: UUID) -> BulkAction:
    """Ends a bulk action; what it has done stays done. Aborting it twice changes nothing.

    Raises NotFound, Conflict unless it runs.
    """
    async with transaction(engine) as session:
        await session.execute(AS_OPERATOR)
        running = (col(BulkActionRow.id) == bulk_id, col(BulkActionRow.state) == "running")
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
    """What the audit says of it: the filter without the words of a failure, and the counts."""
    details = {name: value for name, value in row.filter.items() if name != "cause"}
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
    reader: AsyncEngine, bulk_id: UUID, outcome: str | None, *, after: UUID | None, limit: int
) -> tuple[list[JobOutcome], UUID | None]:
    """What became of its jobs, by id, and the job after which there are more. Raises NotFound."""
    await _row(reader, bulk_id)
    async with transaction(reader) as session:
        rows = await queries.bulk_action_jobs(session, bulk_id, outcome, after=after, limit=limit + 1)
    shown = [JobOutcome.of(row) for row in rows[:limit]]
    return shown, shown[-1].job_id if len(rows) > limit else None


NO_SUCH = "There is no such bulk action."
_FIX = text("""
    INSERT INTO bulk_action_jobs (bulk_action_id, job_id) SELECT :id, unnest(CAST(:job_ids AS uuid[]))
""")


async def _row(reader: AsyncEngine, bulk_id: UUID) -> BulkActionRow:
    async with transaction(reader) as session:
        row = await queries.bulk_action(session, bulk_id)
    if row is None:
        raise NotFound(NO_SUCH)
    return row


def _check_startable(row: BulkActionRow) -> None:
    ended = format_time(row.ended_at) if row.ended_at else ""
    if row.state == "aborted":
        raise Conflict(
            f"This bulk action was aborted at {ended} and does not go on."
            " Make a new dry run with the same filter: it finds what is left."
        )
    if row.state != "dry_run":
        was = "is running" if row.state == "running" else f"was complete at {ended}"
        raise Conflict(f"This bulk action {was}; it begins only once. Make a new dry run to do more.")
    if row.created_at < now() - FRESH:
        minutes = int(FRESH.total_seconds() // 60)
        raise Conflict(
            f"This dry run is older than {minutes} minutes, and what it counted may have changed."
            " Make a new one."
        )


async def _members(reader: AsyncEngine, row: BulkActionRow) -> Members:
    shown = BulkAction.of(row)
    async with transaction(reader) as session:
        members = await queries.members(session, meant_by(shown.action, shown.filter), limit=MAX_JOBS + 1)
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
