"""The blocks of a polished page. Types that we do not know are kept as they are."""

from enum import StrEnum
from typing import Annotated, Any, Literal, TypeAlias, get_args

from pydantic import ConfigDict, Discriminator, Field, Tag, model_validator

from lodestone.wire import MAX_ENTRIES, Count, JsonObject, RequiredText, Text, TextList, WireModel

WebAddress = Annotated[RequiredText, Field(pattern=r"^https?://\S+$")]


class CalloutStyle(StrEnum):
    """The tone of a callout or a figure."""

    INFO = "info"
    WARNING = "warning"
    SUCCESS = "success"


class Provider(StrEnum):
    """Whose page may be embedded."""

    YOUTUBE = "youtube"
    VIMEO = "vimeo"
    LOOM = "loom"
    AIRTABLE = "airtable"


class Paragraph(WireModel):
    """One or two sentences."""

    type: Literal["paragraph"]
    content: RequiredText


class Callout(WireModel):
    """A remark that stands out."""

    type: Literal["callout"]
    content: RequiredText
    style: CalloutStyle = CalloutStyle.INFO


class BulletList(WireModel):
    """A line for each entry, with "- " before it."""

    type: Literal["list"]
    content: RequiredText


class Quote(WireModel):
    """A quotation."""

    type: Literal["quote"]
    content: RequiredText


class Divider(WireModel):
    """A line between two parts."""

    type: Literal["divider"]
    content: Text = ""


class Code(WireModel):
    """Real code, never prose."""

    type: Literal["code"]
    content: RequiredText
    language: Text = ""


class Table(WireModel):
    """Rows as wide as the headers."""

    type: Literal["table"]
    content: Text = ""
    headers: Annotated[TextList, Field(min_length=1)]
    rows: Annotated[list[TextList], Field(max_length=MAX_ENTRIES)]

    @model_validator(mode="after")
    def _rows_fit(self) -> "Table":
        if any(len(row) != len(self.headers) for row in self.rows):
            raise ValueError(f"every row must have {len(self.headers)} cells, one for each header")
        return self


class Accordion(WireModel):
    """A title that opens to a text."""

    type: Literal["accordion"]
    title: RequiredText
    content: RequiredText


class NumberedItem(WireModel):
    """One of several things in order."""

    type: Literal["numbered-item"]
    title: RequiredText
    number: Count
    content: RequiredText
    detail: Text = ""
    category: Text = ""


class StatCard(WireModel):
    """A figure, which is the content, and what it counts, which is the title."""

    type: Literal["stat-card"]
    title: RequiredText
    content: RequiredText
    style: CalloutStyle = CalloutStyle.INFO


class Embed(WireModel):
    """A video or table of another site."""

    type: Literal["embed"]
    url: WebAddress
    provider: Provider
    content: Text = ""


class Image(WireModel):
    """A picture; added by hand, never by a model."""

    type: Literal["image"]
    src: RequiredText
    alt: Text = ""
    caption: Text = ""
    content: Text = ""


class Resource(WireModel):
    """A page to go to."""

    title: RequiredText
    url: WebAddress


class Resources(WireModel):
    """Imported pages, as cards or as a grid."""

    type: Literal["resource-card", "resource-grid"]
    items: Annotated[list[Resource], Field(max_length=MAX_ENTRIES)]
    content: Text = ""


def _no_known_type(schema: JsonObject) -> None:
    schema["not"] = {"enum": _KNOWN_TYPES}  # or each known block would be two in the published schema


class OtherBlock(WireModel):
    """A block of a later type, kept with all its fields."""

    model_config = ConfigDict(extra="allow")

    type: Annotated[RequiredText, Field(json_schema_extra=_no_known_type)]
    content: Text = ""


KnownBlock: TypeAlias = Annotated[
    Paragraph
    | Callout
    | BulletList
    | Quote
    | Divider
    | Code
    | Table
    | Accordion
    | NumberedItem
    | StatCard
    | Embed
    | Image
    | Resources,
    Field(discriminator="type"),
]


def _family(block: Any) -> str:
    type = block.get("type") if isinstance(block, dict) else getattr(block, "type", None)
    return "known" if type in _KNOWN_TYPES else "other"


_KNOWN_TYPES = [
    type
    for model in get_args(get_args(KnownBlock)[0])
    for type in get_args(model.model_fields["type"].annotation)
]

Block: TypeAlias = Annotated[
    Annotated[KnownBlock, Tag("known")] | Annotated[OtherBlock, Tag("other")], Discriminator(_family)
]
"""Any block; located in errors as known.<type> or other."""
