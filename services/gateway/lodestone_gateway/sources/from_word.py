"""Word: paragraphs and tables in their order. Only the process that reads files loads this."""

import io
from collections.abc import Iterator
from zipfile import BadZipFile, ZipFile

from docx import Document
from docx.table import Table

from lodestone_gateway.sources.refusal import CannotRead

MOST_UNPACKED = 100 * 1024 * 1024  # bytes of all parts
MOST_PARTS = 5_000
_OLDER = bytes.fromhex("d0cf11e0a1b11ae1")  # how files of older Office begin, and those with a password

OLDER = "This file has a password or is of an older Word. Save it as .docx without one, then upload that."
NOT_WORD = "This file ends in .docx and is no Word document. Save it from Word again, or paste its text."
TOO_LARGE = "This Word document unpacks to more than we read. Copy the part that matters, and paste it."


def of_word(file: bytes) -> str:
    """The text of a document. Raises CannotRead."""
    if file.startswith(_OLDER):
        raise CannotRead(OLDER)
    _check_parts(file)
    try:
        document = Document(io.BytesIO(file))
    except (KeyError, ValueError):
        raise CannotRead(NOT_WORD) from None
    return "\n".join(_lines(document.iter_inner_content()))


def _check_parts(file: bytes) -> None:
    """What a part says of its size is the most that is ever unpacked of it."""
    try:
        parts = ZipFile(io.BytesIO(file)).infolist()
    except BadZipFile:
        raise CannotRead(NOT_WORD) from None
    if "word/document.xml" not in {part.filename for part in parts}:
        raise CannotRead(NOT_WORD)
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise CannotRead(TOO_LARGE)


def _lines(content: Iterator[object]) -> Iterator[str]:
    for part in content:
        if isinstance(part, Table):
            for row in part.rows:
                yield " | ".join(cell.text.strip().replace("\n", " ") for cell in row.cells)
        else:
            yield str(getattr(part, "text", ""))
