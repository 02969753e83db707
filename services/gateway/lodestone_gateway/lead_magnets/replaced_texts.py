"""The owner's own versions that were replaced, as clients read them before there were versions."""

from uuid import UUID

from lodestone.wire import JsonObject, UtcTime, WireModel
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.job_types.versions import by_field
from lodestone_gateway.store import lead_magnet_queries as queries
from lodestone_gateway.store.session import transaction

MOST = 5  # of each piece


class ReplacedText(WireModel):
    """A text of the owner's own that was replaced."""

    id: UUID
    piece: str  # the job type that writes this piece
    texts: JsonObject  # by the name of the field that they were in
    replaced_by: UUID | None = Field(description="The job whose result took its place; null for a change")
    replaced_at: UtcTime


async def read_replaced_texts(engine: AsyncEngine, user_id: UUID, lead_magnet_id: UUID) -> list[ReplacedText]:
    """The newest few of each piece of one of the user's lead magnets, newest first."""
    async with transaction(engine, user_id) as session:
        rows = await queries.owners_versions(session, lead_magnet_id, most=MOST)
    return [
        ReplacedText(
            id=row.id,
            piece=row.piece,
            texts=by_field({name: text for name, text in row.texts.items() if text}),
            replaced_by=row.replaced_by,
            replaced_at=row.kept_at,
        )
        for row in rows
    ]
