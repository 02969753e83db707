"""A process ends while a call in a thread of its loop does not."""

import asyncio
import subprocess
import sys

import pytest
from lodestone.threads import UnawaitedThreads

HANGING = """
import asyncio, threading
from lodestone.threads import UnawaitedThreads

async def ask():
    asyncio.get_running_loop().set_default_executor(UnawaitedThreads())
    waiting = asyncio.create_task(asyncio.to_thread(threading.Event().wait))
    await asyncio.to_thread(lambda: None)
    waiting.cancel()

asyncio.run(ask())
"""


def test_a_call_that_hangs_does_not_hold_up_the_end() -> None:
    assert subprocess.run([sys.executable, "-c", HANGING], timeout=60, check=False).returncode == 0


def fail() -> None:
    """What a call may raise."""
    raise LookupError("no such name")


async def test_a_call_gives_what_it_returns_or_raises() -> None:
    loop, threads = asyncio.get_running_loop(), UnawaitedThreads()

    assert await loop.run_in_executor(threads, sum, [1, 2]) == 3
    with pytest.raises(LookupError, match="no such name"):
        await loop.run_in_executor(threads, fail)
