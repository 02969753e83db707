"""An owner's own texts that another write replaced, as they can be read and brought back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from lodestone.wire import JsonObject, UtcTime, WireModel
from pydantic import Field
from pydantic.alias_generators import to_camel
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from lodestone_gateway.job_types.own_texts import keep_own_piece
from lodestone_gateway.job_types.table import PIECES
from lodestone_gateway.store import lead_magnet_queries as queries
from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow, ReplacedTextRow
from lodestone_gateway.store.session import transaction


class ReplacedText(WireModel):
    """A text of the owner's own that was replaced."""

    id: UUID
    piece: str  # the job type that writes this piece
    texts: JsonObject  # by the name of the field that they were in
    replaced_by: UUID | None = Field(description="The job whose result took its place; null for a change")
    replaced_at: UtcTime


async def keep_own_texts(session: AsyncSession, row: LeadMagnetRow, written: Mapping[str, Any]) -> None:
    """Keeps the owner's texts that a change of these columns replaces."""
    for piece in PIECES.values():
        await keep_own_piece(session, row, piece, written)


async def read_replaced_texts(engine: AsyncEngine, user_id: UUID, lead_magnet_id: UUID) -> list[ReplacedText]:
    """The kept texts of one of the user's lead magnets, newest first."""
    async with transaction(engine, user_id) as session:
        rows = await queries.replaced_texts(session, lead_magnet_id)
    return [
        ReplacedText.model_validate(
            {**row.model_dump(), "texts": {to_camel(name): text for name, text in row.texts.items()}}
        )
        for row in rows
    ]


async def replaced_text(
    engine: AsyncEngine, user_id: UUID, lead_magnet_id: UUID, id: UUID
) -> JsonObject | None:
    """The texts of one of them by column; None if it does not exist."""
    async with transaction(engine, user_id) as session:
        row = await session.get(ReplacedTextRow, id)
    return row.texts if row and row.lead_magnet_id == lead_magnet_id else None
