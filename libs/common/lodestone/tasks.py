"""Ending tasks for sure."""

import asyncio
from typing import Any

CANCEL_AGAIN_SECONDS = 2.0


async def end(*tasks: "asyncio.Future[Any]") -> None:
    """Cancels tasks and returns when all are done; what they raise is not raised here.

    One request to cancel can be lost where a library's wait ends at the same moment (asyncio.wait_for
    before Python 3.12), and a loop would then go on for ever: so it is repeated.
    """
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=CANCEL_AGAIN_SECONDS)
