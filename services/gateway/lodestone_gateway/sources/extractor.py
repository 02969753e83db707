"""Has the text of uploaded files taken out by processes of their own."""

from pathlib import PurePath
from uuid import UUID

import structlog
from lodestone.errors import InvalidRequest, Unavailable

from lodestone_gateway.apart.workshop import Done, Workshop
from lodestone_gateway.sources.refusal import CANNOT_READ
from lodestone_gateway.sources.taken import EMPTY, Taken

AT_ONCE = 2
SECONDS = 30  # for waiting and reading together
KINDS = ("txt", "md", "vtt", "srt", "docx", "pdf")
MODULE = f"{__package__}.extract"

UNKNOWN = "Choose a file that ends in .txt, .md, .vtt, .srt, .docx or .pdf, or paste its text."
TOO_MUCH = "This file takes too long to read. Copy the part that matters, and paste it."
FAILED = "This file could not be read. Save it again in another format, or paste its text."

log = structlog.get_logger(__name__)


class Extractor:
    """Takes the text out of files, two at once."""

    def __init__(self) -> None:
        self._workshop = Workshop(AT_ONCE)

    async def extract(self, user_id: UUID, name: str, file: bytes, most: int) -> Taken:
        """The text of a file, `most` characters at most; one file at a time for each user.

        Raises InvalidRequest, with what to do, if there is no text to take; Unavailable while it is busy.
        """
        kind = kind_of(name)
        try:
            done = await self._workshop.run(user_id, file, MODULE, kind, str(most), seconds=SECONDS)
        except TimeoutError:
            raise Unavailable("Reading this file took too long. Try again in a minute.") from None
        if done.status == CANNOT_READ:
            raise refused(done.said.decode(errors="replace"))
        if done.status:
            error = _error(done)
            log.warning("extraction_failed", kind=kind, status=done.status, error=error)
            raise refused(TOO_MUCH if done.status < 0 or error == "MemoryError" else FAILED)
        left_out, _, text = done.output.decode().partition("\n")
        if not text:
            raise refused(EMPTY)
        return Taken(text, int(left_out))


def _error(done: Done) -> str:
    """The name of the exception that ended the process: its message may repeat the file."""
    last = done.said.decode(errors="replace").strip().rpartition("\n")[2]
    return last.partition(":")[0][:80]


def kind_of(name: str) -> str:
    """How the name ends. Raises InvalidRequest if it is no kind that we read."""
    kind = PurePath(name).suffix.lower().lstrip(".").replace("markdown", "md")
    if kind not in KINDS:
        raise refused(UNKNOWN)
    return kind


def refused(message: str) -> InvalidRequest:
    """The refusal of a file."""
    return InvalidRequest(message, errors=[{"field": "file", "message": message}])
