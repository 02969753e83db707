"""How much a provider may send: an answer is read up to what was asked for, and no further.

An error's body is cut there. A reply that goes on raises EndlessReply, which closes its connection. So does
an oversized frame, because the SDK joins the lines of a frame one by one.
"""

import re
from collections.abc import AsyncIterator

import httpx2

MOST_ERROR_BYTES = 64 * 1024
BYTES_PER_TOKEN = 512  # a frame around each token, and each of its characters as an escape
BYTES_BESIDE = 256 * 1024  # opening, closing and pings
CHARACTERS_PER_TOKEN = 32  # rarely more than ten
MOST_FRAME_BYTES = 1024 * 1024
MOST_FRAME_LINES = 200  # the protocol has two

_END_OF_FRAME = re.compile(rb"\r\n\r\n|\n\n|\r\r")


class EndlessReply(Exception):
    """The provider sent more than it was asked for."""


class BoundedBody(httpx2.AsyncByteStream):
    """The body of a response: an error's, until `expect` says that it is a reply of so many tokens."""

    def __init__(self, body: httpx2.AsyncByteStream) -> None:
        self._body = body
        self._left = MOST_ERROR_BYTES
        self._is_reply = False
        self._frame = (0, 0)  # bytes and lines of the frame that is being read

    def expect(self, max_tokens: int) -> None:
        """From here on the body is a reply of at most `max_tokens` tokens."""
        self._is_reply = True
        self._left = max_tokens * BYTES_PER_TOKEN + BYTES_BESIDE

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The bytes as they come. Raises EndlessReply."""
        async for piece in self._body:
            if self._is_reply:
                self._measure(piece)
            yield piece[: self._left]
            self._left -= len(piece)
            if self._left <= 0:
                break
        if self._is_reply and self._left <= 0:
            raise EndlessReply("more bytes than the requested tokens can take")

    async def aclose(self) -> None:
        """Closes the connection, unless all was read."""
        await self._body.aclose()

    def _measure(self, piece: bytes) -> None:
        for number, part in enumerate(_END_OF_FRAME.split(piece)):
            size, lines = self._frame if number == 0 else (0, 0)
            self._frame = size + len(part), lines + part.count(b"\n") + part.count(b"\r")
            if self._frame[0] > MOST_FRAME_BYTES or self._frame[1] > MOST_FRAME_LINES:
                raise EndlessReply(f"a frame of at least {self._frame[0]} bytes and {self._frame[1]} lines")


async def bound(response: httpx2.Response) -> None:
    """Bounds the body of a response; a response hook of the HTTP client."""
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = BoundedBody(response.stream)


def expect_reply(response: httpx2.Response, max_tokens: int) -> None:
    """Says that a response is a streamed reply of at most `max_tokens` tokens; see BoundedBody."""
    if isinstance(response.stream, BoundedBody):
        response.stream.expect(max_tokens)


def most_characters(max_tokens: int) -> int:
    """The length that no text of `max_tokens` tokens exceeds."""
    return max_tokens * CHARACTERS_PER_TOKEN
