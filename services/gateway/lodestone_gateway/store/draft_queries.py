"""Which wizard drafts a user sees: none that is blank or in the bin; and how many there may be."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lodestone.wire import JsonObject
from sqlalchemy import delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow, WizardDraftRow


@dataclass(frozen=True)
class ListedDraft:
    """A draft as lists show it."""

    id: UUID
    title: str | None
    current_step: int | None
    has_form: bool
    pending_job: JsonObject | None
    created_at: datetime
    updated_at: datetime


async def wizard_draft_in_sight(session: AsyncSession, user_id: UUID, id: UUID) -> WizardDraftRow | None:
    """One draft, unless it or its lead magnet is in the bin."""
    statement = select(WizardDraftRow).where(col(WizardDraftRow.user_id) == user_id)
    is_it = (col(WizardDraftRow.id) == id, col(WizardDraftRow.binned_at).is_(None), ~_OF_BINNED)
    return (await session.scalars(statement.where(*is_it))).first()


async def wizard_drafts(session: AsyncSession, user_id: UUID, *, limit: int) -> list[ListedDraft]:
    """The user's newest drafts without what is in them, newest first; none that is blank or in the bin."""
    columns = [getattr(WizardDraftRow, name) for name in ListedDraft.__dataclass_fields__]
    statement = select(*columns).where(col(WizardDraftRow.user_id) == user_id, *_IS_DRAFT)
    newest_first = statement.order_by(col(WizardDraftRow.updated_at).desc()).limit(limit)
    return [ListedDraft(**row._mapping) for row in await session.execute(newest_first)]


_OF_BINNED = exists().where(
    col(LeadMagnetRow.id) == col(WizardDraftRow.id), col(LeadMagnetRow.binned_at).is_not(None)
)
_IS_DRAFT = (
    col(WizardDraftRow.binned_at).is_(None),
    col(WizardDraftRow.is_blank).is_(False),
    ~_OF_BINNED,  # answers for a lead magnet are where it is
)


async def room_for_drafts(session: AsyncSession, user_id: UUID) -> tuple[int, int, int]:
    """How many drafts the user has that count, how many blank ones, and the bytes of all, bin included.

    Answers for a lead magnet do not count as a draft.
    """
    is_blank = col(WizardDraftRow.is_blank)
    counted = func.count().filter(_IS_COUNTED & ~is_blank), func.count().filter(_IS_COUNTED & is_blank)
    statement = select(*counted, func.sum(col(WizardDraftRow.size)))
    statement = statement.where(col(WizardDraftRow.user_id) == user_id)
    drafts, blank, size = (await session.execute(statement)).one()
    return drafts, blank, size or 0


async def drop_blank_drafts(session: AsyncSession, user_id: UUID, *, but: UUID) -> None:
    """Deletes the user's drafts without any text, except one."""
    is_blank = col(WizardDraftRow.is_blank).is_(True) & _IS_COUNTED & (col(WizardDraftRow.id) != but)
    await session.execute(delete(WizardDraftRow).where(col(WizardDraftRow.user_id) == user_id, is_blank))


async def drop_binned_drafts(session: AsyncSession, user_id: UUID, *, most: int) -> None:
    """Deletes the user's drafts in the bin for good, except the newest there."""
    is_binned = (col(WizardDraftRow.user_id) == user_id, col(WizardDraftRow.binned_at).is_not(None))
    newest = select(col(WizardDraftRow.id)).where(*is_binned).order_by(col(WizardDraftRow.binned_at).desc())
    beyond = col(WizardDraftRow.id).not_in(newest.limit(most))
    await session.execute(delete(WizardDraftRow).where(*is_binned, beyond))


_IS_COUNTED = col(WizardDraftRow.binned_at).is_(None) & ~exists().where(
    col(LeadMagnetRow.id) == col(WizardDraftRow.id)
)
