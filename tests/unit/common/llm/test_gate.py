"""The gate of one class of models, call by call: who waits and for how long, and what the others are told."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from lodestone.errors import ProviderLimited
from lodestone.llm.amounts import NOTHING, Amount
from lodestone.llm.buckets import Taken
from lodestone.llm.gate import HOLD_SECONDS, LONGEST_SECONDS, Gate
from lodestone.llm.leases import AWAY_SECONDS, LEAST_SHARE, Leases
from support.limited_fleet import CLASS, SlowShelf, virtual_time
from support.waiting import let_pass

LIMIT = Amount(60, 60_000, 60_000)  # a call a second
CALL = Amount(1)
TOLD = {
    f"anthropic-ratelimit-{name}-{what}": "20"
    for name in ("requests", "input-tokens", "output-tokens")
    for what in ("limit", "remaining")
}


class Asked(Leases):
    """Leases that note what they are asked for, in a process that is given a call a second."""

    def __init__(self) -> None:
        self.shelf = SlowShelf()
        self.shelf.seconds = 0.0
        super().__init__(CLASS, LIMIT, self.shelf)
        self.needs: list[Amount] = []

    async def take(self, need: Amount) -> Taken:
        """Notes it."""
        self.needs.append(need)
        return await super().take(need)

    @property
    def rate(self) -> Amount:
        """A call a second."""
        return LIMIT


Time = Callable[[], float]


def run(work: Callable[[Gate, Asked, Time], Coroutine[Any, Any, None]]) -> None:
    """Runs it on virtual time."""

    async def with_gate(time: Time) -> None:
        leases = Asked()
        gate = Gate(CLASS, leases)
        await work(gate, leases, time)
        await gate.close()

    with virtual_time() as loop:
        loop.run_until_complete(with_gate(loop.time))


async def wait_of(gate: Gate) -> float:
    """For how long a call's job is sent away."""
    with pytest.raises(ProviderLimited) as refused:
        await gate.enter(CALL, is_under_way=False)
    assert refused.value.retry_after_seconds is not None
    return refused.value.retry_after_seconds


def test_after_a_refusal_new_calls_are_sent_away_at_once_and_those_under_way_wait() -> None:
    async def work(gate: Gate, leases: Asked, time: Time) -> None:
        gate.on_refused(5.0)

        await wait_of(gate)
        assert time() == 0
        await gate.enter(CALL, is_under_way=True)
        assert 5 <= time() < 7

    run(work)


def test_those_who_are_sent_away_come_again_one_after_the_other() -> None:
    async def work(gate: Gate, leases: Asked, time: Time) -> None:
        gate.on_refused(5.0)

        assert [await wait_of(gate) for _ in range(3)] == pytest.approx([6.0, 7.0, 8.0])

    run(work)


def test_nobody_is_sent_away_for_as_long_as_a_provider_may_say() -> None:
    async def work(gate: Gate, leases: Asked, time: Time) -> None:
        gate.on_refused(86_400.0)

        assert await wait_of(gate) <= 2 * LONGEST_SECONDS

    run(work)


def test_a_limit_counts_once_it_is_told_twice_and_what_is_left_at_once() -> None:
    async def work(gate: Gate, leases: Asked, time: Time) -> None:
        gate.hear(TOLD)
        assert (leases.news.told, leases.news.rest) == (None, Amount(20, 20, 20))

        gate.hear(TOLD)
        assert leases.news.told == Amount(20, 20, 20)

    run(work)


def test_the_others_are_told_of_a_refusal_and_of_the_end_of_an_outage() -> None:
    async def work(gate: Gate, leases: Asked, time: Time) -> None:
        gate.on_refused(4.0)
        gate.on_recovered()

        assert (leases.news.closed_seconds, leases.news.has_recovered) == (4.0, True)
        await let_pass(0.1)
        assert leases.needs == [NOTHING], "at once, whoever waits"

    run(work)


