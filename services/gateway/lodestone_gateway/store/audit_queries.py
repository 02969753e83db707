"""Every read of the operators' audit, as in `queries`, for sessions of the reader role."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lodestone_gateway.store.audit_table import OperatorAudit
from lodestone_gateway.store.queries import Place


@dataclass(frozen=True)
class AuditFilter:
    """Which entries; an empty part lets everything through."""

    operator_id: UUID | None = None
    user_id: UUID | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None  # before this


async def audit_entries(
    session: AsyncSession, wanted: AuditFilter, *, before: Place | None, limit: int
) -> Sequence[OperatorAudit]:
    """The entries, the newest first, after the place `before`."""
    values = {
        OperatorAudit.operator_id: wanted.operator_id,
        OperatorAudit.user_id: wanted.user_id,
        OperatorAudit.action: wanted.action,
    }
    statement = select(OperatorAudit).where(*(col(c) == value for c, value in values.items() if value))
    if wanted.since:
        statement = statement.where(col(OperatorAudit.at) >= wanted.since)
    if wanted.until:
        statement = statement.where(col(OperatorAudit.at) < wanted.until)
    place = (col(OperatorAudit.at), col(OperatorAudit.id))
    if before:
        statement = statement.where(tuple_(*place) < before)
    return (await session.scalars(statement.order_by(*(c.desc() for c in place)).limit(limit))).all()
