"""The texts that owners bring along."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Computed, Index, Integer, Text
from sqlmodel import Field

from lodestone_gateway.store.tables import Row, default_sql


class SourceRow(Row, table=True):
    """A text that its owner pasted, or that was taken from a file; goes with its lead magnet."""

    __tablename__ = "sources"
    __table_args__ = (
        Index("idx_sources_list", "user_id", "created_at"),
        Index("idx_sources_lead_magnet", "lead_magnet_id"),
    )

    id: UUID = Field(primary_key=True)
    """UUIDv7."""
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE")
    """Whose it is."""
    lead_magnet_id: UUID | None = Field(default=None, foreign_key="lead_magnets.id", ondelete="CASCADE")
    """The lead magnet that it is for; NULL for all of its owner's."""
    name: str = Field(sa_type=Text)
    """What its owner calls it; the file's name at first."""
    kind: str = Field(sa_type=Text)
    """`pasted`, or how the file's name ended: `txt`, `md`, `vtt`, `srt`, `docx` or `pdf`."""
    text: str = Field(sa_type=Text)
    """What was taken from it, as its owner edits it."""
    left_out: int = Field(default=0, sa_type=Integer, sa_column_kwargs=default_sql("0"))
    """Characters of its end that were not taken, because it was too long."""
    version: int = Field(default=1, sa_column_kwargs=default_sql("1"))
    """Raised by every write; the ETag."""
    created_at: datetime = Field(sa_column_kwargs=default_sql("now()"))
    """When the row was made."""
    updated_at: datetime = Field(sa_column_kwargs=default_sql("now()"))
    """When the row was changed last."""
    # written by Postgres, for lists, which must not read the text
    characters: int | None = Field(sa_column=Column(Integer, Computed("char_length(text)")))
    """Of the text."""
