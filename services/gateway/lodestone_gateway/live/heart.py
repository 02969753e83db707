"""Comments that keep open streams alive: one timer for all streams of the process."""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

HEARTBEAT_SECONDS = 15.0
SLOTS = 15  # streams that opened at different times have their comments at different times


class Living(Protocol):
    """Whoever has to show a sign of life."""

    def beat(self) -> None:
        """Shows one."""


class Heart:
    """Beats for each of its members every HEARTBEAT_SECONDS."""

    def __init__(self) -> None:
        self._slots: deque[set[Living]] = deque(set() for _ in range(SLOTS))  # the next one first
        self._timer: asyncio.TimerHandle | None = None

    @contextmanager
    def keep(self, member: Living) -> Iterator[None]:
        """Beats for the member as long as the block lasts."""
        slot = self._slots[-1]
        slot.add(member)
        self._wait()
        try:
            yield
        finally:
            slot.discard(member)

    def _wait(self) -> None:
        if self._timer is None and any(self._slots):
            self._timer = asyncio.get_running_loop().call_later(HEARTBEAT_SECONDS / SLOTS, self._beat)

    def _beat(self) -> None:
        self._timer = None
        self._wait()
        self._slots.rotate(-1)
        for member in tuple(self._slots[-1]):
            member.beat()
