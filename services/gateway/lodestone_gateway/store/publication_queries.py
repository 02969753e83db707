"""Every statement on published pages and tools."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lodestone_gateway.store.publication_table import PublicationRow

_READ = text("SELECT tag, page, policy, is_listed FROM lodestone_published(:address, :known, :views)")


@dataclass(frozen=True)
class PublishedPage:
    """What a reader gets."""

    tag: str
    """Another one whenever its owner publishes again."""
    page: str | None
    """None if the reader has it."""
    policy: str
    is_listed: bool


async def publication(session: AsyncSession, lead_magnet_id: UUID) -> PublicationRow | None:
    """What the user has published of this lead magnet."""
    return await session.get(PublicationRow, lead_magnet_id)


async def views_of(session: AsyncSession, lead_magnet_id: UUID) -> int | None:
    """How often what is published of this lead magnet was opened; None while nothing is."""
    of_this = col(PublicationRow.lead_magnet_id) == lead_magnet_id
    return await session.scalar(select(col(PublicationRow.views)).where(of_this))


async def write_publication(
    session: AsyncSession,
    lead_magnet_id: UUID,
    user_id: UUID,
    address: str,
    page: str,
    policy: str,
    *,
    is_listed: bool,
) -> PublicationRow:
    """Publishes it at this address, or where it already is."""
    new = {"page": page, "policy": policy, "is_listed": is_listed, "published_at": func.now()}
    statement = insert(PublicationRow).values(
        lead_magnet_id=lead_magnet_id, user_id=user_id, address=address, **new
    )
    statement = statement.on_conflict_do_update(index_elements=["lead_magnet_id"], set_=new)
    written = await session.scalars(
        select(PublicationRow).from_statement(statement.returning(PublicationRow)),
        execution_options={"populate_existing": True},
    )
    row: PublicationRow = written.one()
    return row


async def remove_publication(session: AsyncSession, lead_magnet_id: UUID) -> bool:
    """Takes it back; False if it was not published."""
    removed = await session.execute(
        delete(PublicationRow)
        .where(col(PublicationRow.lead_magnet_id) == lead_magnet_id)
        .returning(col(PublicationRow.lead_magnet_id))
    )
    return removed.first() is not None


async def published_page(
    session: AsyncSession, address: str, known: Sequence[str], views: int
) -> PublishedPage | None:
    """What is published at an address, without the page if its tag is `known`; counts so many views of it."""
    asked = {"address": address, "known": list(known), "views": views}
    found = (await session.execute(_READ, asked)).first()
    return PublishedPage(*found) if found else None
