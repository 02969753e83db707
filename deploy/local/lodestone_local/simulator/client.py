"""The client at the other end of a call: what is sent to it, and whether it is still there."""

import asyncio
from contextlib import suppress
from types import TracebackType

from starlette.types import Receive, Send


class ClientGone(Exception):
    """The client has closed its connection."""


class Client:
    """One connection while it is answered. Use as a context manager, after the request's body was read."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._gone = asyncio.Event()

    async def __aenter__(self) -> "Client":
        self._watch = asyncio.create_task(self._wait_for_disconnect())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._watch.cancel()
        with suppress(asyncio.CancelledError):
            await self._watch

    async def stays(self, seconds: float) -> None:
        """Waits that long. Raises ClientGone as soon as the client leaves."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._gone.wait()
        self._check()

    async def leaves(self) -> None:
        """Returns when the client has left."""
        await self._gone.wait()

    async def begin(self, status: int, media_type: str) -> None:
        """Sends status and headers."""
        self._check()
        headers = [(b"content-type", media_type.encode()), (b"cache-control", b"no-cache")]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def write(self, body: bytes) -> None:
        """Sends a part of the body. Raises ClientGone when nobody is there."""
        self._check()
        await self._send({"type": "http.response.body", "body": body, "more_body": True})

    async def close(self) -> None:
        """Ends the response properly."""
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    def _check(self) -> None:
        if self._gone.is_set():
            raise ClientGone

    async def _wait_for_disconnect(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            continue
        self._gone.set()
