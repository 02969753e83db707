"""The one check that a user has a lead magnet, and the one sentence for who has not."""

from uuid import UUID

from lodestone.errors import NotFound
from sqlalchemy.ext.asyncio import AsyncSession

from lodestone_gateway.store import lead_magnet_queries as queries
from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow

NO_LEAD_MAGNET = "You have no such lead magnet."


def there(row: LeadMagnetRow | None) -> LeadMagnetRow:
    """The row that was sought. Raises NotFound."""
    if row is None:
        raise NotFound(NO_LEAD_MAGNET)
    return row


async def check_lead_magnet(session: AsyncSession, id: UUID) -> None:
    """Raises NotFound unless the user has this lead magnet, and not in the bin."""
    if not await queries.has_lead_magnet(session, id):
        raise NotFound(NO_LEAD_MAGNET)


async def own_lead_magnet_to_keep(session: AsyncSession, id: UUID) -> LeadMagnetRow:
    """The user's lead magnet, not to be deleted before this transaction ends. Raises NotFound."""
    return there(await queries.lead_magnet_to_keep(session, id))
