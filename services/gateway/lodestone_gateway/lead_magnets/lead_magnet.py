"""Reading, changing and deleting lead magnets."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from lodestone.clock import format_time, now
from lodestone.errors import NotFound
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from lodestone_gateway.entity_tags import check_known
from lodestone_gateway.job_types.table import PIECES
from lodestone_gateway.job_types.versions import keep_piece
from lodestone_gateway.jobs.cancel import ask_for_end
from lodestone_gateway.jobs.own_lead_magnet import (
    NO_LEAD_MAGNET,
    own_lead_magnet,
    own_lead_magnet_to_change,
)
from lodestone_gateway.lead_magnets.erasing import erase_with_lead_magnet
from lodestone_gateway.lead_magnets.view import LeadMagnetStatus, entity_tag
from lodestone_gateway.paging import Page, page_of, place_of
from lodestone_gateway.store import lead_magnet_queries as queries
from lodestone_gateway.store.lead_magnet_queries import ListedLeadMagnet
from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow
from lodestone_gateway.store.library_queries import Order, found_lead_magnets
from lodestone_gateway.store.session import transaction

FILLED = [name for piece in PIECES.values() for name in piece.filled]
"""The columns by which a list says which pieces there are."""
FAVOURITE = "is_favourite"


async def list_lead_magnets(
    engine: AsyncEngine,
    user_id: UUID,
    *,
    cursor: str | None,
    limit: int,
    is_favourite: bool | None = None,
) -> Page[ListedLeadMagnet]:
    """The user's lead magnets, newest first, or only those that are favourites, or are none.

    Raises InvalidRequest for an invalid cursor.
    """
    before = place_of(cursor)
    async with transaction(engine, user_id) as session:
        rows = await queries.lead_magnets(
            session, user_id, FILLED, before=before, limit=limit + 1, is_favourite=is_favourite
        )
    return page_of(rows, limit)


async def find_lead_magnets(
    engine: AsyncEngine, user_id: UUID, sought: str, order: Order, *, limit: int
) -> Sequence[ListedLeadMagnet]:
    """The user's favourites, then the others, in this order; `sought` is in the title or the pain of each."""
    async with transaction(engine, user_id) as session:
        return await found_lead_magnets(session, user_id, FILLED, sought, order, limit=limit)


async def read_lead_magnet(engine: AsyncEngine, user_id: UUID, id: UUID) -> LeadMagnetRow:
    """The user's lead magnet. Raises NotFound."""
    async with transaction(engine, user_id) as session:
        return await own_lead_magnet(session, id)


async def change_lead_magnet(
    engine: AsyncEngine, user_id: UUID, id: UUID, changes: dict[str, Any], known_tags: Sequence[str]
) -> LeadMagnetRow:
    """Writes the columns in `changes`; without known tags, it overwrites whatever was written in between.

    What it replaces becomes a version. Being a favourite is none of its contents, and raises no version.

    Raises NotFound, Conflict unless one of `known_tags` is the present one, and InvalidRequest or pydantic's
    ValidationError for a piece that does not fit the lead magnet.
    """
    async with transaction(engine, user_id) as session:
        row = await own_lead_magnet_to_change(session, id)
        check_known(known_tags, entity_tag(row), version=row.version)
        row.is_favourite = changes.get(FAVOURITE, row.is_favourite)
        contents = {column: value for column, value in changes.items() if column != FAVOURITE}
        await write_columns(session, row, contents)
        return row


async def write_columns(session: AsyncSession, row: LeadMagnetRow, changes: dict[str, Any]) -> None:
    """Writes the owner's changes to a row that is locked; what they replace becomes a version.

    Raises InvalidRequest or pydantic's ValidationError for a piece that does not fit the lead magnet.
    """
    for piece in PIECES.values():
        changes = piece.fitted(row, changes)
    for piece in PIECES.values():
        await keep_piece(session, row, piece, changes)
        if any(getattr(row, name) != changes[name] for name in piece.columns if name in changes):
            row.edits = {**row.edits, piece.name: format_time(now())}
    for column, value in changes.items():
        setattr(row, column, value)
    if changes:
        await _write(session, row)


async def delete_lead_magnet(engine: AsyncEngine, user_id: UUID, id: UUID) -> None:
    """Deletes it with its emails, in the bin or not; cancels the jobs on it, and has their texts erased.

    Raises NotFound.
    """
    async with transaction(engine, user_id) as session:
        row = await queries.stored_lead_magnet(session, id)
        if row is None:
            raise NotFound(NO_LEAD_MAGNET)
        for job in await queries.live_jobs(session, id):
            await ask_for_end(session, job)
        await session.delete(row)
        await session.flush()
        await erase_with_lead_magnet(session, id, user_id, row.ideation_job_id)


async def _write(session: AsyncSession, row: LeadMagnetRow) -> None:
    row.version += 1
    row.updated_at = now()
    if row.status == LeadMagnetStatus.PUBLISHED and row.published_at is None:
        row.published_at = row.updated_at
    await session.flush()
