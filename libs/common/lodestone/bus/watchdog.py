"""Whether this process's connections to the bus still work: liveness depends on it.

A bus that is down, or refuses a user, is no reason to end a process: its running work goes on. But when the
bus accepts a fresh connection and the old one is dead, only a fresh process helps.
"""

from collections.abc import Awaitable, Callable

import structlog
from nats.errors import Error

from lodestone import liveness
from lodestone.bus.fast_client import FastClient
from lodestone.rhythm import sleep_to_next

LOOK_SECONDS = 10.0
ANSWER_SECONDS = 2
LOOKS = 3  # without an answer, one after another, before a fresh connection is tried

log = structlog.get_logger(__name__)


async def watch(client: FastClient, would_be_taken_in: Callable[[], Awaitable[bool]]) -> None:
    """Watches one connection until it is cancelled."""
    silent = 0  # counted, not timed: a process that was stopped for a while finds its way back first
    pongs = client.pongs
    try:
        while True:
            await sleep_to_next(LOOK_SECONDS)
            silent = 0 if await _has_answered(client, pongs) else silent + 1
            pongs = client.pongs
            if silent >= LOOKS and await would_be_taken_in():
                log.error("the connection to NATS is dead, and a new one would")
                liveness.give_up(client)
            else:
                liveness.take_back(client)
    finally:
        liveness.take_back(client)


async def _has_answered(client: FastClient, pongs: int) -> bool:
    """Whether more than so many pings were answered; mostly one that the client sent by itself."""
    if not client.is_connected:
        return False
    if client.pongs > pongs:
        return True
    try:
        await client.flush(ANSWER_SECONDS)
    except (Error, OSError, TimeoutError):
        return False
    return True
