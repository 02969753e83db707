"""What one watcher is told: while it waits by its teller, and otherwise when it asks."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import pytest
from lodestone_gateway.live import subscription
from lodestone_gateway.live.subscription import SEQ, Ended, News, Subscription
from lodestone_gateway.store.queries import ShownEvent

JOB, USER = UUID(int=0), UUID(int=1)


def news(*seqs: int) -> News:
    time = datetime(2026, 5, 4, tzinfo=UTC)
    return News([ShownEvent(seq, JOB, USER, seq, "progress", time, "{}", None) for seq in seqs], SEQ)


async def seqs(subscription: Subscription) -> list[int]:
    return [each.seq for each in await subscription.take(0)]


class Client:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told: list[int | str] = []
        self.is_behind = False

    def tell(self, news: News) -> bool:
        if not self.is_behind:
            self.told += [event.seq for event in news.events]
        return not self.is_behind

    def beat(self) -> None:
        self.told.append("beat")


async def test_events_wait_in_order_until_they_are_taken_once() -> None:
    watching = Subscription()
    watching.offer(news(1))
    watching.offer(news(2))

    assert await seqs(watching) == [1, 2]
    assert await seqs(watching) == []
    watching.offer(news(3))
    assert await seqs(watching) == [3]


async def test_whoever_is_too_slow_is_dropped_and_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscription, "BACKLOG", 2)
    slow, quick = Subscription(), Subscription()

    for seq in range(1, 4):
        slow.offer(news(seq))
        quick.offer(news(seq))
        assert await seqs(quick) == [seq]

    assert (slow.ended, quick.ended) == (Ended.DROPPED, None)
    assert await seqs(slow) == []


async def test_after_its_end_nothing_comes_and_the_first_reason_counts() -> None:
    watching = Subscription()
    watching.offer(news(1))
    watching.end(Ended.CLOSING)
    watching.end(Ended.DROPPED)
    watching.offer(news(2))

    assert watching.ended is Ended.CLOSING
    assert await seqs(watching) == []
    assert await watching.take(3600) == [], "nobody waits for what never comes"


async def test_a_waiting_watcher_is_told_past_its_queue_until_its_client_is_behind() -> None:
    watching, client = Subscription(), Client()
    taken = asyncio.create_task(watching.take(3600, client))
    await asyncio.sleep(0)

    watching.offer(news(1, 2))
    watching.beat()
    client.is_behind = True
    watching.offer(news(3))
    client.is_behind = False
    watching.offer(news(4))
    watching.beat()

    assert client.told == [1, 2, "beat"]
    assert [event.seq for event in await taken] == [3, 4]


async def test_a_watcher_that_is_busy_is_told_nothing() -> None:
    watching, client = Subscription(), Client()
    taken = asyncio.create_task(watching.take(3600, client))
    await asyncio.sleep(0)
    client.is_behind = True
    watching.offer(news(1))
    await taken
    client.is_behind = False

    watching.offer(news(2))
    watching.beat()

    assert client.told == []
    assert await seqs(watching) == [2]
