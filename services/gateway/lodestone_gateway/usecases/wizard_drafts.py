"""Drafts of the wizard: kept as the browser sent them, pending job ids and all (contract, B.52)."""

from typing import Any
from uuid import UUID

from lodestone.clock import now
from lodestone.errors import NotFound
from lodestone.wire import JsonObject, UtcTime, WireModel
from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col

from lodestone_gateway.store import lead_magnet_queries as queries
from lodestone_gateway.store.lead_magnet_tables import WizardDraftRow
from lodestone_gateway.store.session import transaction

MAX_LISTED = 50


class WizardDraft(WireModel):
    """A draft as its owner sees it."""

    id: UUID
    wizard_state: JsonObject
    title: str | None
    current_step: int | None
    created_at: UtcTime
    updated_at: UtcTime

    @classmethod
    def of(cls, row: WizardDraftRow) -> "WizardDraft":
        """The view of a row."""
        return cls.model_validate(row.model_dump())


async def list_drafts(engine: AsyncEngine, user_id: UUID) -> list[WizardDraft]:
    """The user's newest drafts, MAX_LISTED at most."""
    async with transaction(engine, user_id) as session:
        rows = await queries.wizard_drafts(session, user_id, limit=MAX_LISTED)
    return [WizardDraft.of(row) for row in rows]


async def read_draft(engine: AsyncEngine, user_id: UUID, id: UUID) -> WizardDraft:
    """One draft. Raises NotFound."""
    async with transaction(engine, user_id) as session:
        return _there(await queries.wizard_draft(session, id))


async def save_draft(engine: AsyncEngine, user_id: UUID, id: UUID, columns: dict[str, Any]) -> WizardDraft:
    """Makes or replaces a draft. Raises NotFound when the id is taken by somebody else's."""
    values = {**columns, "updated_at": now()}
    changed = update(WizardDraftRow).where(col(WizardDraftRow.id) == id).values(**values)
    made = insert(WizardDraftRow).values(id=id, user_id=user_id, **values).on_conflict_do_nothing()
    async with transaction(engine, user_id) as session:
        # The same draft may be made twice at once: who comes second finds it there and changes it.
        for statement in (changed, made, changed):
            written = await session.execute(statement.returning(WizardDraftRow))
            row = written.scalars().first()
            if row is not None:
                return WizardDraft.of(row)
    raise NotFound("You have no such draft.")


async def delete_draft(engine: AsyncEngine, user_id: UUID, id: UUID) -> None:
    """Deletes a draft. Raises NotFound."""
    statement = delete(WizardDraftRow).where(col(WizardDraftRow.id) == id).returning(col(WizardDraftRow.id))
    async with transaction(engine, user_id) as session:
        deleted = await session.execute(statement)
        if deleted.scalars().first() is None:
            raise NotFound("You have no such draft.")


def _there(row: WizardDraftRow | None) -> WizardDraft:
    if row is None:
        raise NotFound("You have no such draft.")
    return WizardDraft.of(row)
