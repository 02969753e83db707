"""An owner's own text that another write replaced: kept for its owner, the newest few of each piece.

A job's text is kept in that job. So this keeps only what differs from the result of the piece's job, when a
result, or a change that does not know the present version, replaces it.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from lodestone.ids import new_id
from lodestone.wire import JsonObject, UtcTime, WireModel
from pydantic import Field
from pydantic.alias_generators import to_camel
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlmodel import col

from lodestone_gateway.job_types.part_of_result import columns_of
from lodestone_gateway.store import lead_magnet_queries as queries
from lodestone_gateway.store.lead_magnet_tables import EmailSequenceRow, LeadMagnetRow, ReplacedTextRow
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import BackgroundJob

KEPT = 5  # of each piece of a lead magnet

PIECES = {
    "extraction": ("extracted_content", "interactive_config"),
    "polish": ("polished_content",),
    "posts": ("post_variations", "linkedin_post", "dm_template", "cta_word"),
}
"""The texts of a lead magnet by the job type that writes them; its emails are in their own table."""

EMAILS = "emails"


class ReplacedText(WireModel):
    """A text of the owner's own that was replaced."""

    id: UUID
    piece: str  # the job type that writes this piece
    texts: JsonObject  # by the name of the field that they were in
    replaced_by: UUID | None = Field(description="The job whose result took its place; null for a change")
    replaced_at: UtcTime


def own_texts(
    before: Mapping[str, Any], written: Mapping[str, Any], by_job: Mapping[str, Any]
) -> dict[str, Any]:
    """What of `before` is lost when `written` replaces it; nothing if all of it is a job's own."""
    lost = {
        name: before[name] for name in written if before.get(name) and before.get(name) != written.get(name)
    }
    return lost if any(text != by_job.get(name) for name, text in lost.items()) else {}


async def keep_own_texts(
    session: AsyncSession, row: LeadMagnetRow, written: Mapping[str, Any], *, job_id: UUID | None = None
) -> None:
    """Keeps the owner's texts that these columns replace, by the result of `job_id` or by a change."""
    for piece, names in PIECES.items():
        columns = {name: written[name] for name in names if name in written}
        before = {name: getattr(row, name) for name in columns}
        if own_texts(before, columns, {}):
            by_job = columns_of(piece, await _result(session, getattr(row, f"{piece}_job_id")))
            await _keep(session, row.id, row.user_id, piece, own_texts(before, columns, by_job), job_id)


async def keep_own_emails(
    session: AsyncSession,
    row: EmailSequenceRow,
    emails: list[JsonObject],
    earlier_job_id: UUID | None,
    *,
    job_id: UUID | None = None,
) -> None:
    """The same for emails, which `earlier_job_id` wrote unless they are the owner's."""
    before, written = {EMAILS: row.emails}, {EMAILS: emails}
    if own_texts(before, written, {}):
        by_job = await _result(session, earlier_job_id)
        await _keep(
            session, row.lead_magnet_id, row.user_id, EMAILS, own_texts(before, written, by_job), job_id
        )


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
