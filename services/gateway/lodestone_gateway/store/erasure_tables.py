"""What is to be erased, and has been. Ids and times only: the rows outlive what they are about."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel


class Erasure(SQLModel, table=True):
    """A job whose texts are to go, or whose row is; done once nothing of it is left anywhere."""

    __tablename__ = "erasures"
    __table_args__ = (Index("idx_erasures_waiting", "job_id", postgresql_where=text("done_at IS NULL")),)

    job_id: UUID = Field(primary_key=True)
    job_type: str = Field(sa_type=Text)
    user_id: UUID
    removes_row: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    requested_at: datetime = Field(sa_column_kwargs={"server_default": text("now()")})
    done_at: datetime | None = Field(default=None)


class DeletedAccount(SQLModel, table=True):
    """A user who deleted their account: all that is kept of it, and what older tokens are refused by."""

    __tablename__ = "deleted_accounts"

    user_id: UUID = Field(primary_key=True)
    requested_at: datetime = Field(sa_column_kwargs={"server_default": text("now()")})
    done_at: datetime | None = Field(default=None)
