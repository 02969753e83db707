"""The open streams of a process: each gets the events of its job or its user, from now until its end."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from lodestone_gateway.live import hub
from lodestone_gateway.live.hub import Ended, Hub, Subscription
from lodestone_gateway.store.queries import ShownEvent

FIRST, SECOND, ALICE, BOB = (UUID(int=number) for number in range(4))


def event(seq: int, job_id: UUID = FIRST, user_id: UUID = ALICE) -> ShownEvent:
    return ShownEvent(seq, job_id, user_id, seq, "progress", datetime(2026, 5, 4, tzinfo=UTC), {}, None)


async def seqs(subscription: Subscription) -> list[int]:
    return [each.seq for each in await subscription.take(0)]


async def test_events_wait_in_order_until_they_are_taken_once() -> None:
    watching = Subscription()
    watching.offer(event(1))
    watching.offer(event(2))

    assert await seqs(watching) == [1, 2]
    assert await seqs(watching) == []
    watching.offer(event(3))
    assert await seqs(watching) == [3]


async def test_whoever_is_too_slow_is_dropped_and_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "BACKLOG", 2)
    slow, quick = Subscription(), Subscription()

    for seq in range(1, 4):
        slow.offer(event(seq))
        quick.offer(event(seq))
        assert await seqs(quick) == [seq]

    assert (slow.ended, quick.ended) == (Ended.DROPPED, None)
    assert await seqs(slow) == []


async def test_after_its_end_nothing_comes_and_the_first_reason_counts() -> None:
    watching = Subscription()
    watching.offer(event(1))
    watching.end(Ended.CLOSING)
    watching.end(Ended.DROPPED)
    watching.offer(event(2))

    assert watching.ended is Ended.CLOSING
    assert await seqs(watching) == []
    assert await watching.take(3600) == [], "nobody waits for what never comes"


async def test_each_gets_what_belongs_to_it() -> None:
    hub_ = Hub("")
    with (
        hub_.watch_job(FIRST) as first,
        hub_.watch_job(SECOND) as second,
        hub_.watch_user(ALICE) as alice,
        hub_.watch_user(BOB) as bob,
        hub_.watch_job(FIRST) as again,
    ):
        for each in (event(1), event(2, SECOND), event(3, SECOND, BOB)):
            hub_._hand_out(each)

        told = [await seqs(each) for each in (first, second, alice, bob, again)]

    assert told == [[1], [2, 3], [1, 2], [3], [1]]


async def test_whoever_has_left_gets_nothing_and_the_others_go_on() -> None:
    hub_ = Hub("")
    with hub_.watch_job(FIRST) as stays:
        with hub_.watch_job(FIRST) as leaves:
            pass
        hub_._hand_out(event(1))

        assert await seqs(leaves) == []
        assert await seqs(stays) == [1]
    hub_._hand_out(event(2))


async def test_a_process_that_stops_ends_all_and_whoever_comes_later() -> None:
    hub_ = Hub("")
    with hub_.watch_job(FIRST) as job, hub_.watch_user(ALICE) as user:
        hub_.close()
        with hub_.watch_job(SECOND) as late:
            assert {job.ended, user.ended, late.ended} == {Ended.CLOSING}


def test_before_its_first_look_its_position_is_the_beginning() -> None:
    assert Hub("").position == 0
