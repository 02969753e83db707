"""A piece of a lead magnet as a file: reads it, and writes it in the format asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from lodestone.errors import Conflict, NotFound
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.exports.csv_file import to_csv
from lodestone_gateway.exports.document import Document
from lodestone_gateway.exports.file_name import file_name
from lodestone_gateway.exports.from_content import of_content
from lodestone_gateway.exports.from_messages import (
    Rows,
    of_emails,
    of_posts,
    rows_of_emails,
    rows_of_posts,
)
from lodestone_gateway.exports.from_page import of_page
from lodestone_gateway.exports.markdown import to_markdown
from lodestone_gateway.exports.pages import to_html, tool_to_html
from lodestone_gateway.exports.printable import printable
from lodestone_gateway.exports.typesetter import Typesetter
from lodestone_gateway.job_types.versions import EMAILS
from lodestone_gateway.lead_magnets.email_sequences import read_emails
from lodestone_gateway.lead_magnets.lead_magnet import read_lead_magnet
from lodestone_gateway.lead_magnets.readable import pass_over_unreadable
from lodestone_gateway.store.lead_magnet_tables import EmailSequenceRow, LeadMagnetRow


class Format(StrEnum):
    """A format of files, by the end of their names."""

    MARKDOWN = "md"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    CSV = "csv"


MEDIA_TYPES = {
    Format.MARKDOWN: "text/markdown; charset=utf-8",
    Format.HTML: "text/html; charset=utf-8",
    Format.PDF: "application/pdf",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.CSV: "text/csv; charset=utf-8",
}
TYPESET = (Format.PDF, Format.DOCX)

_TEXTS = (Format.MARKDOWN, Format.HTML, Format.PDF, Format.DOCX)
_MESSAGES = (Format.MARKDOWN, Format.CSV)
OFFERED: Mapping[str, tuple[Format, ...]] = {
    "content": _TEXTS,
    "page": _TEXTS,
    "posts": _MESSAGES,
    "emails": _MESSAGES,
    "tool": (Format.HTML,),
}
"""The formats of each piece."""

FILES = tuple(f"{piece}.{format}" for piece, formats in OFFERED.items() for format in formats)
FileName = StrEnum("FileName", {name: name for name in FILES})  # type: ignore[misc]
"""What can be asked for."""


@dataclass(frozen=True)
class File:
    """A file to download."""

    name: str
    media_type: str
    body: bytes


_COLUMNS = {
    "content": "extracted_content",
    "page": "polished_content",
    "posts": "post_variations",
    "tool": "interactive_config",
}
_DOCUMENTS: Mapping[str, Callable[[Any, LeadMagnetRow], Document]] = {
    "content": lambda content, row: of_content(content, row.title),
    "page": lambda page, row: of_page(page, row.title),
    "posts": lambda posts, row: of_posts(posts, *_message(row), row.title),
    EMAILS: lambda emails, row: of_emails(emails, row.title),
}
_ROWS: Mapping[str, Callable[[Any, LeadMagnetRow], Rows]] = {
    "posts": lambda posts, row: rows_of_posts(posts, *_message(row)),
    EMAILS: lambda emails, row: rows_of_emails(emails),
}


async def export(
    engine: AsyncEngine, typesetter: Typesetter, user_id: UUID, lead_magnet_id: UUID, file: str
) -> File:
    """One of FILES, from the user's lead magnet.

    Raises NotFound, also for a piece that does not exist yet; Conflict for one that this format cannot show;
    Unavailable while making it takes too long.
    """
    piece, _, end = file.rpartition(".")
    format = Format(end)
    row = await read_lead_magnet(engine, user_id, lead_magnet_id)
    sequence = await read_emails(engine, user_id, lead_magnet_id) if piece == EMAILS else None
    body = await _written(readable_piece(row, sequence, piece), row, piece, format, typesetter)
    return File(file_name(row.title, piece, format), MEDIA_TYPES[format], body)


def readable_piece(row: LeadMagnetRow, sequence: EmailSequenceRow | None, piece: str) -> Any:
    """The stored piece. Raises NotFound if it does not exist, Conflict if its shape is unknown."""
    if not _stored(row, sequence, piece):
        raise NotFound(f"This lead magnet has no {piece} yet. Make it first.")
    pass_over_unreadable(row, sequence)
    stored = _stored(row, sequence, piece)
    if not stored:
        raise Conflict("What is stored here has an unknown format. Make it again, then export it.")
    return printable(stored)


def _stored(row: LeadMagnetRow, sequence: EmailSequenceRow | None, piece: str) -> Any:
    return sequence.emails if sequence else getattr(row, _COLUMNS[piece])


async def _written(
    stored: Any, row: LeadMagnetRow, piece: str, format: Format, typesetter: Typesetter
) -> bytes:
    if piece == "tool":
        return tool_to_html(stored)
    if format is Format.CSV:
        return to_csv(_ROWS[piece](stored, row))
    document = _DOCUMENTS[piece](stored, row)
    if format in TYPESET:
        return await typesetter.typeset(row.user_id, document, format)
    return to_markdown(document) if format is Format.MARKDOWN else to_html(document)


def _message(row: LeadMagnetRow) -> tuple[str, str]:
    """The message for those who comment, and the word that they comment."""
    return printable(row.dm_template or ""), printable(row.cta_word or "")
