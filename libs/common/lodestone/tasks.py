"""Ending tasks for sure."""

import asyncio
import contextlib
from collections.abc import Awaitable
from typing import Any, TypeVar

CANCEL_AGAIN_SECONDS = 2.0

T = TypeVar("T")


async def end(*tasks: "asyncio.Future[Any]") -> None:
    """Cancels tasks and returns when all are done; what they raise is not raised here.

    One request to cancel can be lost where a library's wait ends at the same moment (asyncio.wait_for
    before Python 3.12), and a loop would then go on for ever: so it is repeated.
    """
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=CANCEL_AGAIN_SECONDS)


async def unless(stop: asyncio.Event, work: Awaitable[T]) -> T | None:
    """What the work gives; None when `stop` was set before. Raises what it raises."""
    task, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    either: set[asyncio.Future[Any]] = {task, stopping}
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
    finally:
        stopping.cancel()
        if not task.done():
            task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    return None
