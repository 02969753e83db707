"""Sources: add, list, read, change, delete. Each belongs to one lead magnet or to all of its owner's."""

from collections.abc import Collection
from typing import Annotated, Any
from uuid import UUID

from lodestone.clock import now
from lodestone.errors import CapReached, InvalidRequest, NotFound, PayloadTooLarge
from lodestone.ids import new_id
from lodestone.wire import RequiredText, UtcTime, WireModel
from pydantic import Field
from sqlalchemy import delete, func, insert, or_, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlmodel import col

from lodestone_gateway.bounds_of_sources import SourceLimits
from lodestone_gateway.entity_tags import check_known
from lodestone_gateway.fields import KeptBody
from lodestone_gateway.jobs.caps import check_room_to_store
from lodestone_gateway.jobs.own_lead_magnet import own_lead_magnet_to_keep
from lodestone_gateway.sources.extractor import Extractor, kind_of
from lodestone_gateway.sources.taken import Taken, take
from lodestone_gateway.store.lead_magnet_queries import one_at_a_time
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.source_table import SourceRow

MAX_NAME = 200  # characters
MAX_SENT = 1_000_000  # characters of a text in a request; how many are kept is a setting
PASTED = "pasted"
MISSING = "You have no such source."
_DRAFTS = text("DELETE FROM wizard_drafts WHERE position(:id IN wizard_state::text) > 0")
_JOBS = text("""
    INSERT INTO erasures (job_id, job_type, user_id)
    SELECT id, job_type, user_id FROM background_jobs
    WHERE user_id = :user_id
        AND input @> jsonb_build_object('sources', jsonb_build_array(jsonb_build_object('id', (:id)::text)))
    ON CONFLICT DO NOTHING
""")

Name = Annotated[RequiredText, Field(max_length=MAX_NAME)]
SentText = Annotated[str, Field(max_length=MAX_SENT)]


class NewSource(KeptBody):
    """A pasted text; without a lead magnet it is for all of its owner's."""

    name: Name
    text: SentText
    lead_magnet_id: UUID | None = None


class SourceChanges(KeptBody):
    """What its owner may change; what is missing stays."""

    name: Name | None = None
    text: SentText | None = None


class ListedSource(WireModel):
    """A source without its text."""

    id: UUID
    lead_magnet_id: UUID | None = Field(description="The lead magnet that it is for; null for all.")
    name: str
    kind: str = Field(description="`pasted`, `txt`, `md`, `vtt`, `srt`, `docx` or `pdf`.")
    characters: int = Field(description="Of its text.")
    left_out: int = Field(description="Characters of its end that were not taken: it was too long.")
    version: int
    created_at: UtcTime
    updated_at: UtcTime


class Source(ListedSource):
    """A source with its text."""

    text: str

    @classmethod
    def of(cls, row: SourceRow) -> "Source":
        """The view of a row."""
        return cls.model_validate(row.model_dump())


_LISTED = [getattr(SourceRow, name) for name in ListedSource.model_fields]


async def list_sources(engine: AsyncEngine, user_id: UUID, lead_magnet_id: UUID | None) -> list[ListedSource]:
    """Those for all of the user's lead magnets, and for this one; the oldest first."""
    async with transaction(engine, user_id) as session:
        rows = await session.execute(select(*_LISTED).where(*_for(user_id, lead_magnet_id)).order_by(*_ORDER))
        return [ListedSource.model_validate(dict(row._mapping)) for row in rows]


async def texts_for(session: AsyncSession, user_id: UUID, lead_magnet_id: UUID) -> list[SourceRow]:
    """The same with their texts."""
    found = select(SourceRow).where(*_for(user_id, lead_magnet_id)).order_by(*_ORDER)
    return list((await session.execute(found)).scalars())


async def read_source(engine: AsyncEngine, user_id: UUID, id: UUID) -> Source:
    """One of the user's. Raises NotFound."""
    async with transaction(engine, user_id) as session:
        return Source.of(await _own(session, user_id, id))


async def check_room(engine: AsyncEngine, user_id: UUID, limits: SourceLimits) -> None:
    """Raises CapReached if nothing can be added now."""
    async with transaction(engine, user_id) as session:
        await _check_room(session, user_id, limits)


async def add_pasted(engine: AsyncEngine, user_id: UUID, new: NewSource, limits: SourceLimits) -> Source:
    """Adds a text as it was pasted. Raises InvalidRequest if it is empty or too long, and as below."""
    taken = _fitting(new.text, limits)
    return await _add(engine, user_id, new.name, PASTED, taken, new.lead_magnet_id, limits)


