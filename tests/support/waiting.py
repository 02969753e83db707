"""Waiting for a condition instead of sleeping for a guessed time."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar, overload

T = TypeVar("T")
PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, GROWTH = 0.02, 0.1, 1.1


@overload
async def eventually(
    condition: Callable[[], Awaitable[T | None]], *, within: float = 5.0, told: str = ""
) -> T: ...
@overload
async def eventually(condition: Callable[[], T | None], *, within: float = 5.0, told: str = "") -> T: ...
async def eventually(condition: Callable[[], Any], *, within: float = 5.0, told: str = "") -> Any:
    """The first true value of a plain or async condition; raises AssertionError after `within` seconds."""
    until = time.monotonic() + within
    pauses = _pauses()
    while True:
        found = condition()
        value = await found if inspect.isawaitable(found) else found
        if value:
            return value
        _still_in_time(until, within, told, value)
        await asyncio.sleep(next(pauses))


def eventually_sync(condition: Callable[[], T | None], *, within: float = 5.0, told: str = "") -> T:
    """The same, for tests without an event loop."""
    until = time.monotonic() + within
    pauses = _pauses()
    while not (value := condition()):
        _still_in_time(until, within, told, value)
        time.sleep(next(pauses))
    return value


async def let_pass(seconds: float) -> None:
    """Lets time pass for code that acts at times of its own; never a way to wait for a result."""
    await asyncio.sleep(seconds)


def let_pass_sync(seconds: float) -> None:
    """The same without an event loop."""
    time.sleep(seconds)


def _pauses() -> Iterator[float]:
    """Longer and longer: in a second of waiting, asking often costs more than what is waited for."""
    pause = PAUSE_SECONDS
    while True:
        yield pause
        pause = min(pause * GROWTH, LONGEST_PAUSE_SECONDS)


def _still_in_time(until: float, within: float, told: str, value: object) -> None:
    if time.monotonic() > until:
        raise AssertionError(f"not within {within} s: {told or 'the condition'} (it was {value!r})")
