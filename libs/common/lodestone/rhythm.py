"""Common moments: whoever looks again and again does so when the others on its machine do.

An idle machine then wakes up once for all of them, and a server hears them in one go.
"""

import asyncio

EARLY_SECONDS = 0.01  # what begins or ends so soon before a multiple counts as at it


def seconds_to_next(now: float, every: float) -> float:
    """How long it is from now, by the event loop's clock, until the next multiple of `every`."""
    return every - (now + EARLY_SECONDS) % every + EARLY_SECONDS


def next_moment(now: float, every: float) -> float:
    """From when on what is awake at the next multiple of `every` counts as there."""
    return now + seconds_to_next(now, every) - EARLY_SECONDS


async def sleep_to_next(every: float) -> None:
    """Returns at the next multiple of `every` seconds."""
    await asyncio.sleep(seconds_to_next(asyncio.get_running_loop().time(), every))
