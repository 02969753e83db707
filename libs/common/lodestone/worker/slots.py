"""How many jobs this process runs at once, over all its job types."""

import asyncio

from prometheus_client import Gauge

free_slots = Gauge("lodestone_free_slots", "Free job slots of this process")


class Slots:
    """Free places for jobs, shared by the `sharers` job types of a process.

    A type holds places while it waits for jobs. So each gets only an even share of what is free, again and
    again, and an idle one gets one place if others might need the rest: the busy types soon have all places
    except one for each type that waits.
    """

    def __init__(self, count: int, sharers: int = 1) -> None:
        self._free = max(count, sharers)
        self._sharers = sharers
        self._is_closed = False
        self._freed = asyncio.Event()

    async def take(self, is_idle: bool) -> int:
        """Takes a share of the free places, at least one; waits for the first. 0 once closed."""
        while not self._free and not self._is_closed:
            self._freed.clear()
            await self._freed.wait()
        if self._is_closed:
            return 0
        taken = 1 if is_idle and self._sharers > 1 else max(self._free // self._sharers, 1)
        self._change(-taken)
        return taken

    def give_back(self, count: int) -> None:
        """Frees places: of jobs that ended, or that did not come."""
        if count:
            self._change(count)
            self._freed.set()

    def close(self) -> None:
        """Gives no more places away; ends all waits for one."""
        self._is_closed = True
        self._freed.set()

    def _change(self, by: int) -> None:
        self._free += by
        free_slots.set(self._free)
