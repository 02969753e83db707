"""The caps of single users as a model."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from lodestone_gateway.store.tables import Json, Row, default_sql


class UserCaps(Row, table=True):
    """Caps of one user that replace those of their plan; an operator sets them."""

    __tablename__ = "user_caps"

    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    """Whose caps."""
    caps: Json = Field(sa_type=JSONB)
    """By their names in the settings; null is no cap, and what is missing is as the plan has it."""
    changed_at: datetime = Field(sa_column_kwargs=default_sql("now()"))
    """When they were set last."""
