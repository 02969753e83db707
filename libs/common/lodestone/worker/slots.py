"""How many jobs this process runs at once, over all its job types."""

import asyncio

from prometheus_client import Gauge

from lodestone.tasks import first_of

free_slots = Gauge("lodestone_free_slots", "Free job slots of this process")


class Slots:
    """Free places for jobs, shared by the `sharers` job types of a process.

    A type holds places while it waits for jobs. So each gets only an even share of what is free, again and
    again: the busy types soon have all places except one for each type that waits.
    """

    def __init__(self, count: int, sharers: int = 1) -> None:
        self._free = max(count, sharers)
        self._sharers = sharers
        self._freed = asyncio.Event()

    async def take(self, stop: asyncio.Event) -> int:
        """Takes a share of the free places, at least one; waits for the first. 0 once `stop` is set."""
        while not self._free and not stop.is_set():
            self._freed.clear()
            await first_of(self._freed.wait(), stop.wait())
        if stop.is_set():
            return 0
        taken = max(self._free // self._sharers, 1)
        self._change(-taken)
        return taken

    def give_back(self, count: int) -> None:
        """Frees places: of jobs that ended, or that did not come."""
        if count:
            self._change(count)
            self._freed.set()

    def _change(self, by: int) -> None:
        self._free += by
        free_slots.set(self._free)
