"""What a hostile user sends below HTTP: partial requests, endless headers, silence."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from support.waiting import let_pass

from soak.people import Person

SOCKETS = 100  # of each kind, opened repeatedly
HELD_SECONDS = 10.0
HEADER_LINES = 10_000  # of 1 kB
DRIP_SECONDS = 1.0


async def silence(gateway: str, who: Person) -> str:
    """Sockets that send nothing."""
    return await _held(gateway, who, b"")


async def half_a_request(gateway: str, who: Person) -> str:
    """Sockets that stop in the middle of the header."""
    return await _held(gateway, who, b"GET /api/jobs HTTP/1.1\r\nHost: x\r\nX-Half: ")


async def half_a_body(gateway: str, who: Person) -> str:
    """Sockets that stop in the middle of the body."""
    head = (
        f"POST /api/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {who.token}\r\n"
        'Content-Type: application/json\r\nContent-Length: 200000\r\n\r\n{"jobType": "posts", '
    )
    return await _held(gateway, who, head.encode())


async def headers_without_end(gateway: str, who: Person) -> str:
    """A request with up to 10 MB of headers."""
    async with _socket(gateway, who) as (reader, writer):
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
        for number in range(HEADER_LINES):
            writer.write(f"X-{number}: {'a' * 1000}\r\n".encode())
            await writer.drain()
        return await _answer(reader)


async def dripping(gateway: str, who: Person) -> str:
    """One byte per second."""
    async with _socket(gateway, who) as (_, writer):
        for byte in b"GET /healthz HTTP/1.1\r\nHost":
            writer.write(bytes([byte]))
            await writer.drain()
            await let_pass(DRIP_SECONDS)
        return "let drip"


async def _held(gateway: str, who: Person, start: bytes) -> str:
    async with contextlib.AsyncExitStack() as sockets:
        for _ in range(SOCKETS):
            _, writer = await sockets.enter_async_context(_socket(gateway, who))
            writer.write(start)
        await let_pass(HELD_SECONDS)
    return "held"


async def _answer(reader: asyncio.StreamReader) -> str:
    line = (await asyncio.wait_for(reader.readline(), HELD_SECONDS)).decode(errors="replace").split()
    return line[1] if len(line) > 1 else "closed"


@contextlib.asynccontextmanager
async def _socket(
    gateway: str, who: Person
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    where = urlsplit(gateway)
    reader, writer = await asyncio.open_connection(where.hostname, where.port, local_addr=(who.address, 0))
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
