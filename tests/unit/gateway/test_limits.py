"""How much one user may do at once or per time, without any effect on the others."""

import asyncio
from uuid import UUID, uuid4

import pytest
from limits import parse
from lodestone.errors import RateLimited
from lodestone.ids import new_id
from lodestone_gateway import limits
from lodestone_gateway.limits import WATCH_RETRY_SECONDS, SubmissionLimiter, WatchLimiter

ALICE, BOB = uuid4(), uuid4()


async def no_cap(_: UUID) -> int | None:
    """A plan that allows any number."""
    return None


async def watch(watches: WatchLimiter, user_id: UUID) -> None:
    async with watches.place(user_id):
        pass


async def watch_and_fail(watches: WatchLimiter) -> None:
    async with watches.place(ALICE):
        raise ConnectionError


async def test_a_user_watches_in_so_many_places_and_the_others_have_theirs() -> None:
    watches = WatchLimiter(2, 0, no_cap)

    async with watches.place(ALICE), watches.place(ALICE):
        with pytest.raises(RateLimited, match="already watch in 2 places, and the limit is 2") as refused:
            await watch(watches, ALICE)
        async with watches.place(BOB), watches.place(BOB):
            pass

    told = {"cap": "streams", "limit": 2, "used": 2, "resetsAt": None}
    assert refused.value.members == told | {"retryAfterSeconds": WATCH_RETRY_SECONDS}


async def test_a_place_is_free_after_its_block_however_that_ends() -> None:
    watches = WatchLimiter(1, 0, no_cap)

    for _ in range(3):
        with pytest.raises(ConnectionError):
            await watch_and_fail(watches)


async def test_the_plan_is_asked_for_only_where_some_plan_allows_no_more() -> None:
    asked: list[UUID] = []

    async def cap_of(user_id: UUID) -> int | None:
        asked.append(user_id)
        return {ALICE: 2, BOB: None}[user_id]

    watches = WatchLimiter(3, 2, cap_of)

    async with watches.place(ALICE), watches.place(ALICE), watches.place(BOB), watches.place(BOB):
        assert asked == []
        with pytest.raises(RateLimited, match="the limit is 2"):
            await watch(watches, ALICE)
        async with watches.place(BOB):
            with pytest.raises(RateLimited, match="the limit is 3"):
                await watch(watches, BOB)


async def test_places_taken_while_the_plan_is_asked_for_count() -> None:
    async def cap_of(_: UUID) -> int | None:
        await asyncio.sleep(0)
        return 1

    watches, stay = WatchLimiter(9, 0, cap_of), asyncio.Event()

    async def hold() -> None:
        async with watches.place(ALICE):
            await stay.wait()

    held = [asyncio.create_task(hold()) for _ in range(5)]
    done, waiting = await asyncio.wait(held, return_when=asyncio.FIRST_EXCEPTION)
    stay.set()
    answers = await asyncio.gather(*held, return_exceptions=True)

    assert len(done | waiting) == 5
    assert [type(answer) for answer in answers].count(RateLimited) == 4


class Clock:
    """Stands in for the module `time`."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(limits, "time", clock)
    return clock


def test_a_window_moves_with_the_user(clock: Clock) -> None:
    limiter, user = SubmissionLimiter(parse("2/minute")), new_id()
    limiter.take(user)
    clock.now += 40
    limiter.take(user)

    with pytest.raises(RateLimited) as refused:
        limiter.take(user)
    assert refused.value.members == {"retryAfterSeconds": 20}

    clock.now += 20
    limiter.take(user)
    assert not limiter.admits(user)


def test_users_have_windows_of_their_own(clock: Clock) -> None:
    limiter, user, other = SubmissionLimiter(parse("1/minute")), new_id(), new_id()
    limiter.take(user)

    assert (limiter.admits(user), limiter.admits(other)) == (False, True)


def test_what_made_no_job_is_given_back(clock: Clock) -> None:
    limiter, user = SubmissionLimiter(parse("1/minute")), new_id()
    limiter.take(user)
    limiter.give_back(user)

    limiter.take(user)
    assert not limiter.admits(user)


def test_users_who_are_away_are_forgotten(clock: Clock) -> None:
    limiter = SubmissionLimiter(parse("1/minute"))
    for _ in range(100):
        limiter.take(new_id())
    clock.now += 60

    for _ in range(100):
        limiter.take(new_id())

    assert len(limiter._windows) == 100
