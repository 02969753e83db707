"""The versions of a lead magnet's pieces as their owner sees them: listed, read, restored, declined."""

from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from lodestone.clock import now
from lodestone.errors import InvalidRequest, NotFound
from lodestone.wire import JsonObject, UtcTime, WireModel
from pydantic import Field
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlmodel import col

from lodestone_gateway.entity_tags import check_known
from lodestone_gateway.job_types.table import PIECES
from lodestone_gateway.job_types.versions import EMAILS, MOST, MOST_BYTES, Author, by_field, put_aside
from lodestone_gateway.jobs.own_lead_magnet import check_lead_magnet, own_lead_magnet_to_change
from lodestone_gateway.lead_magnets.email_sequences import CHANGED as EMAILS_CHANGED
from lodestone_gateway.lead_magnets.email_sequences import write_emails
from lodestone_gateway.lead_magnets.lead_magnet import write_columns
from lodestone_gateway.store import lead_magnet_queries as queries
from lodestone_gateway.store.lead_magnet_queries import ListedVersion
from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow, PieceVersionRow
from lodestone_gateway.store.session import snapshot, transaction

GONE = "This version does not exist. Read the list of versions again."
IN_PARTS = [name for name, piece in PIECES.items() if piece.parts]
"""The pieces whose parts have versions of their own."""


class PieceVersion(WireModel):
    """A version of a piece, without its texts."""

    id: UUID
    piece: str = Field(description="The job type that writes the piece")
    author: Author = Field(description="Who wrote it last: `owner`, `ai`, or the `template` that stood in")
    job_id: UUID | None = Field(
        description="The job whose result it is, or was before the owner changed it; null without one"
    )
    made_at: UtcTime | None = Field(description="When its author wrote it; null where that is not known")
    replaced_by: UUID | None = Field(
        description="The job whose result took its place; null for a change by hand, or if never in place"
    )
    is_offered: bool = Field(
        description="Whether it waits for the owner to restore or decline it: it was not put in place, since"
        " the piece had been edited meanwhile, or since a template stood in"
    )
    kept_at: UtcTime = Field(description="When it was replaced or offered")
    bytes: int = Field(description="Size of its texts")

    @classmethod
    def of(cls, row: ListedVersion) -> "PieceVersion":
        """The view of a row."""
        return cls.model_validate(vars(row))


class VersionWithTexts(PieceVersion):
    """A version with its texts."""

    texts: JsonObject = Field(description="By the name of the field that they were in")

    @classmethod
    def whole(cls, row: PieceVersionRow) -> "VersionWithTexts":
        """The view of a row."""
        return cls.model_validate({**row.model_dump(), "texts": by_field(row.texts)})


class VersionList(WireModel):
    """The versions of a lead magnet, the newest first."""

    items: list[PieceVersion]
    most: int = Field(default=MOST, description="How many of each piece are kept; the AI's oldest go first")
    most_bytes: int = Field(default=MOST_BYTES, description="How many bytes of each piece are kept")


class RestoredPiece(WireModel):
    """What is in place after a version was restored."""

    piece: str
    version: int = Field(description="The version of the lead magnet, or of the emails: their ETag")
    texts: JsonObject = Field(description="By the name of the field")


async def list_versions(
    engine: AsyncEngine,
    user_id: UUID,
    lead_magnet_id: UUID,
    piece: str | None = None,
    part: int | None = None,
) -> list[ListedVersion]:
    """The versions, the newest first; of one part only those in which it differs from the next older one.

    Raises NotFound, and InvalidRequest for a piece that is none, or has no parts.
    """
    if piece is not None and piece not in PIECES:
        raise _unknown("piece", f"Use one of {', '.join(PIECES)}.")
    column = PIECES[piece].parts if piece else ""
    if part is not None and not column:
        raise _unknown("part", f"Only {' and '.join(IN_PARTS)} have parts.")
    async with snapshot(engine, user_id) as session:
        await check_lead_magnet(session, lead_magnet_id)
        rows = await queries.listed_versions(session, lead_magnet_id, piece)
        if piece is None or part is None:
            return rows
        parts = await queries.parts_of_versions(session, lead_magnet_id, piece, column, part)
    return one_of_each_run(rows, parts)


def one_of_each_run(
    rows: Sequence[ListedVersion], parts: dict[UUID, JsonObject | None]
) -> list[ListedVersion]:
    """Of neighbours with the same part the oldest, of a job's if there is one: it wrote the part.

    Both are newest first.
    """
    with_part = [row for row in rows if parts.get(row.id) is not None]
    runs = [list(run) for _, run in groupby(with_part, key=lambda row: parts[row.id])]
    return [next((row for row in reversed(run) if row.author != Author.OWNER), run[-1]) for run in runs]


async def read_version(engine: AsyncEngine, user_id: UUID, lead_magnet_id: UUID, id: UUID) -> PieceVersionRow:
    """One version with its texts. Raises NotFound."""
    async with transaction(engine, user_id) as session:
        return await _version(session, lead_magnet_id, id)


