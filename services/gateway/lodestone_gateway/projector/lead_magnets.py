"""Results that belong to a lead magnet: each writes its own part, names its job and raises the version.

A lead magnet that was deleted meanwhile is passed over; the result stays in its job.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from lodestone.ids import new_id
from lodestone.wire import JsonObject
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lodestone_gateway.projector.fold import FoldedJob
from lodestone_gateway.store.lead_magnet_tables import EmailSequenceRow, LeadMagnetRow
from lodestone_gateway.store.tables import BackgroundJob
from lodestone_gateway.usecases.part_of_result import columns_of


async def to_lead_magnet(session: AsyncSession, job: FoldedJob, result: JsonObject, time: datetime) -> None:
    """Content, configuration, page or posts."""
    await _write(session, job, time, **columns_of(job.job_type, result))


async def to_email_sequence(
    session: AsyncSession, job: FoldedJob, result: JsonObject, time: datetime
) -> None:
    """The emails, in place of the earlier ones; always as a draft, which only the owner activates."""
    lead_magnet_id = await _write(session, job, time)
    if lead_magnet_id is None:
        return
    emails = {
        "emails": result["emails"],
        "used_fallback": result["usedFallback"],
        "fallback_reason": result.get("fallbackReason"),
        "status": "draft",
        "updated_at": time,
    }
    owned = {"id": new_id(), "lead_magnet_id": lead_magnet_id, "user_id": job.user_id}
    statement = insert(EmailSequenceRow).values(**owned, **emails)
    await session.execute(statement.on_conflict_do_update(index_elements=["lead_magnet_id"], set_=emails))


async def _write(session: AsyncSession, job: FoldedJob, time: datetime, **part: Any) -> UUID | None:
    """The id of the lead magnet, now locked; None when there is none."""
    named = select(col(BackgroundJob.lead_magnet_id)).where(col(BackgroundJob.id) == job.id)
    written = await session.execute(
        update(LeadMagnetRow)
        .where(col(LeadMagnetRow.id) == named.scalar_subquery(), col(LeadMagnetRow.user_id) == job.user_id)
        .values(
            {
                **part,
                f"{job.job_type}_job_id": job.id,
                "version": col(LeadMagnetRow.version) + 1,
                "updated_at": time,
            }
        )
        .returning(col(LeadMagnetRow.id)),
        execution_options={"synchronize_session": False},
    )
    return written.scalars().first()
