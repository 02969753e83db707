"""Waiting for a condition instead of sleeping for a guess."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

T = TypeVar("T")
Condition = Callable[[], T | Awaitable[T]]
PAUSE_SECONDS = 0.02


async def eventually(condition: Condition[T], *, within: float = 5.0, told: str = "") -> T:
    """The first true value of a plain or async condition; AssertionError after `within` seconds."""
    until = time.monotonic() + within
    while True:
        found = condition()
        value = await found if inspect.isawaitable(found) else cast(T, found)
        if value:
            return value
        _still_in_time(until, within, told, value)
        await asyncio.sleep(PAUSE_SECONDS)


def eventually_sync(condition: Callable[[], T], *, within: float = 5.0, told: str = "") -> T:
    """The same for tests without an event loop."""
    until = time.monotonic() + within
    while not (value := condition()):
        _still_in_time(until, within, told, value)
        time.sleep(PAUSE_SECONDS)
    return value


def _still_in_time(until: float, within: float, told: str, value: object) -> None:
    if time.monotonic() > until:
        raise AssertionError(f"not within {within} s: {told or 'the condition'} (it was {value!r})")
