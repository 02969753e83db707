"""Server-sent events: stored events after the cursor, then live ones, in one order without a gap."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import structlog
from fastapi.sse import EventSourceResponse, format_sse_event
from lodestone.tracing import leaf
from opentelemetry.trace import SpanKind
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from lodestone_gateway.auth import CurrentUser
from lodestone_gateway.limits import WatchLimiter
from lodestone_gateway.live.hub import Ended, Subscription
from lodestone_gateway.problems import DATABASE_AWAY
from lodestone_gateway.store.queries import ShownEvent
from lodestone_gateway.turns import Turn

# Proxies must neither buffer nor compress frames: both delay events.
HEADERS = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}
HEARTBEAT_SECONDS = 15.0
HEARTBEAT = b": beat\n\n"
COME_BACK = format_sse_event(retry=1000)  # milliseconds
CLOSING = COME_BACK + format_sse_event(event="closing", data_str="{}")  # no id: it is not an event of a job

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Stored:
    """What is stored when a stream begins: the first events after its cursor, and the newest cursor."""

    events: list[ShownEvent]
    end: int
    is_over: bool = False  # nothing more will ever follow


@dataclass(frozen=True)
class Source:
    """Where a stream's events come from and how they are counted."""

    watch: Callable[[], AbstractContextManager[Subscription]]
    begin: Callable[[int | None], Awaitable[Stored]]  # None: without events
    read: Callable[[int], Awaitable[list[ShownEvent]]]  # the stored events after a cursor, or a page of them
    cursor: Callable[[ShownEvent], int]  # seq or position
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

        Raises RateLimited if the caller has reached the limit of open streams.
        """
        with self._watches.place(self._caller.id), self._source.watch() as subscription:
            # Subscribed first: what is committed while we read is stored, or delivered live, or both.
            frames = await self._begin(subscription)
            self._turn.give_up()
            await EventSourceResponse(frames, headers=HEADERS)(scope, receive, send)

    async def _begin(self, subscription: Subscription) -> AsyncIterator[bytes]:
        try:
            stored = await self._source.begin(self._after)
        except DATABASE_AWAY as error:
            return _broken(error)
        sent = stored.end if self._after is None else min(self._after, stored.end)
        return _frames(self._source, stored, sent, subscription, self._caller)


async def _broken(error: Exception) -> AsyncIterator[bytes]:
    log.warning("stream_broken", error=type(error).__name__)
    yield COME_BACK


async def _frames(
    source: Source, stored: Stored, sent: int, subscription: Subscription, caller: CurrentUser
) -> AsyncIterator[bytes]:
    try:
        async for events in _events(source, stored, sent, subscription, caller):
            yield b"".join(_traced_frame(source, event) for event in events) or HEARTBEAT
            if events and events[-1].is_terminal and source.is_of_one_job:
                return
            if caller.seconds_left <= 0:
                break
        is_refused_now = subscription.ended is Ended.CLOSING or caller.seconds_left <= 0
        if is_refused_now or subscription.ended:
            yield CLOSING if is_refused_now else COME_BACK
    except DATABASE_AWAY as error:
        async for frame in _broken(error):
            yield frame


async def _events(
    source: Source, stored: Stored, sent: int, subscription: Subscription, caller: CurrentUser
) -> AsyncIterator[list[ShownEvent]]:
    """Stored events, then live ones, as many as there are at a time; an empty list when a heartbeat is due.

    Ends with the subscription, and with the caller's token: an expired token gets no more events.
    """
    events = stored.events
    while events:
        yield events
        sent = source.cursor(events[-1])
        events = await source.read(sent) if sent < stored.end else []
    while subscription.ended is None and not stored.is_over:
        news = await subscription.take(min(HEARTBEAT_SECONDS, max(0.0, caller.seconds_left)))
        if caller.seconds_left <= 0:
            return
        if not news and subscription.ended is None:
            yield []
        if fresh := await _without_gap(source, news, sent):
            yield fresh
            sent = source.cursor(fresh[-1])


async def _without_gap(source: Source, news: list[ShownEvent], sent: int) -> list[ShownEvent]:
    fresh = [event for event in news if source.cursor(event) > sent]
    if fresh and source.is_of_one_job and source.cursor(fresh[0]) != sent + 1:
        return await source.read(sent)
    return fresh


def _traced_frame(source: Source, event: ShownEvent) -> bytes:
    with leaf(f"send job.{event.event}", SpanKind.PRODUCER, traceparent=event.traceparent):
        return _frame(source, event)


def _frame(source: Source, event: ShownEvent) -> bytes:
    return b"%bid: %d\n\n" % (event.frame, source.cursor(event))
