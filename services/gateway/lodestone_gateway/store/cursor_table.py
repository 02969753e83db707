"""The projector's cursor as a model."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field

from lodestone_gateway.store.tables import Row, default_sql


class ProjectorCursor(Row, table=True):
    """How far the stream is folded; the one row is compared and set by every fold."""

    __tablename__ = "projector_cursor"

    id: int = Field(default=1, primary_key=True, sa_column_kwargs=default_sql("1"))
    """Always 1: there is one row."""
    version: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=default_sql("0"))
    """Raised by each fold, and by whoever restores a log: a fold that began before then fails."""
    sequence: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=default_sql("0"))
    """The stream sequence up to which all is folded."""
    seen_sequence: int | None = Field(default=None, sa_type=BigInteger)
    """A message that was folded, by which a stream that went back is noticed."""
    seen_at: datetime | None = Field(default=None)
    """When the server stored that message."""
    turned_back_at: datetime | None = Field(default=None)
    """When the stream was found to be older than the tables."""