def test_what_was_held_before_the_news_pays_for_nothing() -> None:
    async def work(gate: Gate, leases: Asked, time: Time) -> None:
        gate.hold(CALL * 5)
        gate.on_recovered()

        await gate.enter(CALL, is_under_way=False)

        assert leases.needs[-1] == CALL

    run(work)


@pytest.mark.parametrize(("seconds", "needs"), [(HOLD_SECONDS - 1, []), (HOLD_SECONDS + 1, [CALL])])
def test_what_is_held_is_good_for_a_while(seconds: float, needs: list[Amount]) -> None:
    async def work(gate: Gate, leases: Asked, time: Time) -> None:
        gate.hold(CALL)
        await let_pass(seconds)

        await gate.enter(CALL, is_under_way=False)

        assert leases.needs == needs

    run(work)


def test_a_lease_pays_for_one_turn_and_for_what_is_owed() -> None:
    async def work(gate: Gate, leases: Asked, time: Time) -> None:
        gate.hold(CALL * -3)
        waiting = [asyncio.create_task(gate.enter(CALL, is_under_way=False)) for _ in range(10)]
        await let_pass(0.1)

        assert leases.needs[0] == CALL * 4
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)

    run(work)


def test_a_small_call_does_not_pass_a_large_one_that_waits() -> None:
    async def work(gate: Gate, leases: Asked, time: Time) -> None:
        passed = list[str]()

        async def enter(name: str, cost: Amount) -> None:
            await gate.enter(cost, is_under_way=False)
            passed.append(name)

        leases.shelf.seconds = 0.5  # the lease is asked for meanwhile
        large = asyncio.create_task(enter("large", CALL * 5))
        await let_pass(0.1)
        gate.hold(CALL)  # a call gives back what would pay for the small one
        small = asyncio.create_task(enter("small", CALL))
        await asyncio.wait([large, small])

        assert passed == ["large", "small"]

    run(work)


def test_who_gives_up_in_the_queue_holds_up_nobody() -> None:
    async def work(gate: Gate, leases: Asked, time: Time) -> None:
        await gate.enter(CALL, is_under_way=False)
        first = asyncio.create_task(gate.enter(CALL, is_under_way=False))
        await let_pass(0.1)
        first.cancel()

        await gate.enter(CALL, is_under_way=False)

        assert 1 <= time() < 3

    run(work)


def test_what_was_seen_last_is_not_read_again() -> None:
    async def work(gate: Gate, leases: Asked, time: Time) -> None:
        shelf = SlowShelf()
        own = Leases(CLASS, LIMIT, shelf)
        await own.take(NOTHING)
        before = shelf.asked

        await own.take(NOTHING)

        assert shelf.asked == before + 1, "the write alone"

    run(work)


def test_a_process_that_begins_while_the_shared_limits_are_away_takes_a_twentieth() -> None:
    async def work(gate: Gate, leases: Asked, time: Time) -> None:
        shelf = SlowShelf()
        shelf.is_away = True
        own = Leases(CLASS, LIMIT, shelf)
        await own.take(CALL)

        later = await own.take(CALL)

        assert later.given is None
        assert later.wait_seconds == pytest.approx(1 / LEAST_SHARE, rel=0.01)

    run(work)


def test_each_time_they_are_away_a_process_goes_on_with_what_it_was_given_then() -> None:
    async def work(gate: Gate, leases: Asked, time: Time) -> None:
        shelf = SlowShelf()
        own = Leases(CLASS, LIMIT, shelf)
        shares = []
        for _ in range(2):
            shelf.is_away = True
            await own.take(NOTHING)
            shares.append(own._share or NOTHING)
            shelf.is_away = False
            await let_pass(AWAY_SECONDS)
            for _ in range(30):
                await own.take(CALL)
                await let_pass(1.0)

        assert shares[0].requests == LIMIT.requests * LEAST_SHARE
        assert shares[1].requests > LIMIT.requests / 2

    run(work)
