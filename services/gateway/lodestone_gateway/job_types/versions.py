"""Keeps what a piece was before another write, and a result that must not be put in place.

A change keeps what it replaces, whoever wrote that; so does a result. A result does not replace what its
owner changed after its job was asked for: it is kept as a version that is offered.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from lodestone.clock import parse_time
from lodestone.ids import new_id
from lodestone.wire import JsonObject
from pydantic.alias_generators import to_camel
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lodestone_gateway.job_types.product import Piece
from lodestone_gateway.store.lead_magnet_tables import EmailSequenceRow, LeadMagnetRow, PieceVersionRow
from lodestone_gateway.store.tables import BackgroundJob

MOST = 50  # versions of a piece of a lead magnet
MOST_BYTES = 2_000_000  # of their texts

EMAILS = "emails"  # the piece whose texts are in their own table

# The same texts are kept once. The newest version and the owner's newest always stay; of the others the
# owner's stay before the AI's, newer ones before older ones.
_BOUND = text("""
    DELETE FROM piece_versions WHERE id IN (
        SELECT id FROM (
            SELECT id, row_number() OVER ranked AS place, sum(bytes) OVER ranked AS size,
                row_number() OVER (PARTITION BY texts ORDER BY kept_at DESC, id DESC) AS copy
            FROM (
                SELECT *, row_number() OVER (ORDER BY kept_at DESC, id DESC) = 1 AS is_newest
                FROM piece_versions WHERE lead_magnet_id = :lead_magnet_id AND piece = :piece) AS of_piece
            WINDOW ranked AS (ORDER BY is_newest DESC, author = 'owner' DESC, kept_at DESC, id DESC)
        ) AS versions
        WHERE copy > 1 OR (place > 2 AND (place > :most OR size > :most_bytes)))
""")


class Author(StrEnum):
    """Who wrote a version last."""

    OWNER = "owner"
    AI = "ai"
    TEMPLATE = "template"


async def keep_piece(
    session: AsyncSession,
    row: LeadMagnetRow,
    piece: Piece,
    written: Mapping[str, Any],
    *,
    job_id: UUID | None = None,
) -> None:
    """Keeps the piece as it is, if these columns change it: with the result of `job_id` or by hand."""
    before = {name: getattr(row, name) for name in piece.columns}
    if not is_replaced(before, written):
        return
    earlier = await _job(session, getattr(row, piece.job_column))
    is_own = differs(before, piece.of_result(earlier.result) if earlier and earlier.result else {})
    made_at = edited_at(row, piece.name) if is_own else earlier and earlier.completed_at
    await _keep(
        session,
        row.id,
        row.user_id,
        piece.name,
        before,
        author=Author.OWNER if is_own else Author.AI,
        job_id=getattr(row, piece.job_column),
        made_at=made_at,
        replaced_by=job_id,
    )


async def keep_emails(
    session: AsyncSession,
    row: EmailSequenceRow,
    emails: list[JsonObject],
    earlier_job_id: UUID | None,
    *,
    job_id: UUID | None = None,
) -> None:
    """The same for emails; `earlier_job_id` wrote them unless the owner did."""
    before = {EMAILS: row.emails}
    if not is_replaced(before, {EMAILS: emails}):
        return
    earlier = await _job(session, earlier_job_id)
    is_own = differs(before, earlier.result if earlier and earlier.result else {})
    of_job = Author.TEMPLATE if row.used_fallback else Author.AI
    await _keep(
        session,
        row.lead_magnet_id,
        row.user_id,
        EMAILS,
        before,
        author=Author.OWNER if is_own else of_job,
        job_id=earlier_job_id,
        made_at=row.edited_at if is_own else earlier and earlier.completed_at,
        replaced_by=job_id,
    )


async def put_aside(
    session: AsyncSession,
    row: LeadMagnetRow,
    piece: str,
    texts: Mapping[str, Any],
    *,
    author: Author,
    job_id: UUID | None,
    time: datetime,
    is_offered: bool = True,
) -> None:
    """Keeps these texts beside what is in place; offered ones wait for the owner's choice."""
    written = {"author": author, "job_id": job_id, "made_at": time, "is_offered": is_offered}
    await _keep(session, row.id, row.user_id, piece, texts, **written)


def edited_at(row: LeadMagnetRow, piece: str) -> datetime | None:
    """When its owner changed the piece last; None where that is not known."""
    time = row.edits.get(piece)
    return parse_time(time) if time else None


def is_replaced(before: Mapping[str, Any], written: Mapping[str, Any]) -> bool:
    """Whether anything of `before` is no longer there when `written` is."""
    return any(text and name in written and text != written[name] for name, text in before.items())


def differs(before: Mapping[str, Any], by_job: Mapping[str, Any]) -> bool:
    """Whether anything in it is not what the job wrote."""
    return any(text and text != by_job.get(name) for name, text in before.items())


def by_field(texts: JsonObject) -> JsonObject:
    """Texts by column → by the name of the field."""
    return {to_camel(name): text for name, text in texts.items()}


async def _keep(
    session: AsyncSession,
    lead_magnet_id: UUID,
    user_id: UUID,
    piece: str,
    texts: Mapping[str, Any],
    **columns: Any,
) -> None:
    of = {"lead_magnet_id": lead_magnet_id, "piece": piece}
    values = {"id": new_id(), "user_id": user_id, "texts": dict(texts), **of, **columns}
    await session.execute(insert(PieceVersionRow).values(**values))
    await session.execute(_BOUND, {**of, "most": MOST, "most_bytes": MOST_BYTES})


async def _job(session: AsyncSession, job_id: UUID | None) -> Any:
    """The result and the end of the job whose result a piece was."""
    if job_id is None:
        return None
    columns = col(BackgroundJob.result), col(BackgroundJob.completed_at)
    return (await session.execute(select(*columns).where(col(BackgroundJob.id) == job_id))).first()
