"""The table of brand kits. A field that owners write is declared here alone: requests and views follow."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from lodestone.jobs.addresses import AddressOrEmpty
from lodestone.jobs.lead_magnet import BusinessType
from lodestone.jobs.voice import SenderName, Tone
from lodestone.languages import Language
from lodestone.wire import MAX_ENTRIES, JsonObject, RequiredText, Text, TextList, WireModel
from pydantic import Field as Bound
from sqlalchemy import Text as SqlText
from sqlalchemy import inspect
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from lodestone_gateway.store.tables import JSON_OR_NULL, Json, Row, default_sql

_SHAPE, _UNSAID = "shape", "unsaid"
NO_TONE = "conversational"  # of who never chose one


class ContentLink(WireModel):
    """A page that the emails may link to."""

    title: RequiredText
    url: Annotated[AddressOrEmpty, Bound(min_length=1)]


def _text(shape: Any = Text, *, unsaid: str | None = None) -> Any:
    """A text that requests give in this shape; `unsaid` is in the column instead of NULL."""
    column: dict[str, Any] = {"info": {_SHAPE: shape | None, _UNSAID: unsaid}}
    if unsaid is not None:
        column |= default_sql(f"'{unsaid}'")
    return Field(default=None, sa_type=SqlText, nullable=unsaid is None, sa_column_kwargs=column)


def _list(shape: Any = TextList) -> Any:
    """A list that requests give in this shape; never NULL."""
    column = {"info": {_SHAPE: shape}, **default_sql("'[]'")}
    return Field(default=[], sa_type=JSONB, sa_column_kwargs=column)


def _json() -> Any:
    """A JSON object, kept as it is sent."""
    return Field(default=None, sa_type=JSON_OR_NULL, sa_column_kwargs={"info": {_SHAPE: JsonObject | None}})


class OwnersPart(Row):
    """What the owner writes of a brand kit."""

    business_description: str | None = _text(unsaid="")
    """What the business does, in the owner's words."""
    business_type: str | None = _text(BusinessType)
    """One of `BusinessType`; NULL until chosen."""
    credibility_markers: list[str] = _list()
    """What speaks for the owner."""
    urgent_pains: list[str] = _list()
    """What their customers suffer from."""
    templates: list[str] = _list()
    """Templates that they have."""
    processes: list[str] = _list()
    """Ways of working that they have."""
    tools: list[str] = _list()
    """Tools that they use."""
    frequent_questions: list[str] = _list()
    """What customers ask."""
    results: list[str] = _list()
    """What customers achieved."""
    success_example: str | None = _text()
    """One success, told."""
    audience_tools: list[str] = _list()
    """Tools that their readers use."""
    preferred_tone: str | None = _text(Tone, unsaid=NO_TONE)
    """How they like to sound: a style of `AudienceStyle`, or their own words."""
    output_language: str | None = _text(Language)
    """The language of all texts, a code of `Language`; NULL for that of what they wrote."""
    style_profile: Json | None = _json()
    """A description of their style, as the front end keeps it."""
    sender_name: str | None = _text(SenderName)
    """Who signs their emails and messages."""
    best_video_url: str | None = _text(AddressOrEmpty)
    """A video that emails may lead to."""
    best_video_title: str | None = _text()
    """Its title."""
    content_links: list[Json] = _list(Annotated[list[ContentLink], Bound(max_length=MAX_ENTRIES)])
    """Pages that emails may lead to, {title, url}."""
    community_url: str | None = _text(AddressOrEmpty)
    """Their community."""


class BrandKit(OwnersPart, table=True):
    """What a user's business is, and their last ideas."""

    __tablename__ = "brand_kits"

    id: UUID = Field(primary_key=True, sa_column_kwargs=default_sql("gen_random_uuid()"))
    """Made by the database."""
    user_id: UUID = Field(foreign_key="users.id", ondelete="CASCADE", unique=True)
    """Whose it is; one for each user."""
    saved_ideation_result: Json | None = Field(default=None, sa_type=JSON_OR_NULL)
    """The result of their last ideation; written by the projector."""
    ideation_generated_at: datetime | None = Field(default=None)
    """When that job ended."""
    created_at: datetime = Field(sa_column_kwargs=default_sql("now()"))
    """When the row was made."""
    updated_at: datetime = Field(sa_column_kwargs=default_sql("now()"))
    """When the row was changed last."""


_COLUMNS = [column for column in inspect(BrandKit).columns if column.info]

SHAPES: dict[str, Any] = {column.name: column.info[_SHAPE] for column in _COLUMNS}
"""What a request gives for each field that owners write."""

UNSAID: dict[str, str] = {
    column.name: column.info[_UNSAID] for column in _COLUMNS if column.info.get(_UNSAID) is not None
}
"""What is stored where the owner said nothing, for the columns that are never NULL."""
