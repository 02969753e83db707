"""What one watcher is told: at once while it only waits, and otherwise kept until it asks for more."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from operator import attrgetter
from typing import Protocol

from lodestone_gateway.metrics import DROPPED
from lodestone_gateway.store.queries import ShownEvent

WRITE_NOW = "lodestone.write_now"  # ASGI extension: sends a part of the answer past the layers of the app
WHEN_LOST = "lodestone.when_lost"  # likewise: calls back when the client has gone before the answer's end
BACKLOG = 512  # events that may wait for a slow client

Cursor = Callable[[ShownEvent], int]
SEQ: Cursor = attrgetter("seq")
POSITION: Cursor = attrgetter("position")


class Ended(Enum):
    """Why a subscription ended."""

    CLOSING = "closing"  # the process stops
    DROPPED = "dropped"  # its client was too slow
    OVER = "over"  # its job has ended
    LEFT = "left"  # its client has gone


@dataclass(frozen=True)
class News:
    """Events that are told together to all who watch a job, or a user; encoded once for all of them."""

    events: Sequence[ShownEvent]
    cursor: Cursor

    @cached_property
    def first(self) -> int:
        """The cursor of the first event."""
        return self.cursor(self.events[0])

    @cached_property
    def last(self) -> int:
        """The cursor of the last event."""
        return self.cursor(self.events[-1])

    def after(self, cursor: int) -> "News":
        """Those of them that come after the cursor: some may have been read as history."""
        if self.first > cursor:
            return self
        return News([event for event in self.events if self.cursor(event) > cursor], self.cursor)

    @cached_property
    def frames(self) -> bytes:
        """As server-sent events."""
        return b"".join(event.frame(self.cursor(event)) for event in self.events)


class Teller(Protocol):
    """Sends to a client while its stream waits, without waking the stream."""

    def tell(self, news: News) -> bool:
        """Sends the news; False if the stream has to do it."""

    def beat(self) -> None:
        """Sends a sign of life, if that is possible now."""


class Subscription:
    """The events that one watcher has not taken yet."""

    def __init__(self) -> None:
        self._events: list[ShownEvent] = []
        self._teller: Teller | None = None  # only while the watcher waits
        self._wake: asyncio.Future[None] | None = None  # likewise
        self.ended: Ended | None = None

    async def take(self, seconds: float, teller: Teller | None = None) -> Sequence[ShownEvent]:
        """All waiting events, or the first to come within `seconds`; empty if none came or it has ended.

        The teller may send what comes meanwhile; then nobody is woken for it.
        """
        if not self._events and self.ended is None:
            await self._wait(seconds, teller)
        events, self._events = self._events, []
        return events

    def offer(self, news: News) -> None:
        """Tells the news or keeps them; ends the subscription if too many events wait."""
        if self.ended is not None:
            return
        if len(self._events) + len(news.events) > BACKLOG:
            DROPPED.inc()
            self.end(Ended.DROPPED)
        elif not (self._is_idle and self._teller and self._teller.tell(news)):
            self._events += news.events
            self._wake_up()

    def beat(self) -> None:
        """Shows the client of an idle stream that it is alive."""
        if self._is_idle and self._teller:
            self._teller.beat()

    def end(self, reason: Ended) -> None:
        """Ends it and wakes the watcher."""
        if self.ended is None:
            self.ended = reason
            self._events = []
            self._wake_up()

    @property
    def _is_idle(self) -> bool:
        return not self._events and self.ended is None

    async def _wait(self, seconds: float, teller: Teller | None) -> None:
        self._teller, self._wake = teller, asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await self._wake
        except TimeoutError:
            pass
        finally:
            self._teller = self._wake = None

    def _wake_up(self) -> None:
        if self._wake and not self._wake.done():
            self._wake.set_result(None)
