"""What is to be erased, and has been. Ids and times only: the rows outlive what they are about."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlmodel import Field

from lodestone_gateway.store.tables import Row


class Erasure(Row, table=True):
    """A job whose texts, or whose whole row, are to be erased; done once nothing of that is left anywhere."""

    __tablename__ = "erasures"
    __table_args__ = (
        Index("idx_erasures_waiting", "job_id", postgresql_where=text("done_at IS NULL")),
        Index("idx_erasures_done", "done_at", postgresql_where=text("done_at IS NOT NULL")),
    )

    job_id: UUID = Field(primary_key=True)
    """The job."""
    job_type: str = Field(sa_type=Text)
    """Its type, to find its log."""
    user_id: UUID
    """Whose it was."""
    removes_row: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Whether its row goes too: the account was deleted, or the job is too old."""
    requested_at: datetime = Field(sa_column_kwargs={"server_default": text("now()")})
    """When it was last asked for."""
    done_at: datetime | None = Field(default=None)
    """When nothing of it was left; NULL until then."""


class DeletedAccount(Row, table=True):
    """A user who deleted their account: all that is kept of it, and what older tokens are refused by."""

    __tablename__ = "deleted_accounts"
    __table_args__ = (
        Index("idx_deleted_accounts_waiting", "user_id", postgresql_where=text("done_at IS NULL")),
        Index("idx_deleted_accounts_news", text("GREATEST(requested_at, done_at)")),
    )

    user_id: UUID = Field(primary_key=True)
    """The token's `sub`."""
    requested_at: datetime = Field(sa_column_kwargs={"server_default": text("now()")})
    """When the user asked: tokens from before are refused."""
    done_at: datetime | None = Field(default=None)
    """When nothing was left; until then nobody is let in as this user."""
