"""The rate limits as a model: what users have taken from them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text
from sqlmodel import Field

from lodestone_gateway.store.tables import Row


class RateLimitRow(Row, table=True):
    """A user's use of one rate, told by all gateway processes. Unlogged: a crash of Postgres forgets it."""

    __tablename__ = "rate_limits"
    __table_args__ = {"prefixes": ["UNLOGGED"]}

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    """Whose requests are counted."""
    rate: str = Field(sa_type=Text, primary_key=True)
    """`submissions` or `requests`."""
    full_at: datetime
    """When the user may again send the full number at once; by Postgres' clock."""
