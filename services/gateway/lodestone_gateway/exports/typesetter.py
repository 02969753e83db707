"""Starts the processes that typeset: few at once, none for long."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from uuid import UUID
from weakref import WeakValueDictionary

import structlog
from lodestone.errors import Conflict, PayloadTooLarge, Unavailable

from lodestone_gateway.exports.document import CANNOT_SHOW, Document, to_json

AT_ONCE = 2
SECONDS = 30  # for waiting and typesetting together
MOST_BYTES = 16 * 1024 * 1024  # of a file

log = structlog.get_logger(__name__)


class Typesetter:
    """Typesets documents apart from this process, whose memory and event loop stay free."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._of_users: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()

    async def typeset(self, user_id: UUID, document: Document, format: str) -> bytes:
        """The file as `pdf` or `docx`; one at a time for each user.

        Raises Unavailable if it takes too long, Conflict for letters that no font has, PayloadTooLarge.
        """
        try:
            own = self._of_users.setdefault(user_id, asyncio.Lock())
            async with asyncio.timeout(SECONDS), own, self._turns:
                return await _typeset(to_json(document), format)
        except TimeoutError:
            raise Unavailable("Making this file took too long. Try again in a minute.") from None


async def _typeset(document: bytes, format: str) -> bytes:
    command = (sys.executable, "-m", f"{__package__}.typeset", format)
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=PIPE, env={})
    try:
        file, said = await process.communicate(document)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode == CANNOT_SHOW:
        raise Conflict(f"A PDF cannot show these letters: {said.decode()}. Choose Word or HTML, which can.")
    if process.returncode:
        log.warning("typesetting_failed", format=format, status=process.returncode, said=said[-300:].decode())
        raise Unavailable("This file could not be made. Choose another format.")
    if len(file) > MOST_BYTES:
        raise PayloadTooLarge("This file would be too large. Choose Markdown or HTML.")
    return file
