"""The bin: what an owner deletes on a page stays there for some days, to be restored or deleted for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lodestone.clock import now
from lodestone.errors import NotFound
from lodestone.ids import parse_id
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from lodestone_gateway.jobs.cancel import ask_for_end
from lodestone_gateway.jobs.own_lead_magnet import own_lead_magnet_to_change
from lodestone_gateway.lead_magnets.new import check_room_beside
from lodestone_gateway.lead_magnets.wizard_drafts import check_room, one_draft_at_a_time
from lodestone_gateway.store import draft_queries
from lodestone_gateway.store import lead_magnet_queries as queries
from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow, WizardDraftRow
from lodestone_gateway.store.session import transaction

MOST_SHOWN = 100  # of each kind; of drafts there are no more


@dataclass(frozen=True)
class Binned:
    """Something in the bin."""

    id: UUID
    title: str | None
    binned_at: datetime


@dataclass(frozen=True)
class Bin:
    """What is in a user's bin, what came last first."""

    lead_magnets: Sequence[Binned]
    drafts: Sequence[Binned]


async def read_bin(engine: AsyncEngine, user_id: UUID) -> Bin:
    """The user's bin."""
    async with transaction(engine, user_id) as session:
        return Bin(
            await _binned(session, LeadMagnetRow, user_id), await _binned(session, WizardDraftRow, user_id)
        )


async def just_binned(
    engine: AsyncEngine, user_id: UUID, table: type[LeadMagnetRow | WizardDraftRow], id: str | None
) -> Binned | None:
    """What an address says was put into the bin, as long as it is there."""
    if (known := parse_id(id or "")) is None:
        return None
    async with transaction(engine, user_id) as session:
        found = await _binned(session, table, user_id, known)
    return next(iter(found), None)


async def bin_lead_magnet(engine: AsyncEngine, user_id: UUID, id: UUID) -> None:
    """Puts a lead magnet into the bin and cancels the jobs on it. Raises NotFound."""
    async with transaction(engine, user_id) as session:
        row = await own_lead_magnet_to_change(session, id)
        for job in await queries.live_jobs(session, id):
            await ask_for_end(session, job)
        row.binned_at = now()


async def restore_lead_magnet(engine: AsyncEngine, user_id: UUID, id: UUID) -> None:
    """Takes a lead magnet out of the bin.

    Raises NotFound, and CapReached if others have taken its room beside those of the same ideas.
    """
    async with transaction(engine, user_id) as session:
        row = await queries.stored_lead_magnet(session, id)
        if row is None or row.binned_at is None:
            raise NotFound("There is no such lead magnet in your bin.")
        if row.ideation_job_id:
            await check_room_beside(session, user_id, row.ideation_job_id)
        row.binned_at = None


async def bin_draft(engine: AsyncEngine, user_id: UUID, id: UUID) -> None:
    """Puts a draft into the bin. Raises NotFound."""
    async with transaction(engine, user_id) as session:
        row = await queries.wizard_draft(session, user_id, id)
        if row is None or row.binned_at:
            raise NotFound("You have no such draft.")
        row.binned_at = now()
        await session.flush()
        await draft_queries.drop_binned_drafts(session, user_id, most=MOST_SHOWN)


async def restore_draft(engine: AsyncEngine, user_id: UUID, id: UUID) -> None:
    """Takes a draft out of the bin. Raises NotFound, and Conflict if others have taken its room."""
    async with transaction(engine, user_id) as session:
        await one_draft_at_a_time(session, user_id)
        row = await queries.wizard_draft(session, user_id, id)
        if row is None or row.binned_at is None:
            raise NotFound("There is no such draft in your bin.")
        row.binned_at = None
        await session.flush()
        await check_room(session, row, is_more=True, grown_by=0)


async def _binned(session: AsyncSession, table: Any, user_id: UUID, id: UUID | None = None) -> list[Binned]:
    statement = select(table.id, table.title, table.binned_at)
    statement = statement.where(table.user_id == user_id, table.binned_at.is_not(None))
    if id:
        statement = statement.where(table.id == id)
    rows = await session.execute(statement.order_by(table.binned_at.desc()).limit(MOST_SHOWN))
    return [Binned(**row._mapping) for row in rows]
