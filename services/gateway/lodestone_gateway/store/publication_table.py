"""The table of published pages and tools."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

from lodestone_gateway.store.tables import Row, default_sql


class PublicationRow(Row, table=True):
    """What everybody who has its address may read, as it was when it was published."""

    __tablename__ = "publications"
    __table_args__ = (Index("idx_publications_user", "user_id"),)

    lead_magnet_id: UUID = Field(primary_key=True, foreign_key="lead_magnets.id", ondelete="CASCADE")
    """What it was made from. It goes with that, and is away while that is in the bin."""
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE")
    """Whose it is."""
    address: str = Field(sa_type=Text, unique=True)
    """The last part of its address: 128 random bits."""
    page: str = Field(sa_type=Text)
    """The HTML file."""
    policy: str = Field(sa_type=Text)
    """Its content security policy, which names its style and its script by their hashes."""
    is_listed: bool
    """Whether search engines may list it."""
    views: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs=default_sql("0"))
    """How often it was opened; nothing is kept of the readers."""
    published_at: datetime = Field(sa_column_kwargs=default_sql("now()"))
    """When it was published last."""
    taken_down_at: datetime | None = Field(default=None)
    """When an operator took it down: nobody opens it, and its owner changes nothing; null otherwise."""
