"""Has documents typeset by processes of their own."""

from uuid import UUID

import structlog
from lodestone.errors import Conflict, PayloadTooLarge, Unavailable

from lodestone_gateway.apart.workshop import Workshop
from lodestone_gateway.exports.document import CANNOT_SHOW, Document, to_json

AT_ONCE = 2
SECONDS = 30  # for waiting and typesetting together
MOST_BYTES = 16 * 1024 * 1024  # of a file
MODULE = f"{__package__}.typeset"

log = structlog.get_logger(__name__)


class Typesetter:
    """Typesets documents, two at once."""

    def __init__(self) -> None:
        self._workshop = Workshop(AT_ONCE)

    async def typeset(self, user_id: UUID, document: Document, format: str) -> bytes:
        """The file as `pdf` or `docx`; one at a time for each user.

        Raises Unavailable if it takes too long, Conflict for letters that no font has, PayloadTooLarge.
        """
        try:
            done = await self._workshop.run(user_id, to_json(document), MODULE, format, seconds=SECONDS)
        except TimeoutError:
            raise Unavailable("Making this file took too long. Try again in a minute.") from None
        if done.status == CANNOT_SHOW:
            letters = done.said.decode()
            raise Conflict(f"A PDF cannot show these letters: {letters}. Choose Word or HTML, which can.")
        if done.status:
            said = done.said[-300:].decode(errors="replace")
            log.warning("typesetting_failed", format=format, status=done.status, said=said)
            raise Unavailable("This file could not be made. Choose another format.")
        if len(done.output) > MOST_BYTES:
            raise PayloadTooLarge("This file would be too large. Choose Markdown or HTML.")
        return done.output
