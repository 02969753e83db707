"""Processes share their rates in the background; a database that does not answer holds nobody up."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import pytest
from lodestone.errors import RateLimited
from lodestone.tasks import end
from lodestone_gateway.rates import sharing
from lodestone_gateway.rates.limiter import Rate, RateLimiter
from lodestone_gateway.rates.sharing import Sharing
from support.rates import Clock, SharedInMemory
from support.waiting import eventually

ALICE = uuid4()
TWO = Rate("jobs", 2, 60, "You may submit 2 per 1 minute")


class Answering(SharedInMemory):
    """Answers when the test lets it, or fails."""

    def __init__(self, clock: Clock, known: Mapping[UUID, float] | None = None) -> None:
        super().__init__(clock, known)
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.is_away = False
        self.tries = 0

    async def tell(self, rate: Rate, taken: Mapping[UUID, float]) -> dict[UUID, float]:
        """Adds what was taken."""
        self.tries += 1
        await self.may_answer.wait()
        if self.is_away:
            raise ConnectionError("the database is away")
        return await super().tell(rate, taken)


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Answering:
    return Answering(Clock(monkeypatch))


@asynccontextmanager
async def process(shared: SharedInMemory, rate: Rate = TWO) -> AsyncIterator[RateLimiter]:
    """The limiter of a process that shares it."""
    shares = Sharing(shared)
    limiter = shares.limiter(rate)
    running = asyncio.create_task(shares.run())
    await shares.began.wait()
    try:
        yield limiter
    finally:
        await end(running)


async def test_two_processes_admit_together_what_one_may(shared: Answering) -> None:
    async with process(shared) as one, process(shared) as other:
        await one.take(ALICE)
        await other.take(ALICE)
        for limiter in (one, other):
            with pytest.raises(RateLimited):
                await limiter.take(ALICE)


async def test_requests_that_ask_at_the_same_moment_share_a_statement(shared: Answering) -> None:
    async with process(shared) as limiter:
        users = [uuid4() for _ in range(20)]
        await asyncio.gather(*(limiter.take(user_id) for user_id in users))

    assert set(shared.statements[0]) == set(users)
    assert len(shared.statements) == 1


async def test_places_are_told_and_heard_of_in_the_same_rounds(shared: Answering) -> None:
    shared.places.cap = 3
    await shared.places.tell("another", {ALICE: 2})
    shares = Sharing(shared)
    watches = shares.watches(9, 0)
    running = asyncio.create_task(shares.run())
    await shares.began.wait()

    async with watches.place(ALICE):
        with pytest.raises(RateLimited, match="already watch in 3 places"):
            async with watches.place(ALICE):
                pass
    await end(running)

    assert shared.places.told_by_others("another", ALICE) == 0, "the last round tells that they have ended"


async def test_a_database_that_is_away_refuses_no_place(
    shared: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "ASK_SECONDS", 0.01)
    monkeypatch.setattr(sharing, "ROUND_SECONDS", 3_600.0)
    shared.places.cap = 1
    shares = Sharing(shared)
    limiter, watches = shares.limiter(TWO), shares.watches(2, 0)
    running = asyncio.create_task(shares.run())
    await shares.began.wait()
    async with watches.place(ALICE):
        shared.may_answer.clear()
        await limiter.take(ALICE)  # has to be told, and that is not answered

        async with watches.place(ALICE):
            with pytest.raises(RateLimited, match="the limit is 2"):
                async with watches.place(ALICE):
                    pass
    shared.may_answer.set()
    await end(running)


async def test_what_was_taken_last_is_told_before_the_end(shared: Answering) -> None:
    async with process(shared, Rate("jobs", 60, 60, "Too many")) as limiter:
        await limiter.take(ALICE)

    assert shared.statements == [{ALICE: pytest.approx(1.0)}]
    assert shared.is_closed


async def test_what_earlier_processes_took_counts_from_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    shared = Answering(clock, {ALICE: 40.0})
    async with process(shared, Rate("jobs", 60, 60, "Too many")) as limiter:
        assert limiter.left(ALICE) == (20, 40)
        await limiter.take(ALICE)  # before anybody is told of it

        assert limiter.left(ALICE) == (19, 41)


async def test_a_slow_database_is_not_waited_for(shared: Answering, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "ASK_SECONDS", 0.01)
    monkeypatch.setattr(sharing, "ROUND_SECONDS", 3_600.0)
    async with process(shared) as limiter:
        shared.may_answer.clear()
        await limiter.take(ALICE)
        await limiter.take(ALICE)
        with pytest.raises(RateLimited):
            await limiter.take(ALICE)  # what the process itself knows still holds
        shared.may_answer.set()
        await eventually(lambda: sum(sum(each.values()) for each in shared.statements) == pytest.approx(60))


async def test_nobody_asks_again_before_the_database_has_answered(
    shared: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "TELL_SECONDS", 1e9)
    monkeypatch.setattr(sharing, "ASK_SECONDS", 3_600.0)  # an answer says that there is none
    async with process(shared, Rate("jobs", 9, 60, "Too many")) as limiter:
        shared.is_away = True
        for _ in range(9):
            await limiter.take(ALICE)
        assert (shared.tries, shared.learnt) == (1, 1)
        shared.is_away = False


async def test_without_a_database_a_process_goes_on_alone_and_tells_it_later(
    shared: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "TELL_SECONDS", 0.01)
    async with process(shared) as one, process(shared) as other:
        shared.is_away = True
        await one.take(ALICE)
        await other.take(ALICE)
        await one.take(ALICE)
        shared.is_away = False
        await eventually(lambda: sum(sum(each.values()) for each in shared.statements) == pytest.approx(90))
        with pytest.raises(RateLimited):
            await other.take(ALICE)
