"""Results that belong to a lead magnet: each writes its own part, names its job and raises the version.

A result that came after an edit is offered instead. If the lead magnet was deleted meanwhile, nothing is
written; the result stays in its job. One in the bin is written like any other.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lodestone.wire import JsonObject
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lodestone_gateway.job_types.one_part import changed_columns, merged
from lodestone_gateway.job_types.product import EndedJob, Piece, Stored
from lodestone_gateway.job_types.versions import Author, edited_at, keep_piece, put_aside
from lodestone_gateway.store import lead_magnet_queries as queries
from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow
from lodestone_gateway.store.tables import BackgroundJob


@dataclass(frozen=True)
class Target:
    """The lead magnet that a result belongs to, now locked, and when its job was asked for."""

    row: LeadMagnetRow
    asked_at: datetime
    part: str | None = None  # the one that the job made; None where it made everything

    def came_after(self, edited_at: datetime | None) -> bool:
        """Whether the owner changed the piece after asking for the job."""
        return edited_at is not None and edited_at > self.asked_at


async def target_of(session: AsyncSession, job: EndedJob) -> Target | None:
    """The lead magnet of the job; None when there is none."""
    part = col(BackgroundJob.input)["part"].astext.label("part")
    of_job = select(col(BackgroundJob.lead_magnet_id), col(BackgroundJob.created_at), part)
    found = (await session.execute(of_job.where(col(BackgroundJob.id) == job.id))).first()
    if found is None or found.lead_magnet_id is None:
        return None
    row = await queries.stored_lead_magnet(session, found.lead_magnet_id)
    if row is None or row.user_id != job.user_id:
        return None
    return Target(row, found.created_at, found.part)


async def to_lead_magnet(
    piece: Piece, session: AsyncSession, job: EndedJob, result: JsonObject, time: datetime
) -> None:
    """Writes the piece's columns, or offers them."""
    target = await target_of(session, job)
    if target is None:
        return
    row, columns = target.row, piece.of_result(result)
    is_there = any(getattr(row, name) for name in piece.columns)
    is_offered = is_there and target.came_after(edited_at(row, piece.name))
    if target.part is not None:
        present = piece.whole(Stored(row, None, {}))
        new = await merged(session, job, target.part, present, result)
        is_offered, columns = new.is_to_be_offered, piece.of_result(new.whole)
        if present is not None and not is_offered:
            columns = changed_columns(piece.of_result(present), columns)
    if is_offered:
        texts = {name: text for name, text in columns.items() if name in piece.columns}
        await put_aside(session, row, piece.name, texts, author=Author.AI, job_id=job.id, time=time)
        return
    await keep_piece(session, row, piece, columns, job_id=job.id)
    await write_part(session, row, piece, job, time, **columns)


async def write_part(
    session: AsyncSession, row: LeadMagnetRow, piece: Piece, job: EndedJob, time: datetime, **columns: Any
) -> None:
    """Puts these columns and the job in place, and raises the version."""
    version = {"version": col(LeadMagnetRow.version) + 1, "updated_at": time}
    await session.execute(
        update(LeadMagnetRow)
        .where(col(LeadMagnetRow.id) == row.id)
        .values({**columns, piece.job_column: job.id, **version}),
        execution_options={"synchronize_session": False},
    )
