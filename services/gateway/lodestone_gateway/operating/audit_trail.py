"""The audit as operators read it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from lodestone.wire import JsonObject, UtcTime, WireModel
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.paging import Page, page_of, place_of
from lodestone_gateway.store.audit_queries import AuditFilter, audit_entries
from lodestone_gateway.store.audit_table import OperatorAudit
from lodestone_gateway.store.session import transaction


class AuditEntry(WireModel):
    """What an operator did, or whose content an operator looked at.

    `operatorId` is null for the command line, `loginName` for all else. `targetKind` and `targetId` say what
    it was done to, `userId` whom it concerns. `outcome` is `done`; `unchanged`, where it was so already; or
    `refused`, with the problem's code in `details`.
    """

    id: UUID
    at: UtcTime
    operator_id: UUID | None
    login_name: str | None
    action: str
    target_kind: str
    target_id: str | None
    user_id: UUID | None
    details: JsonObject
    outcome: str

    @classmethod
    def of(cls, row: OperatorAudit) -> Self:
        """The view of a row."""
        return cls.model_validate(row.model_dump())


@dataclass
class Listed:
    """An entry at its place in the list."""

    id: UUID
    created_at: datetime
    entry: AuditEntry


async def list_audit(
    reader: AsyncEngine, wanted: AuditFilter, *, cursor: str | None, limit: int
) -> Page[Listed]:
    """The entries, the newest first. Raises InvalidRequest for an invalid cursor."""
    before = place_of(cursor)
    async with transaction(reader) as session:
        rows = await audit_entries(session, wanted, before=before, limit=limit + 1)
    return page_of([Listed(row.id, row.at, AuditEntry.of(row)) for row in rows], limit)
