"""Copies a lead magnet with all its pieces; the AI writes nothing, so it costs nothing."""

from typing import Any
from uuid import UUID

from lodestone.clock import now
from lodestone.ids import new_id
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.fields import MAX_TITLE
from lodestone_gateway.jobs.caps import check_room_to_store
from lodestone_gateway.jobs.own_lead_magnet import own_lead_magnet_to_keep
from lodestone_gateway.store import lead_magnet_queries as queries
from lodestone_gateway.store.lead_magnet_tables import (
    JOB_COLUMNS,
    EmailSequenceRow,
    LeadMagnetRow,
    WizardDraftRow,
)
from lodestone_gateway.store.session import transaction

COPY = " (copy)"
_OF_THE_ORIGINAL = {
    *("id", "version", "created_at", "updated_at", "published_at", "scheduled_time", "status"),
    *("ideation_job_id", "is_favourite", *JOB_COLUMNS.values()),
}
_OF_ITS_EMAILS = {"id", "lead_magnet_id", "version", "status", "created_at", "updated_at"}
_OF_ITS_ANSWERS = {"id", "size", "has_form", "pending_job", "is_blank", "created_at", "updated_at"}


async def copy_lead_magnet(engine: AsyncEngine, user_id: UUID, id: UUID) -> UUID:
    """Makes a copy, a draft of its own; returns its id. Raises NotFound, CapReached.

    Its texts count as the owner's own: what is written over them later is kept.
    """
    made, time = new_id(), now()
    new: dict[str, Any] = {"created_at": time, "updated_at": time}
    async with transaction(engine, user_id) as session:
        await check_room_to_store(session, user_id)
        row = await own_lead_magnet_to_keep(session, id)
        emails = await queries.email_sequence(session, id)
        answers = await queries.wizard_draft(session, user_id, id)
        title = row.title[: MAX_TITLE - len(COPY)] + COPY
        kept = {**row.model_dump(exclude=_OF_THE_ORIGINAL), "title": title}
        session.add(LeadMagnetRow(id=made, **kept, **new))
        await session.flush()
        if emails:
            kept = {**emails.model_dump(exclude=_OF_ITS_EMAILS), "lead_magnet_id": made}
            session.add(EmailSequenceRow(id=new_id(), **kept, **new))
        if answers:
            kept = answers.model_dump(exclude=_OF_ITS_ANSWERS)
            session.add(WizardDraftRow(id=made, **kept, **new))
    return made
