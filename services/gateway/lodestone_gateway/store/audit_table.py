"""The operators' audit as a model.

The app role appends entries, the reader role reads them; a trigger refuses every change, also to the owner.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from lodestone_gateway.store.tables import Json, Row

_NEWEST_FIRST = (text("at DESC"), text("id DESC"))


class OperatorAudit(Row, table=True):
    """What an operator did, or whose content an operator looked at. Holds ids, no content."""

    __tablename__ = "operator_audit"
    __table_args__ = (
        Index("idx_operator_audit_list", *_NEWEST_FIRST),
        Index("idx_operator_audit_operator", "operator_id", *_NEWEST_FIRST),
        Index("idx_operator_audit_user", "user_id", *_NEWEST_FIRST),
        Index("idx_operator_audit_action", "action", *_NEWEST_FIRST),
    )

    id: UUID = Field(primary_key=True)
    """Of a look it follows from operator, target and minute: each minute has one entry at most."""
    at: datetime = Field(sa_column_kwargs={"server_default": text("now()")})
    """When the transaction began that did it."""
    operator_id: UUID | None = Field(default=None)
    """The `sub` of the operator's token; NULL for the command line."""
    login_name: str | None = Field(default=None, sa_type=Text)
    """The user of the operating system who used the command line; NULL otherwise."""
    action: str = Field(sa_type=Text)
    """A name of `operating.audit.Action`."""
    target_kind: str = Field(sa_type=Text)
    """What it was done to: a name of `operating.audit.Kind`."""
    target_id: str | None = Field(default=None, sa_type=Text)
    """Which of them; NULL where there is one only."""
    user_id: UUID | None = Field(default=None)
    """The user it concerns, where it concerns one; stays when their account is erased."""
    details: Json = Field(sa_type=JSONB, sa_column_kwargs={"server_default": text("'{}'")})
    """Ids, names and numbers."""
    outcome: str = Field(sa_type=Text)
    """`done`; `unchanged`, where it was so already; `refused`, with the problem's code in the details."""
