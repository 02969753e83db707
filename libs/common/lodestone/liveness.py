"""Whether this process can recover by itself: what `/healthz` reports."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

LOOK_SECONDS = 10.0
LOOKS = 6  # without a beat, one after another, before a part counts as wedged

log = structlog.get_logger(__name__)
_given_up: set[object] = set()


def give_up(part: object) -> None:
    """Reports that this part can only recover in a new process."""
    _given_up.add(part)


def take_back(part: object) -> None:
    """Reports that the part works after all, or is no longer needed."""
    _given_up.discard(part)


def is_alive() -> bool:
    """Whether no part has given up."""
    return not _given_up


class Pulse:
    """A part that consumes: without a beat for a minute it is wedged, unless it rests.

    A beat says that it took something, or learnt that there is nothing, or why it cannot: a backend that is
    down is no reason to end a process.
    """

    def __init__(self, part: str) -> None:
        self._part = part
        self._missed = 0  # counted, not timed: a process that was stopped finds its way back first
        self._rests = False
        self._next: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """From now on a beat is expected."""
        self.beat()
        self._next = asyncio.get_running_loop().call_later(LOOK_SECONDS, self._look)

    def stop(self) -> None:
        """From now on nothing is expected."""
        if self._next:
            self._next.cancel()
        take_back(self)

    def beat(self) -> None:
        """It consumes."""
        self._missed = 0
        take_back(self)

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Meanwhile nothing is expected: it has no room for more."""
        self._rests = True
        try:
            yield
        finally:
            self._rests = False

    def _look(self) -> None:
        self._missed += not self._rests
        if self._missed == LOOKS:
            log.error("a part is wedged; only a new process helps", part=self._part)
            give_up(self)
        self._next = asyncio.get_running_loop().call_later(LOOK_SECONDS, self._look)
