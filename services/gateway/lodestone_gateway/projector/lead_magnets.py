"""Results that belong to a lead magnet: each writes its own part, names its job and raises the version.

A lead magnet that was deleted meanwhile is passed over; the result stays in its job.
"""

from datetime import datetime
from typing import Any

from lodestone.ids import new_id
from lodestone.wire import JsonObject
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lodestone_gateway.job_types.part_of_result import columns_of
from lodestone_gateway.lead_magnets.replaced_texts import keep_own_emails, keep_own_texts
from lodestone_gateway.projector.fold import FoldedJob
from lodestone_gateway.store import lead_magnet_queries as queries
from lodestone_gateway.store.lead_magnet_tables import EmailSequenceRow, LeadMagnetRow
from lodestone_gateway.store.tables import BackgroundJob


async def to_lead_magnet(session: AsyncSession, job: FoldedJob, result: JsonObject, time: datetime) -> None:
    """Content, configuration, page or posts."""
    await _write(session, job, time, **columns_of(job.job_type, result))


async def to_email_sequence(
    session: AsyncSession, job: FoldedJob, result: JsonObject, time: datetime
) -> None:
    """The emails, in place of the earlier ones; always as a draft, which only the owner activates."""
    magnet = await _write(session, job, time)
    if magnet is None:
        return
    before = await queries.email_sequence(session, magnet.id, to_change=True)
    if before is not None:
        await keep_own_emails(session, before, result["emails"], magnet.emails_job_id, job_id=job.id)
    emails = {
        "emails": result["emails"],
        "used_fallback": result["usedFallback"],
        "fallback_reason": result.get("fallbackReason"),
        "status": "draft",
        "updated_at": time,
    }
    owned = {"id": new_id(), "lead_magnet_id": magnet.id, "user_id": job.user_id}
    statement = insert(EmailSequenceRow).values(**owned, **emails)
    version = {"version": col(EmailSequenceRow.version) + 1}
    statement = statement.on_conflict_do_update(index_elements=["lead_magnet_id"], set_=emails | version)
    await session.execute(statement)


async def _write(session: AsyncSession, job: FoldedJob, time: datetime, **part: Any) -> LeadMagnetRow | None:
    """The lead magnet as it was before, now locked, its owner's own texts kept; None when there is none."""
    id = await session.scalar(
        select(col(BackgroundJob.lead_magnet_id)).where(col(BackgroundJob.id) == job.id)
    )
    before = await queries.lead_magnet_to_change(session, id) if id else None
    if before is None or before.user_id != job.user_id:
        return None
    await keep_own_texts(session, before, part, job_id=job.id)
    await session.execute(
        update(LeadMagnetRow)
        .where(col(LeadMagnetRow.id) == id)
        .values(
            {
                **part,
                f"{job.job_type}_job_id": job.id,
                "version": col(LeadMagnetRow.version) + 1,
                "updated_at": time,
            }
        ),
        execution_options={"synchronize_session": False},
    )
    return before
