"""What gateway processes tell each other of their users, as models.

Unlogged: a crash of Postgres forgets it.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field

from lodestone_gateway.store.tables import Row


class RateLimitRow(Row, table=True):
    """A user's use of one rate, told by all gateway processes."""

    __tablename__ = "rate_limits"
    __table_args__ = {"prefixes": ["UNLOGGED"]}

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    """Whose requests are counted."""
    rate: str = Field(sa_type=Text, primary_key=True)
    """`submissions` or `requests`."""
    full_at: datetime
    """When the user may again send the full number at once; by Postgres' clock."""


class OpenStreams(Row, table=True):
    """How many streams and long polls a user has open at a gateway process, where they are many."""

    __tablename__ = "open_streams"
    __table_args__ = {"prefixes": ["UNLOGGED"]}

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    """Who watches."""
    process_id: UUID = Field(primary_key=True)
    """The process, which has a new id with each start."""
    open: int
    """How many, with those asked for just now."""
    seen_at: datetime
    """When the process said so; by Postgres' clock. After some seconds it counts no more."""
