"""The blocks of a polished page. Types that we do not know are kept as they are."""

from enum import StrEnum
from typing import Annotated, Any, Literal, TypeAlias, get_args

from pydantic import ConfigDict, Discriminator, Field, Tag, model_validator

from lodestone.jobs.addresses import Provider, WebAddress
from lodestone.wire import MAX_ENTRIES, Count, JsonObject, RequiredText, Text, TextList, WireModel


class CalloutStyle(StrEnum):
    """The tone of a callout or a figure."""

    INFO = "info"
    WARNING = "warning"
    SUCCESS = "success"


class Paragraph(WireModel):
    """One or two sentences."""

    type: Literal["paragraph"]
    content: RequiredText = Field(description="The text.")


class Callout(WireModel):
    """A remark that stands out."""

    type: Literal["callout"]
    content: RequiredText = Field(description="The remark.")
    style: CalloutStyle = Field(default=CalloutStyle.INFO, description="Its tone.")


class BulletList(WireModel):
    """A line for each entry, with "- " before it."""

    type: Literal["list"]
    content: RequiredText = Field(description='The entries, one on each line, each with "- " before it.')


class Quote(WireModel):
    """A quotation."""

    type: Literal["quote"]
    content: RequiredText = Field(description="The words that are quoted.")


class Divider(WireModel):
    """A line between two parts."""

    type: Literal["divider"]
    content: Text = Field(default="", description="Always empty; every block has the field.")


class Code(WireModel):
    """Real code, never prose."""

    type: Literal["code"]
    content: RequiredText = Field(description="The code, as it is.")
    language: Text = Field(default="", description="Its language, such as `python`; empty when unknown.")


class Table(WireModel):
    """Rows as wide as the headers."""

    type: Literal["table"]
    content: Text = Field(default="", description="What stands above the table; may be empty.")
    headers: Annotated[TextList, Field(min_length=1)] = Field(description="The names of the columns.")
    rows: Annotated[list[TextList], Field(max_length=MAX_ENTRIES)] = Field(
        description="The cells, row by row; each row is as long as the headers."
    )

    @model_validator(mode="after")
    def _rows_fit(self) -> "Table":
        if any(len(row) != len(self.headers) for row in self.rows):
            raise ValueError(f"every row must have {len(self.headers)} cells, one for each header")
        return self


class Accordion(WireModel):
    """A title that opens to a text."""

    type: Literal["accordion"]
    title: RequiredText = Field(description="What is always shown.")
    content: RequiredText = Field(description="What is shown once it is opened.")


class NumberedItem(WireModel):
    """One of several things in order."""

    type: Literal["numbered-item"]
    title: RequiredText = Field(description="What it is called.")
    number: Count = Field(description="Its place in the section, from 1; counted by us.")
    content: RequiredText = Field(description="The text.")
    detail: Text = Field(default="", description="More for those who want it; empty when there is none.")
    category: Text = Field(default="", description="What kind of thing it is; empty when it needs no name.")


class StatCard(WireModel):
    """A figure, which is the content, and what it counts, which is the title."""

    type: Literal["stat-card"]
    title: RequiredText = Field(description="What the figure counts.")
    content: RequiredText = Field(description="The figure, with its unit.")
    style: CalloutStyle = Field(default=CalloutStyle.INFO, description="Its tone.")


class Embed(WireModel):
    """A video or table of another site."""

    type: Literal["embed"]
    url: WebAddress = Field(description="The page's address, taken from the content.")
    provider: Provider = Field(description="Whose page it is; follows from the address.")
    content: Text = Field(default="", description="What stands below it; may be empty.")


class Image(WireModel):
    """A picture; added by hand, never by a model."""

    type: Literal["image"]
    src: RequiredText = Field(description="The picture's address.")
    alt: Text = Field(default="", description="What it shows, for those who cannot see it.")
    caption: Text = Field(default="", description="What stands below it.")
    content: Text = Field(default="", description="May be empty; every block has the field.")


class Resource(WireModel):
    """A page to go to."""

    title: RequiredText = Field(description="What the page is called.")
    url: WebAddress = Field(description="Its address.")


class Resources(WireModel):
    """Imported pages, as cards or as a grid."""

    type: Literal["resource-card", "resource-grid"] = Field(
        description="Cards, one below the other, or a grid."
    )
    items: Annotated[list[Resource], Field(max_length=MAX_ENTRIES)] = Field(description="The pages in order.")
    content: Text = Field(default="", description="What stands above them; may be empty.")


def _no_known_type(schema: JsonObject) -> None:
    schema["not"] = {"enum": _KNOWN_TYPES}  # or each known block would be two in the published schema


class OtherBlock(WireModel):
    """A block of a later type, kept with all its fields."""

    model_config = ConfigDict(extra="allow")

    type: Annotated[RequiredText, Field(json_schema_extra=_no_known_type)] = Field(
        description="Its type, none of those above."
    )
    content: Text = Field(default="", description="Its text; may be empty.")


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
