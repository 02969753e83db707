"""What a result changes beyond its job, by the job type's `saves_to`; in the fold's own transaction."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog
from lodestone.events import TERMINAL_EVENTS, JobCompleted
from lodestone.job_log import Entry
from lodestone.jobs import JOB_TYPES
from lodestone.jobs.lead_magnet import BusinessContext
from lodestone.wire import JsonObject
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lodestone_gateway.jobs.quota import settle
from lodestone_gateway.projector import metrics
from lodestone_gateway.projector.fold import Folded, FoldedJob
from lodestone_gateway.projector.lead_magnets import to_email_sequence, to_lead_magnet
from lodestone_gateway.store.faults import Fault, RowsLocked, fault_of, is_wait
from lodestone_gateway.store.tables import BackgroundJob, BrandKit

log = structlog.get_logger(__name__)

Save = Callable[[AsyncSession, FoldedJob, JsonObject, datetime], Awaitable[None]]


async def apply_effects(session: AsyncSession, folded: Folded) -> None:
    """Ends the quota of each job that the batch ended, and saves the result of each that it completed.

    What cannot be saved is recorded in `folded.unsaved`, and changes nothing. Raises RowsLocked.
    """
    for row in folded.history:
        if row.entry.event.name in TERMINAL_EVENTS:
            await _apply(session, folded, row.entry)


async def _apply(session: AsyncSession, folded: Folded, entry: Entry) -> None:
    try:
        async with session.begin_nested():
            await _end(session, folded.jobs[entry.event.job_id], entry)
    except Exception as error:
        fault = fault_of(error)
        if fault is Fault.DATABASE:
            raise
        if is_wait(error):
            raise RowsLocked({entry.event.job_id}) from error
        # One type's table or one job's result must not block all others; the job itself ends.
        metrics.unsaved.inc()
        log.warning("result_not_saved", job_id=str(entry.event.job_id), error=str(error)[:300])
        folded.unsaved.append((entry, str(error)))


async def _end(session: AsyncSession, job: FoldedJob, entry: Entry) -> None:
    event, kind = entry.event, JOB_TYPES.get(job.job_type)
    await settle(session, job.id, entry.time, is_completed=isinstance(event, JobCompleted))
    if not isinstance(event, JobCompleted) or event.erased:
        return
    if kind is None:
        raise LookupError(f"This process knows no job type {job.job_type}.")
    if kind.saves_to:
        # Its publisher may be of another version.
        kind.result.model_validate(event.result)
        await SAVES[kind.saves_to](session, job, event.result, entry.time)


async def _to_brand_kit(session: AsyncSession, job: FoldedJob, result: JsonObject, time: datetime) -> None:
    # The owner may have edited the kit since submitting: only a new kit gets the job's context.
    found = await session.execute(select(col(BackgroundJob.input)).where(col(BackgroundJob.id) == job.id))
    ideas = {"saved_ideation_result": result, "ideation_generated_at": time}
    statement = insert(BrandKit).values(user_id=job.user_id, **_context(found.scalar_one()), **ideas)
    await session.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=ideas))


def _context(work: JsonObject) -> JsonObject:
    """The columns of a brand kit from the business context of a job's input."""
    names = {field.alias or name: name for name, field in BusinessContext.model_fields.items()}
    return {names[alias]: value for alias, value in work.items() if alias in names}


SAVES: dict[str, Save] = {
    "brand_kit": _to_brand_kit,
    "lead_magnet": to_lead_magnet,
    "email_sequence": to_email_sequence,
}
"""One for each table that results belong to."""
