"""The open streams of a process: each gets the events of its job or its user, from now until its end."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from lodestone_gateway.live.hub import Hub
from lodestone_gateway.live.subscription import Ended, News, Subscription
from lodestone_gateway.store.queries import ShownEvent

FIRST, SECOND, ALICE, BOB = (UUID(int=number) for number in range(4))


def event(seq: int, job_id: UUID = FIRST, user_id: UUID = ALICE) -> ShownEvent:
    return ShownEvent(seq, job_id, user_id, seq, "progress", datetime(2026, 5, 4, tzinfo=UTC), "{}", None)


async def seqs(subscription: Subscription) -> list[int]:
    return [each.seq for each in await subscription.take(0)]


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
            hub_._hand_out([each])

        told = [await seqs(each) for each in (first, second, alice, bob, again)]

    assert told == [[1], [2, 3], [1, 2], [3], [1]]


async def test_whoever_has_left_gets_nothing_and_the_others_go_on() -> None:
    hub_ = Hub("")
    with hub_.watch_job(FIRST) as stays:
        with hub_.watch_job(FIRST) as leaves:
            pass
        hub_._hand_out([event(1)])

        assert await seqs(leaves) == []
        assert await seqs(stays) == [1]
    hub_._hand_out([event(2)])


async def test_a_process_that_stops_ends_all_and_whoever_comes_later() -> None:
    hub_ = Hub("")
    with hub_.watch_job(FIRST) as job, hub_.watch_user(ALICE) as user:
        hub_.close()
        with hub_.watch_job(SECOND) as late:
            assert {job.ended, user.ended, late.ended} == {Ended.CLOSING}


def test_before_its_first_look_its_position_is_the_beginning() -> None:
    assert Hub("").position == 0


async def test_a_client_that_cannot_be_told_keeps_nothing_from_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hub_ = Hub("")
    with hub_.watch_job(FIRST) as broken, hub_.watch_job(FIRST) as other:
        monkeypatch.setattr(broken, "offer", fail)
        hub_._hand_out([event(1)])

        assert broken.ended is Ended.DROPPED
        assert await seqs(other) == [1]


def fail(_: News) -> None:
    raise RuntimeError("no")
