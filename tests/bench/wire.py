"""HTTP with as little work as possible, so that the client does not distort the measurement."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

STREAM = "text/event-stream"
ENDS = tuple(f"event: job.{end}".encode() for end in ("completed", "failed", "cancelled"))


class Wire:
    """A kept-alive connection with one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(
        self, method: str, path: str, token: str = "", body: bytes = b"", *, key: str = ""
    ) -> tuple[int, bytes]:
        """Sends a request, with a key unless it is empty; returns the status and body of the answer."""
        status, headers = await self._send(method, path, token, body, key=key)
        return status, await self._reader.readexactly(int(headers[b"content-length"]))

    async def until_end(self, path: str, token: str) -> float | None:
        """Reads a job's event stream to its end; returns the wall-clock time of the last frame.

        None if the server refuses the stream.
        """
        status, headers = await self._send("GET", path, token, b"", accept=STREAM)
        if status != 200:
            await self._reader.readexactly(int(headers[b"content-length"]))
            return None
        seen = 0.0
        while size := int(await self._reader.readline(), 16):
            chunk = await self._reader.readexactly(size + 2)
            if not seen and any(end in chunk for end in ENDS):
                seen = time.time()
        await self._reader.readline()
        assert seen, "the stream ended before the job"
        return seen

    async def _send(
        self, method: str, path: str, token: str, body: bytes, *, accept: str = "*/*", key: str = ""
    ) -> tuple[int, dict[bytes, bytes]]:
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        head += f"Accept: {accept}\r\n" + (f"Idempotency-Key: {key}\r\n" if key else "")
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self._writer.write(head.encode() + b"\r\n" + body)
        first, *lines = (await self._reader.readuntil(b"\r\n\r\n")).rstrip().split(b"\r\n")
        pairs = (line.partition(b":") for line in lines)
        return int(first.split()[1]), {name.lower(): value.strip() for name, _, value in pairs}


@contextlib.asynccontextmanager
async def wire(url: str) -> AsyncIterator[Wire]:
    """A connection to this server."""
    where = urlsplit(url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    try:
        yield Wire(reader, writer)
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


@contextlib.asynccontextmanager
async def wires(url: str, count: int) -> AsyncIterator[list[Wire]]:
    """This many connections."""
    async with contextlib.AsyncExitStack() as stack:
        yield [await stack.enter_async_context(wire(url)) for _ in range(count)]


def encoded(value: Any) -> bytes:
    """An encoded body, reused for many requests."""
    return json.dumps(value).encode()
