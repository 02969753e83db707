"""An open stream: it begins before its headers, and tells every event once and in order."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lodestone.errors import RateLimited, Unavailable
from lodestone_gateway.api.stream import CLOSING, COME_BACK, Source, Stored, Stream
from lodestone_gateway.auth import CurrentUser
from lodestone_gateway.live.subscription import (
    POSITION,
    SEQ,
    WHEN_LOST,
    WRITE_NOW,
    Ended,
    News,
    Subscription,
)
from lodestone_gateway.rates.watching import WatchLimiter
from lodestone_gateway.store.queries import ShownEvent
from lodestone_gateway.turns import Turns
from sqlalchemy.exc import OperationalError
from starlette.types import Message
from support.waiting import eventually

JOB = UUID("0199aa00-0000-7000-8000-000000000001")
USER = UUID("0199aa00-0000-7000-8000-000000000002")
SCOPE = {"type": "http", "asgi": {"spec_version": "2.3"}}


def event(seq: int, name: str = "progress") -> ShownEvent:
    return ShownEvent(seq * 10, JOB, USER, seq, name, datetime(2026, 5, 4, tzinfo=UTC), "{}", None)


class Watched:
    """A job, or a feed, with one place to watch it; `happened` is what its stream did, in order."""

    def __init__(self, stored: Sequence[ShownEvent] = (), *, is_of_one_job: bool = True) -> None:
        self.stored = list(stored)
        self.stored_meanwhile: list[ShownEvent] = []  # once the stream has begun
        self.live = Subscription()
        self.happened: list[str] = []
        self.statuses: list[int] = []
        self.is_away = self.is_unheard = False
        self.places = WatchLimiter(1, 1)
        self.takes_at_once: list[bool] = []  # what the connection says to each attempt; then it takes all
        self.leave: Callable[[], object] = lambda: None  # as its client does
        self.cursor = SEQ if is_of_one_job else POSITION
        self._is_of_one_job = is_of_one_job

    async def stream(
        self, after: int | None = 0, *, until: float | None = None, closes_after: int = 0
    ) -> list[bytes]:
        """The chunks until the end; the process stops after so many of them."""
        chunks: list[bytes] = []

        async def receive() -> Message:
            raise AssertionError("nothing is read")

        def write_now(body: bytes) -> bool:
            if takes_it := self.takes_at_once.pop(0) if self.takes_at_once else True:
                chunks.append(body)
            return takes_it

        async def send(message: Message) -> None:
            self.happened.append(message["type"])
            if "status" in message:
                self.statuses.append(message["status"])
            if message.get("body"):
                chunks.append(message["body"])
            if len(chunks) == closes_after > 0:
                self.live.end(Ended.CLOSING)

        source = Source(self._watch, self._begin, self._read, self.cursor, self._is_of_one_job)
        with await Turns(1000).take(USER) as turn:
            stream = Stream(source, after, CurrentUser(USER, until=until), self.places, turn)
            extensions = {WRITE_NOW: write_now, WHEN_LOST: self._hear_of_loss}
            await stream({**SCOPE, "extensions": extensions}, receive, send)
        return chunks

    def _hear_of_loss(self, callback: Callable[[], object]) -> None:
        self.leave = callback

    def offer(self, *events: ShownEvent) -> None:
        self.live.offer(News(events, self.cursor))

    @contextmanager
    def _watch(self) -> Iterator[Subscription]:
        self.happened.append("watches")
        yield self.live

    async def _begin(self, after: int | None) -> Stored:
        self.happened.append("begins")
        if self.is_unheard:
            raise Unavailable
        events = [] if after is None else await self._read(after)
        end = self.cursor(self.stored[-1]) if self.stored else 0
        is_over = self._is_of_one_job and bool(self.stored) and self.stored[-1].is_terminal
        self.stored += self.stored_meanwhile
        return Stored(events, end, is_over)

    async def _read(self, after: int) -> list[ShownEvent]:
        if self.is_away:
            raise OperationalError("SELECT 1", None, Exception("the server is gone"))
        return [each for each in self.stored if self.cursor(each) > after]


def ids(chunks: list[bytes]) -> list[int]:
    lines = b"".join(chunks).decode().splitlines()
    return [int(line.removeprefix("id: ")) for line in lines if line.startswith("id: ")]


async def test_it_watches_then_begins_and_only_then_sends_its_headers() -> None:
    job = Watched([event(1, "failed")])

    await job.stream()

    assert job.happened[:3] == ["watches", "begins", "http.response.start"]


@given(data=st.data())
async def test_every_event_is_told_once_and_in_order(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 12), "events of the job")
    began = data.draw(st.integers(0, count), "of them stored when the stream begins")
    after = data.draw(st.integers(0, count + 2), "the last that the caller has")
    live = data.draw(st.integers(0, count - 1), "not told live: the first so many")
    events = [*map(event, range(1, count)), event(count, "completed")]
    job = Watched(events[:began])
    job.stored_meanwhile = events[began:]
    for each in events[live:]:
        job.offer(each)

    told = ids(await job.stream(after))

    assert told == list(range(min(after, began) + 1, count + 1))


@given(data=st.data())
async def test_a_waiting_stream_tells_the_same_whatever_its_connection_takes_at_once(
    data: st.DataObject,
) -> None:
    groups = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=6), "events that come together")
    lost = data.draw(st.integers(0, len(groups)), "the group that is only stored")
    job, last = Watched(), sum(groups)
    job.takes_at_once = data.draw(st.lists(st.booleans(), max_size=9), "taken at once")
    telling = asyncio.create_task(job.stream())

    for nth, count in enumerate(groups):
        await pass_turns(data.draw(st.integers(0, 20), "turns until they come"))
        first = sum(groups[:nth]) + 1
        events = [
            event(seq, "completed" if seq == last else "progress") for seq in range(first, first + count)
        ]
        job.stored += events
        if nth != lost or nth == len(groups) - 1:
            job.offer(*events)

    assert ids(await telling) == list(range(1, last + 1))


async def test_an_event_between_two_that_waited_is_told_too() -> None:
    job = Watched()
    job.takes_at_once = [False]
    telling = asyncio.create_task(job.stream())
    await pass_turns(20)

    job.stored += [event(1), event(2), event(3, "completed")]
    job.offer(event(1))
    job.offer(event(3, "completed"))

    assert ids(await telling) == [1, 2, 3]


async def pass_turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_a_waiting_feed_goes_on_over_holes_and_ends_of_jobs() -> None:
    feed = Watched(is_of_one_job=False)
    telling = asyncio.create_task(feed.stream(None))
    await pass_turns(20)

    for each in (event(2), event(2), event(3, "completed"), event(7)):
        feed.offer(each)
    feed.live.beat()
    feed.live.end(Ended.CLOSING)

    chunks = await telling
    assert ids(chunks) == [20, 30, 70]
    assert chunks[-1] == CLOSING


async def test_an_idle_stream_shows_that_it_is_alive_between_its_events() -> None:
    job = Watched()
    telling = asyncio.create_task(job.stream())
    await pass_turns(20)
    job.live.beat()
    job.offer(event(1))
    job.live.beat()
    job.offer(event(2, "completed"))

    assert [b"beat" in chunk for chunk in await telling] == [True, False, True, False]


@pytest.mark.parametrize(
    ("after", "told"), [(None, [30, 70]), (0, [10, 20, 30, 70]), (10, [20, 30, 70]), (999, [30, 70])]
)
async def test_a_feed_goes_on_after_the_end_of_a_job_and_over_holes(
    after: int | None, told: list[int]
) -> None:
    feed = Watched([event(1), event(2)], is_of_one_job=False)
    for each in (event(2), event(3, "completed"), event(7)):
        feed.offer(each)
    stored = 1 if after in (0, 10) else 0

    assert ids(await feed.stream(after, closes_after=stored + 1)) == told


@pytest.mark.parametrize(
    ("reason", "goodbye"), [(Ended.CLOSING, CLOSING), (Ended.DROPPED, COME_BACK)], ids=["closing", "dropped"]
)
async def test_the_last_frame_says_how_to_come_back(reason: Ended, goodbye: bytes) -> None:
    job = Watched([event(1)])
    job.live.end(reason)

    chunks = await job.stream()

    assert ids(chunks) == [1]
    assert chunks[-1] == goodbye


async def test_a_stream_ends_without_a_word_when_its_client_has_gone() -> None:
    job = Watched([event(1)])
    streaming = asyncio.create_task(job.stream(1))
    await eventually(lambda: "http.response.start" in job.happened)

    job.leave()

    assert await streaming == []
    async with job.places.place(USER):
        pass  # its place is free


async def test_news_that_were_read_as_history_are_told_once_and_without_waking_the_stream() -> None:
    job = Watched([event(1), event(2)])
    streaming = asyncio.create_task(job.stream(0))
    await eventually(lambda: job.happened.count("http.response.body") == 1)

    job.offer(event(1), event(2), event(3), event(4, "completed"))

    assert ids(await streaming) == [1, 2, 3, 4]
    assert job.happened.count("http.response.body") == 2  # the history, and the end of the answer


async def test_an_expired_token_gets_no_more_events() -> None:
    job = Watched()
    job.offer(event(1))

    assert await job.stream(until=1.0) == [CLOSING]


async def test_a_job_that_cannot_be_read_has_no_stream() -> None:
    job = Watched([event(1)])
    job.is_away = True

    with pytest.raises(OperationalError):
        await job.stream()


async def test_without_the_hub_the_caller_is_told_to_come_back() -> None:
    feed = Watched(is_of_one_job=False)
    feed.is_unheard = True

    assert await feed.stream(None) == [COME_BACK]


@pytest.mark.parametrize("is_of_one_job", [True, False], ids=["later", "when it begins"])
async def test_without_the_database_the_caller_is_told_to_come_back(is_of_one_job: bool) -> None:
    watched = Watched([event(1)], is_of_one_job=is_of_one_job)
    watched.is_away = True
    watched.offer(event(3))  # what came before it is in the database alone

    assert await watched.stream(None if is_of_one_job else 0) == [COME_BACK]


@pytest.mark.parametrize("places", [0, 1])
async def test_nothing_is_told_to_a_caller_who_has_the_end(places: int) -> None:
    job = Watched([event(1), event(2, "failed")])
    job.places = WatchLimiter(places, places)

    assert await job.stream(2) == []
    assert job.statuses == [204]


async def test_a_stream_too_many_is_refused_and_the_place_is_free_afterwards() -> None:
    job = Watched([event(1, "failed")])

    async with job.places.place(USER):
        with pytest.raises(RateLimited):
            await job.stream()
    assert job.statuses == []

    assert ids(await job.stream()) == [1]
    assert ids(await job.stream()) == [1]
