"""An operator takes a published page down, or puts it back: the answer to abuse of public pages."""

import re
from datetime import datetime
from uuid import UUID

from lodestone.clock import now
from lodestone.errors import NotFound
from lodestone.wire import UtcTime, WireModel
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col

from lodestone_gateway.operating.audit import AS_OPERATOR, Action, Actor, Entry, Kind, Outcome, record
from lodestone_gateway.store.publication_table import PublicationRow
from lodestone_gateway.store.session import transaction

_ADDRESS = re.compile(r"(?:.*/p/)?([A-Za-z0-9_-]+)(?:[/?#].*)?")
NO_PAGE = "No page was published at this address, or its owner took it back."


class PublicPage(WireModel):
    """A published page: whose it is, and since when it is down; without its text."""

    address: str
    user_id: UUID
    lead_magnet_id: UUID
    is_listed: bool
    views: int
    published_at: UtcTime
    taken_down_at: UtcTime | None

    @classmethod
    def of(cls, row: PublicationRow) -> "PublicPage":
        """The view of a row."""
        return cls.model_validate(row.model_dump())


async def read_public_page(reader: AsyncEngine, address: str) -> PublicPage:
    """The page at an address, which may be a whole link to it. Raises NotFound."""
    found = _ADDRESS.fullmatch(address.strip())
    async with transaction(reader) as session:
        named = select(PublicationRow).where(col(PublicationRow.address) == found[1]) if found else None
        row = (await session.scalars(named)).first() if named is not None else None
    if row is None:
        raise NotFound(NO_PAGE)
    return PublicPage.of(row)


async def take_down(engine: AsyncEngine, reader: AsyncEngine, actor: Actor, address: str) -> PublicPage:
    """From now on nobody opens it, and its owner can neither publish it again nor take it back; idempotent.

    Raises NotFound.
    """
    return await _set(engine, await read_public_page(reader, address), actor, now())


async def put_back(engine: AsyncEngine, reader: AsyncEngine, actor: Actor, address: str) -> PublicPage:
    """It is public again as it was, at the same address; idempotent. Raises NotFound."""
    return await _set(engine, await read_public_page(reader, address), actor, None)


async def _set(engine: AsyncEngine, page: PublicPage, actor: Actor, at: datetime | None) -> PublicPage:
    """The audit names the lead magnet: its address is known to those only whom its owner gave it."""
    down = col(PublicationRow.taken_down_at)
    changes = update(PublicationRow).where(
        col(PublicationRow.lead_magnet_id) == page.lead_magnet_id,
        down.is_(None) if at else down.is_not(None),
    )
    action = Action.TAKE_PAGE_DOWN if at else Action.PUT_PAGE_BACK
    entry = Entry(action, Kind.PUBLIC_PAGE, str(page.lead_magnet_id), page.user_id)
    async with transaction(engine, page.user_id) as session:
        await session.execute(AS_OPERATOR)
        is_changed = (await session.execute(changes.values(taken_down_at=at).returning(down))).first()
        await record(session, actor, entry, Outcome.DONE if is_changed else Outcome.UNCHANGED)
        row = await session.get(PublicationRow, page.lead_magnet_id)
    if row is None:
        raise NotFound(NO_PAGE)
    return PublicPage.of(row)