async def restore_version(
    engine: AsyncEngine,
    user_id: UUID,
    lead_magnet_id: UUID,
    id: UUID,
    known_tags: Collection[str] = (),
    part: int | None = None,
) -> RestoredPiece:
    """Puts a version in place, or one part of it; what is there now becomes a version.

    Raises NotFound, InvalidRequest for a part that one of the two does not have, and Conflict unless one of
    `known_tags` is the present one: of the emails for these, else of the lead magnet.
    """
    async with transaction(engine, user_id) as session:
        row = await own_lead_magnet_to_change(session, lead_magnet_id)
        version = await _version(session, lead_magnet_id, id)
        put = _put_emails if version.piece == EMAILS else _put_columns
        restored = await put(session, row, version, known_tags, part)
        await _settle(session, id)
        return restored


async def decline_version(engine: AsyncEngine, user_id: UUID, lead_magnet_id: UUID, id: UUID) -> None:
    """Leaves what is in place: the version is no longer offered, and stays in the list. Raises NotFound."""
    async with transaction(engine, user_id) as session:
        await _version(session, lead_magnet_id, id)
        await _settle(session, id)


async def keep_beside(
    engine: AsyncEngine, user_id: UUID, lead_magnet_id: UUID, name: str, columns: dict[str, Any]
) -> None:
    """Keeps the piece with these changes as a version of the owner's, and leaves what is in place.

    Raises NotFound, and InvalidRequest or pydantic's ValidationError for changes that do not fit.
    """
    async with transaction(engine, user_id) as session:
        row = await own_lead_magnet_to_change(session, lead_magnet_id)
        piece = PIECES[name]
        texts = {column: getattr(row, column) for column in piece.columns} | piece.fitted(row, columns)
        job_id, time = getattr(row, piece.job_column), now()
        await put_aside(
            session, row, name, texts, author=Author.OWNER, job_id=job_id, time=time, is_offered=False
        )


async def _put_columns(
    session: AsyncSession,
    row: LeadMagnetRow,
    version: PieceVersionRow,
    known_tags: Collection[str],
    part: int | None,
) -> RestoredPiece:
    check_known(known_tags, f'"{row.version}"', version=row.version)
    piece = PIECES[version.piece]
    if part is None:
        columns = {**version.texts, **_of_job(version)}
    else:
        columns = piece.of_parts(_with_part(getattr(row, piece.parts, None), version, part))
    await write_columns(session, row, columns)
    texts = {name: getattr(row, name) for name in piece.columns}
    return RestoredPiece(piece=piece.name, version=row.version, texts=by_field(texts))


async def _put_emails(
    session: AsyncSession,
    row: LeadMagnetRow,
    version: PieceVersionRow,
    known_tags: Collection[str],
    part: int | None,
) -> RestoredPiece:
    present = await queries.email_sequence(session, row.id, to_change=True)
    tag, number = (f'"{present.version}"', present.version) if present else (None, None)
    check_known(known_tags, tag, EMAILS_CHANGED, version=number)
    if part is None:
        of_template = {"used_fallback": version.author == Author.TEMPLATE}
        written = await write_emails(session, row, present, version.texts[EMAILS], **of_template)
        await write_columns(session, row, _of_job(version))
    else:
        emails = _with_part(present.emails if present else None, version, part)
        written = await write_emails(session, row, present, emails)
    return RestoredPiece(piece=EMAILS, version=written.version, texts={EMAILS: written.emails})


def _with_part(present: Any, version: PieceVersionRow, part: int) -> list[JsonObject]:
    """The present parts, one of them as in the version. Raises InvalidRequest."""
    column = PIECES[version.piece].parts
    earlier = (version.texts.get(column) if column else None) or []
    if not present or part >= min(len(present), len(earlier)):
        raise _unknown("part", f"There is no part {part} both here and in this version.")
    return [*present[:part], earlier[part], *present[part + 1 :]]


def _of_job(version: PieceVersionRow) -> dict[str, Any]:
    return {PIECES[version.piece].job_column: version.job_id} if version.job_id else {}


async def _settle(session: AsyncSession, id: UUID) -> None:
    """The owner has chosen; the version may have gone with the bounds."""
    is_it = (col(PieceVersionRow.id) == id) & col(PieceVersionRow.is_offered)
    await session.execute(update(PieceVersionRow).where(is_it).values(is_offered=False))


async def _version(session: AsyncSession, lead_magnet_id: UUID, id: UUID) -> PieceVersionRow:
    await check_lead_magnet(session, lead_magnet_id)
    version = await queries.version(session, lead_magnet_id, id)
    if version is None:
        raise NotFound(GONE)
    return version


def _unknown(field: str, message: str) -> InvalidRequest:
    return InvalidRequest(errors=[{"field": field, "message": message}])
