"""A page or a tool in public: as it was when its owner published it, until they take it back."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from lodestone.clock import format_time
from lodestone.errors import Conflict, NotFound
from lodestone.jobs.interactive import INTERACTIVE_CONFIGS
from lodestone.jobs.lead_magnet import Archetype
from lodestone.wire import UtcTime, WireModel
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from lodestone_gateway.entity_tags import check_known, content_tag
from lodestone_gateway.exports.export import readable_piece
from lodestone_gateway.exports.from_page import of_page
from lodestone_gateway.exports.pages import document_policy, to_html, tool_policy, tool_to_html
from lodestone_gateway.jobs.caps import check_room_to_store
from lodestone_gateway.jobs.own_lead_magnet import check_lead_magnet, own_lead_magnet_to_keep
from lodestone_gateway.lead_magnets.view import entity_tag
from lodestone_gateway.store import publication_queries as queries
from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow
from lodestone_gateway.store.publication_queries import PublishedPage
from lodestone_gateway.store.publication_table import PublicationRow
from lodestone_gateway.store.session import transaction

PREFIX = "/p/"
ADDRESS_BYTES = 16
TAKEN_DOWN = "An operator took this page down, and only they can put it back. Change it, then write to them."

ADDRESS = re.compile(r"[A-Za-z0-9_-]{22}")


class Publication(WireModel):
    """What everybody who has the address may read."""

    path: str = Field(description="Where it is, below the address of the gateway.")
    is_listed: bool = Field(description="Whether search engines may list it.")
    views: int = Field(description="How often it was opened. Nothing is kept of the readers.")
    published_at: UtcTime = Field(description="When it was published last.")
    taken_down_at: UtcTime | None = Field(
        default=None, description="When an operator took it down: nobody can open it. Null otherwise."
    )

    @classmethod
    def of(cls, row: PublicationRow) -> Self:
        """The view of a row."""
        return cls(
            path=PREFIX + row.address,
            is_listed=row.is_listed,
            views=row.views,
            published_at=row.published_at,
            taken_down_at=row.taken_down_at,
        )


@dataclass(frozen=True)
class Copy:
    """A page or a tool as one HTML file, and its content security policy."""

    page: str
    policy: str

    @property
    def tag(self) -> str:
        """The same for the same page."""
        return content_tag(self.page)


def copy_of(row: LeadMagnetRow) -> Copy:
    """What would be published now; the row is for display. Raises NotFound, Conflict as `export` does."""
    if Archetype(row.archetype) in INTERACTIVE_CONFIGS:
        return Copy(tool_to_html(readable_piece(row, None, "tool")).decode(), tool_policy())
    page = of_page(readable_piece(row, None, "page"), row.title)
    return Copy(to_html(page).decode(), document_policy())


async def publish(
    engine: AsyncEngine, user_id: UUID, id: UUID, known_tags: Sequence[str], *, is_listed: bool
) -> Publication:
    """Publishes the page or the tool as it is now, at the same address as before if there was one.

    Raises NotFound, Conflict as `export` does, Conflict unless one of `known_tags` is the lead magnet's or
    while an operator has taken it down, and CapReached.
    """
    async with transaction(engine, user_id) as session:
        row = await own_lead_magnet_to_keep(session, id)
        await _check_not_taken_down(session, id)
        check_known(known_tags, entity_tag(row), version=row.version)
        session.expunge(row)
        copy = copy_of(row)
        await check_room_to_store(session, user_id)
        address = secrets.token_urlsafe(ADDRESS_BYTES)
        written = await queries.write_publication(
            session, id, user_id, address, copy.page, copy.policy, is_listed=is_listed
        )
        return Publication.of(written)


async def find_publication(engine: AsyncEngine, user_id: UUID, lead_magnet_id: UUID) -> PublicationRow | None:
    """What the user has published of a lead magnet; None if nothing is."""
    async with transaction(engine, user_id) as session:
        return await queries.publication(session, lead_magnet_id)


async def read_publication(engine: AsyncEngine, user_id: UUID, lead_magnet_id: UUID) -> Publication:
    """What the user has published of a lead magnet. Raises NotFound."""
    async with transaction(engine, user_id) as session:
        await check_lead_magnet(session, lead_magnet_id)
        row = await queries.publication(session, lead_magnet_id)
    if row is None:
        raise NotFound("You have not published this.")
    return Publication.of(row)


async def unpublish(engine: AsyncEngine, user_id: UUID, lead_magnet_id: UUID) -> None:
    """Takes it back; its address never leads anywhere again.

    Raises NotFound, and Conflict if an operator took it down.
    """
    async with transaction(engine, user_id) as session:
        await check_lead_magnet(session, lead_magnet_id)
        await _check_not_taken_down(session, lead_magnet_id)
        if not await queries.remove_publication(session, lead_magnet_id):
            raise NotFound("You have not published this.")


async def _check_not_taken_down(session: AsyncSession, lead_magnet_id: UUID) -> None:
    """What an operator took down stays where it is, so that it is not simply published again elsewhere."""
    row = await queries.publication(session, lead_magnet_id)
    if row is not None and row.taken_down_at is not None:
        raise Conflict(TAKEN_DOWN, takenDownAt=format_time(row.taken_down_at))


async def read_in_public(
    engine: AsyncEngine, address: str, known_tags: Sequence[str], *, is_view: bool
) -> PublishedPage:
    """What is published at an address, for anybody; counts a view. Raises NotFound."""
    page = None
    if ADDRESS.fullmatch(address):
        async with transaction(engine) as session:
            page = await queries.published_page(session, address, known_tags, int(is_view))
    if page is None:
        raise NotFound("There is no page here. It may have been taken back.")
    return page
