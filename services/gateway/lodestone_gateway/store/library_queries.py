"""A user's lead magnets, searched, in another order than the newest first, or by their idea."""

from collections.abc import Collection
from enum import StrEnum
from typing import Any
from uuid import UUID

from lodestone.wire import JsonObject
from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lodestone_gateway.store.lead_magnet_queries import NEWEST, ListedLeadMagnet, listed, listing
from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow


class Order(StrEnum):
    """In which order lead magnets are listed."""

    NEWEST = "newest"
    EDITED = "edited"
    TITLE = "title"


_ORDERS: dict[Order, tuple[Any, ...]] = {
    Order.NEWEST: NEWEST,
    Order.EDITED: (col(LeadMagnetRow.updated_at).desc(), col(LeadMagnetRow.id).desc()),
    Order.TITLE: (func.lower(col(LeadMagnetRow.title)), col(LeadMagnetRow.id)),
}


async def found_lead_magnets(
    session: AsyncSession, user_id: UUID, parts: Collection[str], sought: str, order: Order, *, limit: int
) -> list[ListedLeadMagnet]:
    """The user's favourites, then the others, in this order; `sought` is in the title or the pain of each."""
    statement = listing(user_id, parts)
    if sought:
        pain = col(LeadMagnetRow.concept)["painSolved"].astext
        has_it = (each.icontains(sought, autoescape=True) for each in (col(LeadMagnetRow.title), pain))
        statement = statement.where(or_(*has_it))
    rows = await session.execute(
        statement.order_by(col(LeadMagnetRow.is_favourite).desc(), *_ORDERS[order]).limit(limit)
    )
    return [listed(row._mapping, parts) for row in rows]


async def made_of_own_idea(session: AsyncSession, user_id: UUID, concept: JsonObject) -> UUID | None:
    """The newest lead magnet, not in the bin, that the user made of this idea of their own."""
    statement = select(col(LeadMagnetRow.id)).where(
        col(LeadMagnetRow.user_id) == user_id,
        col(LeadMagnetRow.is_custom_idea),
        col(LeadMagnetRow.concept) == concept,
        col(LeadMagnetRow.binned_at).is_(None),
    )
    return (await session.scalars(statement.order_by(*NEWEST))).first()


async def titles_in_bin(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, str]:
    """What those of these lead magnets are called that are in the bin."""
    statement = select(col(LeadMagnetRow.id), col(LeadMagnetRow.title))
    statement = statement.where(col(LeadMagnetRow.id).in_(ids), col(LeadMagnetRow.binned_at).is_not(None))
    return {id: title for id, title in await session.execute(statement)}
