"""Serves one JSON document over HTTP."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any


@contextlib.asynccontextmanager
async def json_server(document: Any) -> AsyncIterator[str]:
    """The URL that serves `document`."""
    body = json.dumps(document).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
