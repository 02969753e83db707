"""How many jobs this process runs at once, over all its job types."""

import asyncio
from typing import NamedTuple

from prometheus_client import Gauge

free_slots = Gauge("lodestone_free_slots", "Job slots of this process in which no job is")


class Places(NamedTuple):
    """How many deliveries a job type may ask for."""

    number: int  # 0 once nothing more is to be asked for
    are_kept: bool  # whether the places are kept until the deliveries come


class Slots:
    """Places for jobs, shared by the `sharers` job types of a process.

    A busy type keeps places for the moment in which jobs that are there come. So it gets only an even share
    of what is free, again and again. An idle one asks for a single job and keeps no place, or each would
    leave a slot empty while the others have work. So more may be asked for than there are places: what comes
    when none is left is handed back, and its type is busy from then on.
    """

    def __init__(self, count: int, sharers: int = 1) -> None:
        self._empty = count  # slots in which no job is
        self._kept = 0  # those that a type keeps
        self._sharers = sharers
        self._is_closed = False
        self._freed = asyncio.Event()

    async def take(self, is_idle: bool) -> Places:
        """A share of the free places, at least one; waits for the first. Whoever waits longest is first."""
        while self._free <= 0 and not self._is_closed:
            self._freed.clear()
            await self._freed.wait()
        if self._is_closed:
            return Places(0, are_kept=False)
        if is_idle and self._sharers > 1:
            return Places(1, are_kept=False)
        kept = max(self._free // self._sharers, 1)
        self._kept += kept
        return Places(kept, are_kept=True)

    def give_back(self, kept: int) -> None:
        """Frees kept places."""
        if kept:
            self._kept -= kept
            self._freed.set()

    def enter(self) -> bool:
        """A job came; returns whether there is a slot for it."""
        if not self._empty:
            return False
        self._change(-1)
        return True

    def leave(self) -> None:
        """A job has left its slot."""
        self._change(1)
        self._freed.set()

    def close(self) -> None:
        """Gives no more places away; ends all waits for one."""
        self._is_closed = True
        self._freed.set()

    @property
    def _free(self) -> int:
        return self._empty - self._kept

    def _change(self, by: int) -> None:
        self._empty += by
        free_slots.set(self._empty)
