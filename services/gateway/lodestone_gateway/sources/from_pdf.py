"""PDF: the text of its pages. Only the process that reads files loads this."""

import io
from collections.abc import Iterator

from pypdf import PasswordType, PdfReader
from pypdf.errors import PyPdfError

from lodestone_gateway.sources.refusal import CannotRead

_BEGINNING = 1024  # bytes in which a PDF says that it is one

NOT_PDF = "This file ends in .pdf and is no PDF. Save it again as a PDF, or paste its text."
LOCKED = "This PDF is locked with a password. Save a copy without one, then upload that."
SCANNED = "This PDF has pictures of its pages and no text. Use one with text, or paste the text."
BROKEN = "This PDF is damaged. Save it again from the program that made it, or paste its text."


def of_pdf(file: bytes, most: int) -> str:
    """The text of its first pages, until there are more than `most` characters. Raises CannotRead."""
    if b"%PDF-" not in file[:_BEGINNING]:
        raise CannotRead(NOT_PDF)
    try:
        reader = PdfReader(io.BytesIO(file))
        if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
            raise CannotRead(LOCKED)
        text = "\n\n".join(_pages(reader, most))
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        raise CannotRead(BROKEN) from None
    if not text.strip():
        raise CannotRead(SCANNED)
    return text


def _pages(reader: PdfReader, most: int) -> Iterator[str]:
    taken = 0
    for page in reader.pages:
        text = page.extract_text().strip()
        if text:
            yield text
        taken += len(text)
        if taken > most:
            return
