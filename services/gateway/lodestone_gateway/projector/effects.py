"""What a result changes beyond its job, by the job type's `saves_to`; in the fold's own transaction."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog
from lodestone.events import TERMINAL_EVENTS, JobCompleted
from lodestone.jobs import JOB_TYPES
from lodestone.jobs.lead_magnet import BusinessContext
from lodestone.wire import JsonObject
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lodestone_gateway.projector.fold import Folded, FoldedJob
from lodestone_gateway.projector.lead_magnets import to_email_sequence, to_lead_magnet
from lodestone_gateway.projector.reservations import settle
from lodestone_gateway.store.tables import BackgroundJob, BrandKit

log = structlog.get_logger(__name__)

Save = Callable[[AsyncSession, FoldedJob, JsonObject, datetime], Awaitable[None]]


async def apply_effects(session: AsyncSession, folded: Folded) -> None:
    """Ends the quota of each job that the batch ended, and saves the result of each that it completed."""
    for row in folded.history:
        event = row.entry.event
        if event.name not in TERMINAL_EVENTS:
            continue
        kind, is_completed = JOB_TYPES[event.job_type], isinstance(event, JobCompleted)
        if kind.uses_quota:
            await settle(session, event.job_id, row.entry.time, is_completed=is_completed)
        if isinstance(event, JobCompleted) and kind.saves_to:
            save = SAVES[kind.saves_to]
            await _save(save, session, folded.jobs[event.job_id], event.result, row.entry.time)


async def _save(
    save: Save, session: AsyncSession, job: FoldedJob, result: JsonObject, time: datetime
) -> None:
    try:
        JOB_TYPES[job.job_type].result.model_validate(result)
    except ValidationError as error:
        # whoever published it is not of our version: one job's result must not hold up all others
        log.warning("result_not_saved", job_id=str(job.id), job_type=job.job_type, error=str(error)[:300])
        return
    await save(session, job, result, time)


async def _to_brand_kit(session: AsyncSession, job: FoldedJob, result: JsonObject, time: datetime) -> None:
    # The owner may have edited the kit since the job was sent: only a new kit takes the job's context.
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
