"""A rate: one user's requests have no effect on another's, and several processes keep it together."""

import asyncio
from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lodestone.errors import RateLimited
from lodestone_gateway.rates.limiter import ALONE, MOST_TOLD, Rate, RateLimiter
from support.rates import Clock, SharedInMemory

ALICE, BOB = uuid4(), uuid4()
JOBS = Rate("jobs", 60, 60, "You may submit 60 per 1 minute")
FEW = Rate("jobs", 2, 60, "You may submit 2 per 1 minute")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


async def admitted(limiter: RateLimiter, times: int, cost: float = 1) -> int:
    """How many of Alice's requests are."""
    count = 0
    for _ in range(times):
        try:
            await limiter.take(ALICE, cost)
        except RateLimited:
            continue
        count += 1
    return count


class Process:
    """A gateway process: its limiter, which tells the others when it asks."""

    def __init__(self, rate: Rate, shared: SharedInMemory) -> None:
        self._shared = shared
        self.asked = 0
        self.limiter = RateLimiter(rate, self._ask)

    async def tell(self) -> None:
        await self.limiter.tell(self._shared.tell)

    async def _ask(self) -> None:
        self.asked += 1
        await self.tell()


async def test_a_full_bucket_is_there_at_once_and_fills_up_steadily(clock: Clock) -> None:
    limiter = RateLimiter(FEW)
    assert await admitted(limiter, 3) == 2

    with pytest.raises(RateLimited, match="You may submit 2 per 1 minute; try again in 30 s") as refused:
        await limiter.take(ALICE)
    assert refused.value.members == {"retryAfterSeconds": 30}

    clock.now += 29.9
    with pytest.raises(RateLimited, match="try again in 1 s"):
        await limiter.take(ALICE)
    clock.now += 0.1
    assert await admitted(limiter, 2) == 1
    clock.now += 600
    assert await admitted(limiter, 3) == 2


async def test_who_asks_for_little_saves_up_nothing(clock: Clock) -> None:
    limiter = RateLimiter(JOBS)
    assert await admitted(limiter, 1) == 1

    clock.now += 59

    assert await admitted(limiter, 200) == 60


async def test_users_have_buckets_of_their_own(clock: Clock) -> None:
    limiter = RateLimiter(FEW)
    assert await admitted(limiter, 3) == 2

    await limiter.take(BOB)


async def test_a_request_takes_what_it_costs_and_at_most_all(clock: Clock) -> None:
    limiter = RateLimiter(JOBS)

    assert await admitted(limiter, 9, cost=20) == 3
    assert limiter.left(ALICE) == (0, 60)
    assert limiter.left(BOB) == (60, 0)
    await limiter.take(BOB, cost=1_000)
    clock.now += 60
    await limiter.take(BOB, cost=1_000)


async def test_what_is_given_back_can_be_taken_again(clock: Clock) -> None:
    limiter = RateLimiter(FEW)
    assert await admitted(limiter, 2) == 2

    limiter.give_back(ALICE)

    assert await admitted(limiter, 2) == 1


async def test_users_who_are_away_are_forgotten(clock: Clock) -> None:
    limiter = RateLimiter(FEW)
    for _ in range(100):
        await limiter.take(uuid4())
    clock.now += 61

    for _ in range(100):
        await limiter.take(uuid4())

    assert len(limiter._buckets) == 100


async def test_users_who_come_all_the_time_do_not_keep_the_others_from_being_forgotten(clock: Clock) -> None:
    limiter = RateLimiter(JOBS)
    busy = [uuid4(), uuid4()]
    for user_id in [*busy, *(uuid4() for _ in range(98))]:
        await limiter.take(user_id)

    for _ in range(100):
        clock.now += 2
        for user_id in busy:
            await limiter.take(user_id)

    assert set(limiter._buckets) == set(busy)


async def test_a_process_decides_alone_far_from_the_limit_and_asks_near_it(clock: Clock) -> None:
    process = Process(JOBS, SharedInMemory(clock))

    assert await admitted(process.limiter, 5) == 5
    assert process.asked == 0
    assert await admitted(process.limiter, 49) == 49
    before = process.asked
    assert await admitted(process.limiter, 6) == 6
    assert process.asked == before + 6


async def test_near_the_limit_the_least_is_told_before_it_is_decided(clock: Clock) -> None:
    shared = SharedInMemory(clock)
    process = Process(Rate("reads", 6_000, 60, "Too many"), shared)
    await process.limiter.take(ALICE, cost=5_995)

    await process.limiter.take(ALICE)

    assert shared.statements[1:] == [{ALICE: pytest.approx(0.01)}]


async def test_a_refusal_that_is_known_asks_nobody(clock: Clock) -> None:
    shared = SharedInMemory(clock)
    process = Process(JOBS, shared)
    await admitted(process.limiter, 60)
    before = len(shared.statements)

    assert await admitted(process.limiter, 1_000) == 0
    assert len(shared.statements) == before