async def add_file(
    engine: AsyncEngine,
    extractor: Extractor,
    user_id: UUID,
    name: str,
    file: bytes,
    lead_magnet_id: UUID | None,
    limits: SourceLimits,
) -> Source:
    """Adds the text of a file. Raises PayloadTooLarge, InvalidRequest if there is none, and as below."""
    if len(file) > limits.file_bytes:
        raise PayloadTooLarge(f"A file may have {limits.file_bytes:,} bytes. Copy its text, and paste it.")
    named = NewSource.model_validate({"name": name, "text": ""}).name
    taken = await extractor.extract(user_id, named, file, limits.characters)
    return await _add(engine, user_id, named, kind_of(named), taken, lead_magnet_id, limits)


async def _add(
    engine: AsyncEngine,
    user_id: UUID,
    name: str,
    kind: str,
    taken: Taken,
    lead_magnet_id: UUID | None,
    limits: SourceLimits,
) -> Source:
    """Adds what was taken. Raises NotFound for a lead magnet that is not the user's, CapReached."""
    async with transaction(engine, user_id) as session:
        await one_at_a_time(session, f"sources of {user_id}")  # so that the count stays correct
        if lead_magnet_id:
            await own_lead_magnet_to_keep(session, lead_magnet_id)
        await _check_room(session, user_id, limits)
        made = insert(SourceRow).values(
            id=new_id(),
            user_id=user_id,
            lead_magnet_id=lead_magnet_id,
            name=name,
            kind=kind,
            text=taken.text,
            left_out=taken.left_out,
        )
        return Source.of((await session.execute(made.returning(SourceRow))).scalars().one())


async def change_source(
    engine: AsyncEngine,
    user_id: UUID,
    id: UUID,
    changes: SourceChanges,
    known_tags: Collection[str],
    limits: SourceLimits,
) -> Source:
    """Changes its name or text. Raises NotFound, InvalidRequest, Conflict if it is none of the known ones."""
    async with transaction(engine, user_id) as session:
        row = await _own(session, user_id, id, lock=True)
        check_known(known_tags, f'"{row.version}"')
        if changes.name is not None:
            row.name = changes.name
        if changes.text is not None:
            row.text = _fitting(changes.text, limits).text
        row.version, row.updated_at = row.version + 1, now()
        await session.flush()
        await session.refresh(row)
        return Source.of(row)


async def delete_source(engine: AsyncEngine, user_id: UUID, id: UUID) -> None:
    """Deletes it and its form's draft; has the texts of the jobs that read it erased. Raises NotFound."""
    async with transaction(engine, user_id) as session:
        gone = delete(SourceRow).where(_is(user_id, id)).returning(col(SourceRow.id))
        if (await session.execute(gone)).scalars().first() is None:
            raise NotFound(MISSING)
        await session.execute(_DRAFTS, {"id": str(id)})
        await session.execute(_JOBS, {"id": str(id), "user_id": user_id})


async def _own(session: AsyncSession, user_id: UUID, id: UUID, *, lock: bool = False) -> SourceRow:
    found = select(SourceRow).where(_is(user_id, id))
    row = (await session.execute(found.with_for_update() if lock else found)).scalar_one_or_none()
    if row is None:
        raise NotFound(MISSING)
    return row


async def _check_room(session: AsyncSession, user_id: UUID, limits: SourceLimits) -> None:
    await check_room_to_store(session, user_id)
    counted = select(func.count()).select_from(SourceRow).where(col(SourceRow.user_id) == user_id)
    count = await session.scalar(counted) or 0
    if count >= limits.count:
        message = f"You have {count} sources, which is the limit. Delete one, then add this again."
        raise CapReached(message, cap="sources", limit=limits.count, used=count)


def _fitting(text: str, limits: SourceLimits) -> Taken:
    taken = take(text, limits.characters)
    if taken.left_out:
        message = f"It may have {limits.characters:,} characters; leave out about {taken.left_out:,}."
    elif not taken.text:
        message = "Paste the text here."
    else:
        return taken
    raise InvalidRequest(errors=[{"field": "text", "message": message}])


_ORDER = (col(SourceRow.created_at), col(SourceRow.id))


def _for(user_id: UUID, lead_magnet_id: UUID | None) -> list[Any]:
    of_all = col(SourceRow.lead_magnet_id).is_(None)
    place = of_all if lead_magnet_id is None else or_(of_all, col(SourceRow.lead_magnet_id) == lead_magnet_id)
    return [col(SourceRow.user_id) == user_id, place]


def _is(user_id: UUID, id: UUID) -> Any:
    return (col(SourceRow.user_id) == user_id) & (col(SourceRow.id) == id)
