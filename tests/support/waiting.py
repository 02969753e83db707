"""Waiting for a condition instead of sleeping for a guessed time."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")
PAUSE_SECONDS = 0.02


@overload
async def eventually(
    condition: Callable[[], Awaitable[T | None]], *, within: float = 5.0, told: str = ""
) -> T: ...
@overload
async def eventually(condition: Callable[[], T | None], *, within: float = 5.0, told: str = "") -> T: ...
async def eventually(condition: Callable[[], Any], *, within: float = 5.0, told: str = "") -> Any:
    """The first true value of a plain or async condition; raises AssertionError after `within` seconds."""
    until = time.monotonic() + within
    while True:
        found = condition()
        value = await found if inspect.isawaitable(found) else found
        if value:
            return value
        _still_in_time(until, within, told, value)
        await asyncio.sleep(PAUSE_SECONDS)


def eventually_sync(condition: Callable[[], T | None], *, within: float = 5.0, told: str = "") -> T:
    """The same, for tests without an event loop."""
    until = time.monotonic() + within
    while not (value := condition()):
        _still_in_time(until, within, told, value)
        time.sleep(PAUSE_SECONDS)
    return value


async def let_pass(seconds: float) -> None:
    """Lets time pass for code that acts at times of its own; never a way to wait for a result."""
    await asyncio.sleep(seconds)


def _still_in_time(until: float, within: float, told: str, value: object) -> None:
    if time.monotonic() > until:
        raise AssertionError(f"not within {within} s: {told or 'the condition'} (it was {value!r})")
