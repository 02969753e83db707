"""The one check that a user has a lead magnet, and what it says: it is in the bin, or there is none."""

from uuid import UUID

from lodestone.errors import NotFound
from sqlalchemy.ext.asyncio import AsyncSession

from lodestone_gateway.store import lead_magnet_queries as queries
from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow
from lodestone_gateway.store.library_queries import titles_in_bin

NO_LEAD_MAGNET = "You have no such lead magnet."
IN_BIN = "This lead magnet is in your bin. Restore it there to work on it."


async def own_lead_magnet(session: AsyncSession, id: UUID) -> LeadMagnetRow:
    """The user's lead magnet. Raises NotFound, with the member `binned` if it is in the bin."""
    return await _there(session, id, await queries.lead_magnet(session, id))


async def own_lead_magnet_to_keep(session: AsyncSession, id: UUID) -> LeadMagnetRow:
    """The same, not to be deleted before this transaction ends."""
    return await _there(session, id, await queries.lead_magnet_to_keep(session, id))


async def own_lead_magnet_to_change(session: AsyncSession, id: UUID) -> LeadMagnetRow:
    """The same, changed by nobody else before this transaction ends."""
    return await _there(session, id, await queries.lead_magnet_to_change(session, id))


async def check_lead_magnet(session: AsyncSession, id: UUID) -> None:
    """Raises NotFound, as `own_lead_magnet`, unless the user has this lead magnet, and not in the bin."""
    if not await queries.has_lead_magnet(session, id):
        raise await _missing(session, id)


async def _there(session: AsyncSession, id: UUID, row: LeadMagnetRow | None) -> LeadMagnetRow:
    if row is None:
        raise await _missing(session, id)
    return row


async def _missing(session: AsyncSession, id: UUID) -> NotFound:
    is_binned = await titles_in_bin(session, [id])
    return NotFound(IN_BIN, binned=True) if is_binned else NotFound(NO_LEAD_MAGNET)
