"""Keeps an owner's own text when another write replaces it, the newest few of each piece.

What a job wrote stays in that job's result. So this keeps only texts that differ from the result of the
piece's job, and only when a new result, or a change that does not know the present version, replaces them.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from lodestone.ids import new_id
from lodestone.wire import JsonObject
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lodestone_gateway.job_types.product import Piece
from lodestone_gateway.store import lead_magnet_queries as queries
from lodestone_gateway.store.lead_magnet_tables import EmailSequenceRow, LeadMagnetRow, ReplacedTextRow
from lodestone_gateway.store.tables import BackgroundJob

KEPT = 5  # of each piece of a lead magnet

EMAILS = "emails"  # the piece whose texts are in their own table


def own_texts(
    before: Mapping[str, Any], written: Mapping[str, Any], by_job: Mapping[str, Any]
) -> dict[str, Any]:
    """What is lost of `before` when `written` replaces it; nothing if a job wrote all of it."""
    lost = {
        name: before[name] for name in written if before.get(name) and before.get(name) != written.get(name)
    }
    return lost if any(text != by_job.get(name) for name, text in lost.items()) else {}


async def keep_own_piece(
    session: AsyncSession,
    row: LeadMagnetRow,
    piece: Piece,
    written: Mapping[str, Any],
    *,
    job_id: UUID | None = None,
) -> None:
    """Keeps the owner's texts that these columns replace, with the result of `job_id` or with a change."""
    columns = {name: written[name] for name in piece.columns if name in written}
    before = {name: getattr(row, name) for name in columns}
    if own_texts(before, columns, {}):
        result = await _result(session, getattr(row, piece.job_column))
        by_job = piece.of_result(result) if result else {}
        await _keep(session, row.id, row.user_id, piece.name, own_texts(before, columns, by_job), job_id)


async def keep_own_emails(
    session: AsyncSession,
    row: EmailSequenceRow,
    emails: list[JsonObject],
    earlier_job_id: UUID | None,
    *,
    job_id: UUID | None = None,
) -> None:
    """The same for emails; `earlier_job_id` wrote them unless the owner did."""
    before, written = {EMAILS: row.emails}, {EMAILS: emails}
    if own_texts(before, written, {}):
        by_job = await _result(session, earlier_job_id)
        lost = own_texts(before, written, by_job)
        await _keep(session, row.lead_magnet_id, row.user_id, EMAILS, lost, job_id)


async def _keep(
    session: AsyncSession,
    lead_magnet_id: UUID,
    user_id: UUID,
    piece: str,
    texts: dict[str, Any],
    job_id: UUID | None,
) -> None:
    if not texts:
        return
    values = {"id": new_id(), "user_id": user_id, "lead_magnet_id": lead_magnet_id}
    await session.execute(
        insert(ReplacedTextRow).values(**values, piece=piece, texts=texts, replaced_by=job_id)
    )
    of_piece = (col(ReplacedTextRow.lead_magnet_id) == lead_magnet_id) & (col(ReplacedTextRow.piece) == piece)
    newest = select(col(ReplacedTextRow.id)).where(of_piece).order_by(*queries.NEWEST_REPLACED)
    await session.execute(
        delete(ReplacedTextRow).where(of_piece, col(ReplacedTextRow.id).not_in(newest.limit(KEPT))),
        execution_options={"synchronize_session": False},
    )


async def _result(session: AsyncSession, job_id: UUID | None) -> JsonObject:
    if job_id is None:
        return {}
    found: JsonObject | None = await session.scalar(
        select(col(BackgroundJob.result)).where(col(BackgroundJob.id) == job_id)
    )
    return found or {}
