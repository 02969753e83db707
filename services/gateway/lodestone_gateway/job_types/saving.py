"""Results that belong to a lead magnet: each writes its own part, names its job and raises the version.

If the lead magnet was deleted meanwhile, nothing is written; the result stays in its job.
"""

from datetime import datetime
from typing import Any

from lodestone.wire import JsonObject
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lodestone_gateway.job_types.own_texts import keep_own_piece
from lodestone_gateway.job_types.product import EndedJob, Piece
from lodestone_gateway.store import lead_magnet_queries as queries
from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow
from lodestone_gateway.store.tables import BackgroundJob


async def to_lead_magnet(
    piece: Piece, session: AsyncSession, job: EndedJob, result: JsonObject, time: datetime
) -> None:
    """Writes the piece's columns."""
    await write_part(piece, session, job, time, **piece.of_result(result))


async def write_part(
    piece: Piece, session: AsyncSession, job: EndedJob, time: datetime, **columns: Any
) -> LeadMagnetRow | None:
    """The lead magnet as it was before, now locked, its owner's own texts kept; None when there is none."""
    id = await session.scalar(
        select(col(BackgroundJob.lead_magnet_id)).where(col(BackgroundJob.id) == job.id)
    )
    before = await queries.lead_magnet_to_change(session, id) if id else None
    if before is None or before.user_id != job.user_id:
        return None
    await keep_own_piece(session, before, piece, columns, job_id=job.id)
    version = {"version": col(LeadMagnetRow.version) + 1, "updated_at": time}
    await session.execute(
        update(LeadMagnetRow)
        .where(col(LeadMagnetRow.id) == id)
        .values({**columns, piece.job_column: job.id, **version}),
        execution_options={"synchronize_session": False},
    )
    return before
