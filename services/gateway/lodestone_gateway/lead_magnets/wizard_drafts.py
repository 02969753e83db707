"""Wizard drafts: stored as the browser sent them, including pending job ids."""

from collections.abc import Collection
from typing import Annotated, Any
from uuid import UUID

from lodestone.clock import now
from lodestone.errors import Conflict, NotFound
from lodestone.wire import JsonObject, Text, UtcTime, WireModel
from pydantic import Field, TypeAdapter, field_validator
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlmodel import col

from lodestone_gateway.caps import MOST_DRAFTS
from lodestone_gateway.entity_tags import ABSENT, check_known, content_tag
from lodestone_gateway.fields import KeptBody
from lodestone_gateway.store import draft_queries
from lodestone_gateway.store import lead_magnet_queries as queries
from lodestone_gateway.store.cap_queries import cap_of
from lodestone_gateway.store.draft_queries import ListedDraft
from lodestone_gateway.store.lead_magnet_tables import WizardDraftRow
from lodestone_gateway.store.session import transaction

FORM, OWN = "form", "own"
"""The parts of a state that the pages fill their forms with: texts by the name of the field."""

_FIELDS: TypeAdapter[Any] = TypeAdapter(dict[str, Annotated[list[str], Field(min_length=1)]])


class DraftToSave(KeptBody):
    """The wizard's state as the browser keeps it; title and step are for the list of drafts."""

    wizard_state: JsonObject
    title: Text | None = None
    current_step: Annotated[int, Field(ge=0, le=100)] | None = None

    @field_validator("wizard_state")
    @classmethod
    def _fills_the_forms(cls, state: JsonObject) -> JsonObject:
        for part in (FORM, OWN):
            if part in state and not _fills_a_form(state[part]):
                raise ValueError(f"{part} must contain lists of texts, each with at least one text")
        return state


class WizardDraft(WireModel):
    """A draft as its owner sees it; in a list its `wizardState` has only the `pendingJob`."""

    id: UUID
    wizard_state: JsonObject
    title: str | None
    current_step: int | None
    created_at: UtcTime
    updated_at: UtcTime

    @property
    def tag(self) -> str:
        """Its entity tag: that of what is saved."""
        return content_tag(self.wizard_state, self.title, self.current_step)

    @classmethod
    def of(cls, row: WizardDraftRow) -> "WizardDraft":
        """The view of a row."""
        return cls.model_validate(row.model_dump())

    @classmethod
    def listed(cls, draft: ListedDraft) -> "WizardDraft":
        """The view of a draft in a list."""
        state = {} if draft.pending_job is None else {"pendingJob": draft.pending_job}
        return cls.model_validate({**vars(draft), "wizard_state": state})


async def list_drafts(engine: AsyncEngine, user_id: UUID) -> list[ListedDraft]:
    """The user's newest drafts, MOST_DRAFTS at most."""
    async with transaction(engine, user_id) as session:
        return await draft_queries.wizard_drafts(session, user_id, limit=MOST_DRAFTS)


async def read_draft(engine: AsyncEngine, user_id: UUID, id: UUID) -> WizardDraft:
    """One draft. Raises NotFound."""
    async with transaction(engine, user_id) as session:
        row = await draft_queries.wizard_draft_in_sight(session, user_id, id)
    if row is None:
        raise NotFound("You have no such draft.")
    return WizardDraft.of(row)


async def save_draft(
    engine: AsyncEngine, user_id: UUID, id: UUID, columns: dict[str, Any], known_tags: Collection[str] = ()
) -> WizardDraft:
    """Creates or replaces a draft.

    Raises Conflict if the user has too many or too much in them, or if there is none of the `known_tags`,
    of which ABSENT is that of a draft that is not there.
    """
    values = {**columns, "updated_at": now(), "binned_at": None}  # who goes on writing wants it back
    async with transaction(engine, user_id) as session:
        await one_draft_at_a_time(session, user_id)
        sizes = select(col(WizardDraftRow.size), col(WizardDraftRow.binned_at)).where(_is(user_id, id))
        before = (await session.execute(sizes)).first()
        if known_tags:
            there = await queries.wizard_draft(session, user_id, id)
            present = WizardDraft.of(there).tag if there else None
            if there or ABSENT not in known_tags:
                check_known(known_tags, present, etag=present)
        if before is None:
            statement: Any = insert(WizardDraftRow).values(id=id, user_id=user_id, **values)
        else:
            statement = update(WizardDraftRow).where(_is(user_id, id)).values(**values)
        row = (await session.execute(statement.returning(WizardDraftRow))).scalars().one()
        is_more = before is None or before.binned_at is not None
        grown_by = (row.size or 0) - (before.size if before else 0)
        await check_room(session, row, is_more=is_more, grown_by=grown_by)
        return WizardDraft.of(row)


async def one_draft_at_a_time(session: AsyncSession, user_id: UUID) -> None:
    """Waits for other transactions that change how many drafts the user has."""
    await queries.one_at_a_time(session, f"drafts of {user_id}")


async def delete_draft(
    engine: AsyncEngine, user_id: UUID, id: UUID, known_tags: Collection[str] = ()
) -> None:
    """Deletes a draft. Raises NotFound, or Conflict if it has none of the `known_tags`."""
    async with transaction(engine, user_id) as session:
        await one_draft_at_a_time(session, user_id)
        row = await queries.wizard_draft(session, user_id, id)
        if row is None:
            raise NotFound("You have no such draft.")
        present = WizardDraft.of(row).tag
        check_known(known_tags, present, etag=present)
        await session.execute(delete(WizardDraftRow).where(_is(user_id, id)))


async def check_room(session: AsyncSession, row: WizardDraftRow, *, is_more: bool, grown_by: int) -> None:
    """Raises Conflict if there is no room for this draft, which `is_more` than before or that many bytes.

    Blank ones make room.
    """
    drafts, blank, size = await draft_queries.room_for_drafts(session, row.user_id)
    most = await cap_of(session, row.user_id, "drafts")
    if most is not None and is_more and drafts + blank > most:
        await draft_queries.drop_blank_drafts(session, row.user_id, but=row.id)
        if drafts > most:
            message = f"You have {most} drafts, which is the limit. Delete one, then save again."
            raise Conflict(message, cap="drafts", limit=most, used=drafts - 1)
    most = await cap_of(session, row.user_id, "draftBytes")
    if most is not None and size > most and grown_by > 0:
        message = (
            f"Your drafts, with those in the bin, may take up {most:,} bytes in total."
            " Delete one for good, then save again."
        )
        raise Conflict(message, cap="draftBytes", limit=most, used=size - grown_by)


def _is(user_id: UUID, id: UUID) -> Any:
    return (col(WizardDraftRow.user_id) == user_id) & (col(WizardDraftRow.id) == id)


def _fills_a_form(part: Any) -> bool:
    try:
        _FIELDS.validate_python(part, strict=True)
    except ValueError:
        return False
    return True
