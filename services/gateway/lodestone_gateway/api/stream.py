"""Server-sent events: stored events after the cursor, then live ones, in one order without a gap."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

import structlog
from fastapi.sse import format_sse_event
from lodestone.errors import Unavailable
from lodestone.tracing import leaf
from opentelemetry.trace import SpanKind
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from lodestone_gateway.auth import CurrentUser
from lodestone_gateway.live.subscription import WHEN_LOST, WRITE_NOW, Cursor, Ended, News, Subscription
from lodestone_gateway.problems import DATABASE_AWAY
from lodestone_gateway.rates.watching import WatchLimiter
from lodestone_gateway.store.queries import ShownEvent
from lodestone_gateway.turns import Turn

# Proxies must neither buffer nor compress frames: both delay events.
HEADERS = [
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"content-type", b"text/event-stream; charset=utf-8"),
]
HEARTBEAT = b": beat\n\n"
COME_BACK = format_sse_event(retry=1000)  # milliseconds
CLOSING = COME_BACK + format_sse_event(event="closing", data_str="{}")  # no id: it is not an event of a job

WriteNow = Callable[[bytes], bool]

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Stored:
    """What is stored when a stream begins: the first events after its cursor, and the newest cursor."""

    events: Sequence[ShownEvent]
    end: int
    is_over: bool = False  # nothing more will ever follow


@dataclass(frozen=True)
class Source:
    """Where a stream's events come from and how they are counted."""

    watch: Callable[[], AbstractContextManager[Subscription]]
    begin: Callable[[int | None], Awaitable[Stored]]  # None: without events
    read: Callable[[int], Awaitable[Sequence[ShownEvent]]]  # stored events after a cursor, or a page of them
    cursor: Cursor
    is_of_one_job: bool  # its cursors have no holes, and its terminal event ends the stream


class Stream(Response):
    """An open stream from the event after `after`; None starts with new events.

    It occupies one of its user's places until its end; the caller's turn ends once it has begun.
    """

    def __init__(
        self, source: Source, after: int | None, caller: CurrentUser, watches: WatchLimiter, turn: Turn
    ) -> None:
        super().__init__()
        self._source = source
        self._after = after
        self._caller = caller
        self._watches = watches
        self._turn = turn

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Begins, then sends the headers: whoever has them misses no later event.

        204 if nothing can follow: after it a browser stops asking. Raises NotFound if the caller has no such
        job, RateLimited if the caller has reached the limit of open streams.
        """
        with self._source.watch() as subscription:
            # Subscribed first: what is committed while we read is stored, or delivered live, or both.
            frames = await self._begin(subscription, scope["extensions"][WRITE_NOW])
            if frames is None:
                await Response(status_code=204)(scope, receive, send)
                return
            async with self._watches.place(self._caller.id):
                self._turn.give_up()
                scope["extensions"][WHEN_LOST](partial(subscription.end, Ended.LEFT))
                await _send_all(frames, send)

    async def _begin(self, subscription: Subscription, write_now: WriteNow) -> AsyncIterator[bytes] | None:
        try:
            stored = await self._source.begin(self._after)
        except (*DATABASE_AWAY, Unavailable) as error:
            if self._source.is_of_one_job:
                raise
            return _broken(error)
        if stored.is_over and self._after is not None and self._after >= stored.end:
            return None
        sent = stored.end if self._after is None else min(self._after, stored.end)
        return _Frames(self._source, subscription, self._caller, write_now, sent).all(stored)


async def _send_all(frames: AsyncIterator[bytes], send: Send) -> None:
    """The framework's own answer would have two tasks more, to notice a client that has gone."""
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    async for frame in frames:
        await send({"type": "http.response.body", "body": frame, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _broken(error: Exception) -> AsyncIterator[bytes]:
    log.warning("stream_broken", error=type(error).__name__)
    yield COME_BACK


class _Frames:
    """The frames of one stream, and how far it has come.

    While the stream waits, what follows without a gap is written past it and the layers of the app; what the
    connection does not take then, and everything else, comes from the stream itself.
    """

    def __init__(
        self,
        source: Source,
        subscription: Subscription,
        caller: CurrentUser,
        write_now: WriteNow,
        sent: int,
    ) -> None:
        self._source = source
        self._subscription = subscription
        self._caller = caller
        self._write_now = write_now
        self._sent = sent

    async def all(self, stored: Stored) -> AsyncIterator[bytes]:
        """The frames that the stream itself sends, until its end."""
        try:
            async for events in self._events(stored):
                yield b"".join(self._frame(event) for event in events)
                self._sent = self._source.cursor(events[-1])
                if self._is_last(events[-1]):
                    return
                if self._caller.seconds_left <= 0:
                    break
            if goodbye := self._goodbye():
                yield goodbye
        except DATABASE_AWAY as error:
            async for frame in _broken(error):
                yield frame

    def tell(self, news: News) -> bool:
        """Writes the news at once; False if there is a gap, or the client is behind or may see no more."""
        if news.last <= self._sent:
            return True
        news = news.after(self._sent)
        is_next = self._are_next(news.events) if self._source.is_of_one_job else news.first > self._sent
        if not is_next or self._caller.seconds_left <= 0 or not self._write_now(news.frames):
            return False
        for event in news.events:
            _trace(event)
        self._sent = news.last
        if self._is_last(news.events[-1]):
            self._subscription.end(Ended.OVER)
        return True

    def beat(self) -> None:
        """Writes a comment; a client that is behind has enough to read."""
        self._write_now(HEARTBEAT)

    async def _events(self, stored: Stored) -> AsyncIterator[Sequence[ShownEvent]]:
        """Stored events, then live ones, as many as there are at a time.

        Ends with the subscription, and with the caller's token: an expired token gets no more events.
        """
        events = stored.events
        while events:
            yield events
            events = await self._source.read(self._sent) if self._sent < stored.end else []
        while self._subscription.ended is None and not stored.is_over:
            news = await self._subscription.take(max(0.0, self._caller.seconds_left), self)
            if self._caller.seconds_left <= 0:
                return
            if fresh := await self._without_gap(news):
                yield fresh

    async def _without_gap(self, news: Sequence[ShownEvent]) -> Sequence[ShownEvent]:
        fresh = [event for event in news if self._source.cursor(event) > self._sent]
        if fresh and self._source.is_of_one_job and not self._are_next(fresh):
            return await self._source.read(self._sent)
        return fresh

    def _are_next(self, events: Sequence[ShownEvent]) -> bool:
        """Whether nothing is missing before them or between them; of a job."""
        return self._source.cursor(events[-1]) - self._sent == len(events)

    def _goodbye(self) -> bytes:
        """What to say at an end that is not the job's."""
        if self._subscription.ended is Ended.CLOSING or self._caller.seconds_left <= 0:
            return CLOSING
        return COME_BACK if self._subscription.ended is Ended.DROPPED else b""

    def _is_last(self, event: ShownEvent) -> bool:
        return event.is_terminal and self._source.is_of_one_job

    def _frame(self, event: ShownEvent) -> bytes:
        _trace(event)
        return event.frame(self._source.cursor(event))


def _trace(event: ShownEvent) -> None:
    with leaf(f"send job.{event.event}", SpanKind.PRODUCER, traceparent=event.traceparent):
        pass
