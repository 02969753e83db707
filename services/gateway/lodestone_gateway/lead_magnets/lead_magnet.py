"""Reading, changing and deleting lead magnets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lodestone.clock import now
from lodestone.errors import Conflict, InvalidRequest, NotFound
from lodestone.jobs.interactive import INTERACTIVE_CONFIGS
from lodestone.jobs.lead_magnet import Archetype
from lodestone.wire import JsonObject
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from lodestone_gateway.jobs.cancel import ask_for_end
from lodestone_gateway.lead_magnets.erasing import erase_with_lead_magnet
from lodestone_gateway.lead_magnets.replaced_texts import keep_own_texts
from lodestone_gateway.lead_magnets.view import LeadMagnetStatus, entity_tag
from lodestone_gateway.paging import cursor_after, place_of
from lodestone_gateway.store import lead_magnet_queries as queries
from lodestone_gateway.store.lead_magnet_queries import ListedLeadMagnet
from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow
from lodestone_gateway.store.outbox import wake_relay
from lodestone_gateway.store.session import transaction


@dataclass(frozen=True)
class Page:
    """A part of a list; `next_cursor` asks for what follows, None at the end."""

    rows: Sequence[ListedLeadMagnet]
    next_cursor: str | None


async def list_lead_magnets(engine: AsyncEngine, user_id: UUID, *, cursor: str | None, limit: int) -> Page:
    """The user's lead magnets, newest first. Raises InvalidRequest for an invalid cursor."""
    before = place_of(cursor) if cursor else None
    async with transaction(engine, user_id) as session:
        rows = await queries.lead_magnets(session, user_id, before=before, limit=limit + 1)
    shown = rows[:limit]
    return Page(shown, cursor_after(shown[-1]) if len(rows) > limit else None)


async def read_lead_magnet(engine: AsyncEngine, user_id: UUID, id: UUID) -> LeadMagnetRow:
    """The user's lead magnet. Raises NotFound."""
    async with transaction(engine, user_id) as session:
        return _there(await queries.lead_magnet(session, id))


async def change_lead_magnet(
    engine: AsyncEngine, user_id: UUID, id: UUID, changes: dict[str, Any], known_tags: Sequence[str]
) -> LeadMagnetRow:
    """Writes the columns in `changes`; without known tags, it overwrites whatever was written in between.

    What it then replaces is kept (`replaced_texts`).

    Raises NotFound, Conflict unless one of `known_tags` is the present one, and InvalidRequest or pydantic's
    ValidationError for an interactive configuration that does not fit the archetype.
    """
    async with transaction(engine, user_id) as session:
        row = _there(await queries.lead_magnet_to_change(session, id))
        if known_tags and not {"*", entity_tag(row)} & set(known_tags):
            raise Conflict("This has changed since you read it; read it again.", version=row.version)
        if entity_tag(row) not in known_tags:
            await keep_own_texts(session, row, changes)
        for column, value in changes.items():
            setattr(row, column, value)
        _check_interactive_config(row, changes)
        if changes:
            await _write(session, row)
        return row


async def delete_lead_magnet(engine: AsyncEngine, user_id: UUID, id: UUID) -> None:
    """Deletes it with its emails, cancels the jobs on it, and requests that their texts be erased.

    Raises NotFound.
    """
    async with transaction(engine, user_id) as session:
        row = _there(await queries.lead_magnet_to_change(session, id))
        jobs = await queries.live_jobs(session, id)
        for job in jobs:
            await ask_for_end(session, job)
        await session.delete(row)
        await session.flush()
        await erase_with_lead_magnet(session, row)
    if jobs:
        await wake_relay(engine)


def _there(row: LeadMagnetRow | None) -> LeadMagnetRow:
    if row is None:
        raise NotFound("You have no such lead magnet.")
    return row


async def _write(session: AsyncSession, row: LeadMagnetRow) -> None:
    row.version += 1
    row.updated_at = now()
    if row.status == LeadMagnetStatus.PUBLISHED and row.published_at is None:
        row.published_at = row.updated_at
    if row.polished_content is None:
        row.polished_at = None
    await session.flush()


def _check_interactive_config(row: LeadMagnetRow, changes: dict[str, Any]) -> None:
    config: JsonObject | None = changes.get("interactive_config")
    if config is None:
        return
    model = INTERACTIVE_CONFIGS.get(Archetype(row.archetype))
    if model is None:
        message = f"A lead magnet of type {row.archetype} has no interactive configuration."
        raise InvalidRequest(errors=[{"field": "interactiveConfig", "message": message}])
    row.interactive_config = model.model_validate(config).to_wire()
