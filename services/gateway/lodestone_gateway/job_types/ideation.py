"""Ideation: ten ideas, kept in the brand kit of their owner."""

from datetime import datetime

from lodestone.jobs.lead_magnet import BusinessContext
from lodestone.wire import JsonObject
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lodestone_gateway.job_types.plain_saving import plainly_to_brand_kit
from lodestone_gateway.job_types.product import EndedJob, Product
from lodestone_gateway.store.brand_kit_table import BrandKit
from lodestone_gateway.store.tables import BackgroundJob


async def _save(session: AsyncSession, job: EndedJob, result: JsonObject, time: datetime) -> None:
    # The owner may have edited the kit since submitting: only a new kit gets the job's context.
    found = await session.execute(select(col(BackgroundJob.input)).where(col(BackgroundJob.id) == job.id))
    ideas = {"saved_ideation_result": result, "ideation_generated_at": time}
    statement = insert(BrandKit).values(user_id=job.user_id, **_context(found.scalar_one()), **ideas)
    await session.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=ideas))


def _context(work: JsonObject) -> JsonObject:
    """The columns of a brand kit from the business context of a job's input."""
    names = {field.alias or name: name for name, field in BusinessContext.model_fields.items()}
    return {names[alias]: value for alias, value in work.items() if alias in names}


PRODUCT = Product(save=_save, saved_plainly=plainly_to_brand_kit)
