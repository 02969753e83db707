"""Plays a script to the client at the script's pace, and keeps the call's entry in the ledger current."""

import asyncio
import hashlib
import json
from itertools import pairwise

from lodestone_local.simulator.client import Client, ClientGone
from lodestone_local.simulator.faults import Endless
from lodestone_local.simulator.frames import (
    PING,
    closing,
    frame,
    opening,
    text_delta,
    usage_of,
    whole_message,
)
from lodestone_local.simulator.ledger import Call, count_tokens
from lodestone_local.simulator.problems import error_body
from lodestone_local.simulator.script import Script

PING_SECONDS = 10.0  # the longest silence in a stream that has begun
_TICK_SECONDS = 0.01  # pieces that are due within it are sent together


async def play(call: Call, script: Script, client: Client, stream: bool) -> None:
    """The whole course of the call, until its end or until the client leaves."""
    try:
        await client.stays(script.first_byte_seconds)
        call.on_begun()
        await (_play_stream if stream else _play_whole)(call, script, client)
    except ClientGone:
        call.end("disconnected")


async def _play_whole(call: Call, script: Script, client: Client) -> None:
    await client.stays(script.duration_seconds)
    if script.end in ("stall", "endless"):
        return await _stall(call, client)
    message = whole_message(
        _message_id(call),
        call.model,
        script.text,
        script.stop_reason,
        script.stop_details,
        usage_of(call.prompt, count_tokens(len(script.text))),
    )
    if script.end == "mid_stream_error":
        call.end("fault")
        await client.begin(500, "application/json")
        await client.write(json.dumps(error_body(500, call.id)).encode())
        return await client.close()
    call.write(len(script.text))
    call.end("fault" if script.end == "cut" else "completed")
    await client.begin(200, "application/json")
    await client.write(message.encode()[: len(message) // 2 if script.end == "cut" else None])
    await client.close()


async def _play_stream(call: Call, script: Script, client: Client) -> None:
    await client.begin(200, "text/event-stream; charset=utf-8")
    await client.write(opening(_message_id(call), call.model, call.prompt))
    await _send_text(call, script, client)
    match script.end:
        case "stall":
            return await _stall(call, client)
        case "endless":
            return await _go_on(call, script.endless, client)
        case "cut":
            call.end("fault")
        case "mid_stream_error":
            call.end("fault")
            await client.write(frame("error", json.dumps(error_body(529, call.id))))
        case "whole":
            call.end("completed")
            await client.write(closing(script.stop_reason, script.stop_details, call.output_tokens))
    await client.close()


async def _send_text(call: Call, script: Script, client: Client) -> None:
    clock = asyncio.get_running_loop().time
    pieces = split(script.text)
    start = clock()
    waiting = b""
    for number, piece in enumerate(pieces, 1):
        waiting += text_delta(piece)
        call.write(len(piece))
        due = start + script.duration_seconds * number / len(pieces)
        if number < len(pieces) and due - clock() < _TICK_SECONDS:
            continue
        await client.write(waiting)
        waiting = b""
        await _wait_with_pings(due - clock(), client)


async def _wait_with_pings(seconds: float, client: Client) -> None:
    while seconds > PING_SECONDS:
        await client.stays(PING_SECONDS)
        await client.write(PING)
        seconds -= PING_SECONDS
    await client.stays(max(0.0, seconds))


async def _go_on(call: Call, of: Endless, client: Client) -> None:
    """More and more, until the client leaves."""
    piece = "x" * 4_000
    more = {"text": text_delta(piece), "pings": PING * 1_000, "frame": piece.encode()}[of]
    if of == "frame":
        await client.write(b"event: content_block_delta\ndata: ")
    while True:
        await client.write(more)
        call.write(len(piece) if of == "text" else 0)
        await client.stays(0)


async def _stall(call: Call, client: Client) -> None:
    await client.leaves()
    call.end("fault")


def split(text: str) -> list[str]:
    """The text in 40 to 80 pieces of unequal length, the same for the same text."""
    digest = hashlib.sha256(text.encode()).digest()
    count = min(len(text), 40 + digest[0] % 41)
    if count == 0:
        return []
    step = len(text) / count
    # each border moves by less than half a step, so that pieces do not align with the items in the text
    moves = [(digest[n % 32] / 256 - 0.5) * 0.9 for n in range(1, count)]
    borders = [0, *(round((n + move) * step) for n, move in enumerate(moves, 1)), len(text)]
    return [text[a:b] for a, b in pairwise(borders) if a < b]


def _message_id(call: Call) -> str:
    return call.id.replace("req_", "msg_")
