"""A server in the place of NATS that refuses every login, in every way that a client may be refused."""

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator, Sequence

GREETING = {"server_id": "refusing", "version": "2.12.0", "proto": 1, "headers": True, "max_payload": 2**20}

WAYS: dict[str, tuple[bytes | None, bytes | None]] = {
    "wrong password": (b"", b"-ERR 'Authorization Violation'\r\n"),
    "login too slow": (b"", b"-ERR 'Authentication Timeout'\r\n"),
    "authorization too slow": (b"", b"-ERR 'Authorization Timeout'\r\n"),
    "account expired": (b"", b"-ERR 'Account Authentication Expired'\r\n"),
    "full": (b"-ERR 'maximum connections exceeded'\r\n", None),
    "full after the login": (b"", b"-ERR 'maximum connections exceeded'\r\n"),
    "hangs up": (None, None),
    "hangs up after the login": (b"", b""),
    "no NATS": (b"HTTP/1.1 400 Bad Request\r\n\r\n", None),
    "no text": (b"INFO \xff\xfe{}\r\n", None),
    "a line without end": (b"INFO {" + b" " * 200_000, None),
    "wants TLS and has none": (b"TLS", b"certainly not\r\n"),
}
"""By name: what is sent instead of the greeting (empty: the greeting), and what is sent after the login."""


class Refusing:
    """Refuses in one way after another; `done` lists the ways used so far."""

    def __init__(self, ways: Sequence[str]) -> None:
        self._ways = itertools.cycle(ways)
        self.done: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serves one connection."""
        way = next(self._ways)
        first, then = WAYS[way]
        with contextlib.suppress(OSError):
            if first is not None:
                writer.write(_greeting(first))
                await writer.drain()
            if then is not None:
                await reader.read(4096)
                writer.write(then)
                await writer.drain()
            writer.close()
        self.done.append(way)


def _greeting(first: bytes) -> bytes:
    if first not in (b"", b"TLS"):
        return first
    told = GREETING | {"auth_required": True, "tls_required": first == b"TLS"}
    return b"INFO " + json.dumps(told).encode() + b"\r\n"


@contextlib.asynccontextmanager
async def refusing(port: int, *ways: str) -> AsyncIterator[Refusing]:
    """Refuses logins at the port until the end of the block."""
    refusing = Refusing(ways or list(WAYS))
    server = await asyncio.start_server(refusing.serve, "127.0.0.1", port, reuse_address=True)
    try:
        yield refusing
    finally:
        server.close()