async def test_little_is_not_told_until_it_is_more(clock: Clock) -> None:
    shared = SharedInMemory(clock)
    process = Process(Rate("reads", 6_000, 60, "Too many"), shared)

    assert await admitted(process.limiter, 59) == 59
    await process.tell()
    assert shared.statements == []
    clock.now += 30
    assert await admitted(process.limiter, 1) == 1
    await process.tell()
    assert shared.statements == [{ALICE: pytest.approx(0.6)}]


async def test_what_others_took_counts_once_it_is_heard(clock: Clock) -> None:
    shared = SharedInMemory(clock)
    one, other = Process(JOBS, shared), Process(JOBS, shared)
    assert await admitted(one.limiter, 60) == 60

    assert await admitted(other.limiter, 60) <= ALONE * 60
    assert other.asked == 1


async def test_a_request_that_others_leave_no_room_for_counts_for_nobody(clock: Clock) -> None:
    shared = SharedInMemory(clock)
    one, other = Process(JOBS, shared), Process(JOBS, shared)
    assert await admitted(one.limiter, 60) == 60
    alone = await admitted(other.limiter, 60)

    clock.now += 10
    for process in (one, other):
        await process.tell()

    assert await admitted(other.limiter, 60) == 10 - alone


async def test_what_is_taken_while_others_are_told_counts_too(clock: Clock) -> None:
    shared = SharedInMemory(clock)
    limiter = RateLimiter(JOBS)
    await limiter.take(ALICE)

    async def slowly(rate: Rate, taken: Mapping[UUID, float]) -> dict[UUID, float]:
        await limiter.take(ALICE)
        return await shared.tell(rate, taken)

    await limiter.tell(slowly)

    assert limiter.left(ALICE) == (58, 2)


async def test_nobody_is_forgotten_whom_an_error_has_left_untold(clock: Clock) -> None:
    shared = SharedInMemory(clock)
    limiter = RateLimiter(JOBS)
    await limiter.take(ALICE)

    async def fails(*_: object) -> dict[UUID, float]:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await limiter.tell(fails)
    await limiter.tell(shared.tell)

    assert shared.statements == [{ALICE: pytest.approx(1.0)}]


async def test_what_could_not_be_told_is_told_later(clock: Clock) -> None:
    shared = SharedInMemory(clock)
    limiter = RateLimiter(JOBS)
    await limiter.take(ALICE)

    async def fails(*_: object) -> dict[object, float]:
        await limiter.take(ALICE)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await limiter.tell(fails)  # type: ignore[arg-type]
    await limiter.tell(shared.tell)

    assert shared.statements == [{ALICE: pytest.approx(2.0)}]


async def test_many_users_are_told_in_statements_of_a_bounded_size(clock: Clock) -> None:
    shared = SharedInMemory(clock)
    limiter = RateLimiter(JOBS)
    for _ in range(MOST_TOLD + 1):
        await limiter.take(uuid4())

    await limiter.tell(shared.tell)

    assert [len(each) for each in shared.statements] == [MOST_TOLD, 1]


@pytest.mark.parametrize("processes", [1, 2, 3])
async def test_a_page_that_asks_every_second_in_ten_tabs_is_never_refused(
    clock: Clock, processes: int
) -> None:
    shared = SharedInMemory(clock)
    gateways = [Process(Rate("requests", 6_000, 60, "Too many"), shared) for _ in range(processes)]
    for _ in range(600):
        clock.now += 1
        for tab in range(10):
            await gateways[tab % processes].limiter.take(ALICE, cost=3)
        for gateway in gateways:
            await gateway.tell()


Step = tuple[int, int, float, bool]  # process, requests, seconds after it, whether everybody tells then
STEPS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 30), st.sampled_from([0.0, 0.1, 3.0]), st.booleans()),
    max_size=40,
)


def test_together_they_admit_the_limit_and_at_most_a_tenth_more_for_each(clock: Clock) -> None:
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:

        @settings(max_examples=200, deadline=None)
        @given(amount=st.integers(1, 200), steps=STEPS)
        def check(amount: int, steps: Sequence[Step]) -> None:
            runner.run(keep_together(clock, amount, steps))

        check()


async def keep_together(clock: Clock, amount: int, steps: Sequence[Step]) -> None:
    rate = Rate("jobs", amount, 60, "Too many")
    shared, began, total = SharedInMemory(clock), clock.now, 0
    processes = [Process(rate, shared) for _ in range(4)]
    for process, requests, seconds, do_tell in steps:
        total += await admitted(processes[process].limiter, requests)
        most = amount * (1 + len(processes) * ALONE) + (clock.now - began) * amount / 60
        assert total <= most + 0.1
        clock.now += seconds
        for each in processes if do_tell else ():
            await each.tell()
