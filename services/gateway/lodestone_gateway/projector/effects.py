"""What a result changes beyond its job, by the job type's `saves_to`; in the fold's own transaction."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from lodestone.events import JobCompleted
from lodestone.jobs import JOB_TYPES
from lodestone.jobs.lead_magnet import BusinessContext
from lodestone.wire import JsonObject
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lodestone_gateway.projector.fold import Folded, FoldedJob
from lodestone_gateway.store.tables import BackgroundJob, BrandKit

Save = Callable[[AsyncSession, FoldedJob, JsonObject, datetime], Awaitable[None]]


async def apply_effects(session: AsyncSession, folded: Folded) -> None:
    """Saves the result of each job that the batch completed."""
    for row in folded.history:
        event = row.entry.event
        if isinstance(event, JobCompleted):
            save = SAVES.get(JOB_TYPES[event.job_type].saves_to)
            if save:
                await save(session, folded.jobs[event.job_id], event.result, row.entry.time)


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


SAVES: dict[str, Save] = {"brand_kit": _to_brand_kit}
"""One for each table that results belong to; a target without one keeps its result in the job alone."""
