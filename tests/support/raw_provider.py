"""A provider that sends exactly the bytes it is given, for replies that no correct provider sends."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Any

STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nrequest-id: req_raw\r\n\r\n"
USAGE = {"input_tokens": 7, "output_tokens": 1}


@dataclass
class RawProvider:
    """Its address, and how its connections ended."""

    url: str
    requests: int = 0
    sent_bytes: int = 0  # until the client stopped reading


@contextlib.asynccontextmanager
async def raw_provider(*pieces: bytes, again: bytes = b"") -> AsyncIterator[RawProvider]:
    """Answers each request with `pieces`, then with `again` for as long as the client reads."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]
            await reader.readexactly(int(length or 0))
            provider.requests += 1
            for piece in pieces:
                writer.write(piece)
            while again:
                writer.write(again)
                await writer.drain()
                provider.sent_bytes += len(again)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    provider = RawProvider(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    async with server:
        yield provider


def frame(name: str, **fields: Any) -> bytes:
    """One event as the provider writes it."""
    return f"event: {name}\ndata: {json.dumps({'type': name, **fields})}\n\n".encode()


def reply(
    texts: Iterable[str], *, usage: Any = USAGE, last: dict[str, Any] | None = None
) -> tuple[bytes, ...]:
    """A complete reply of text deltas; `usage` is that of the first event, `last` extends message_delta."""
    message = {"id": "msg_1", "type": "message", "role": "assistant", "content": [], "usage": usage}
    deltas = [
        frame("content_block_delta", index=0, delta={"type": "text_delta", "text": text}) for text in texts
    ]
    stop = {"usage": {"output_tokens": 5}} if last is None else last
    return (
        STREAM,
        frame("message_start", message=message),
        *deltas,
        frame("message_delta", delta={"stop_reason": "end_turn"}, **stop),
        frame("message_stop"),
    )
