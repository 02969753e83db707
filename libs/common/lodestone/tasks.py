"""Running several things side by side: the first of some, not too many at once, and ending them reliably."""

import asyncio
import contextlib
from collections.abc import Awaitable, Iterable
from typing import Any, TypeVar

CANCEL_AGAIN_SECONDS = 2.0

T = TypeVar("T")


async def end(*tasks: "asyncio.Future[Any]") -> None:
    """Cancels tasks and returns when all are done; what they raise is not raised here.

    One cancel request can be lost if a library's wait ends at the same moment (asyncio.wait_for before Python
    3.12), and a loop would then run for ever: so it is repeated.
    """
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=CANCEL_AGAIN_SECONDS)


async def first_of(*waits: Awaitable[object], timeout: float | None = None) -> None:
    """Returns when one of them is done, or after `timeout` seconds; raises nothing that they raise.

    Coroutines are then cancelled; tasks and futures belong to their owner and go on.
    """
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task, wait in zip(tasks, waits, strict=True):
            if task is not wait:
                task.cancel()


async def at_most(count: int, work: Iterable[Awaitable[T]]) -> list[T]:
    """The results in order, with at most `count` running at once; raises the first error."""
    work = list(work)
    if len(work) == 1:
        return [await work[0]]
    slots = asyncio.Semaphore(count)

    async def run(each: Awaitable[T]) -> T:
        async with slots:
            return await each

    return await asyncio.gather(*(run(each) for each in work))


async def unless(stop: asyncio.Event, work: Awaitable[T]) -> T | None:
    """What the work returns; None if `stop` is set first. Raises what it raises."""
    task = asyncio.ensure_future(work)
    try:
        await first_of(task, stop.wait())
        if task.done():
            return task.result()
    finally:
        if not task.done():
            task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    return None
