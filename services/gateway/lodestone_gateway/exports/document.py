"""A text as every writer takes it: a title and parts in order, plain texts without markup. Pure.

It travels as JSON to the process that typesets, so this module imports nothing of the product.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias

CANNOT_SHOW = 3  # how that process ends when no font has some letters; they are on its standard error


@dataclass(frozen=True)
class Heading:
    """A heading below the title."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; its lines are kept."""

    text: str
    manner: Literal["plain", "lead", "quiet", "takeaway"] = "plain"
    label: str = ""  # bold, before it


@dataclass(frozen=True)
class Bullets:
    """A list."""

    entries: Sequence[str]


@dataclass(frozen=True)
class Item:
    """One of several things in order; empty texts are left out."""

    number: int
    title: str
    text: str
    detail: str = ""
    category: str = ""


@dataclass(frozen=True)
class Stat:
    """A figure and what it counts."""

    figure: str
    label: str


@dataclass(frozen=True)
class Remark:
    """A remark that stands out: `style` is info, warning or success."""

    text: str
    style: str
    label: str  # what the style means, for a format without colours


@dataclass(frozen=True)
class Quote:
    """A quotation."""

    text: str


@dataclass(frozen=True)
class Divider:
    """A line between two parts."""


@dataclass(frozen=True)
class Code:
    """Code, whose spaces count."""

    text: str


@dataclass(frozen=True)
class Table:
    """Rows as wide as the headers."""

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Link:
    """An address of a page, a video or a picture, which no file holds."""

    title: str
    address: str


Part: TypeAlias = Heading | Paragraph | Bullets | Item | Stat | Remark | Quote | Divider | Code | Table | Link
_PARTS: dict[str, type[Part]] = {
    part.__name__: part
    for part in (Heading, Paragraph, Bullets, Item, Stat, Remark, Quote, Divider, Code, Table, Link)
}


@dataclass(frozen=True)
class Document:
    """A title and what stands below it."""

    title: str
    parts: Sequence[Part]
    language: str = ""  # its code; empty when nothing tells


def to_json(document: Document) -> bytes:
    """The document for another process."""
    parts = [[type(part).__name__, asdict(part)] for part in document.parts]
    return json.dumps([document.title, parts, document.language]).encode()


def of_json(text: bytes) -> Document:
    """The document of another process."""
    title, parts, language = json.loads(text)
    return Document(title, [_PARTS[name](**fields) for name, fields in parts], language)
