"""How much one user may do at once, without any effect on the others."""

import asyncio
from uuid import UUID, uuid4

import pytest
from lodestone.errors import RateLimited
from lodestone_gateway.limits import WATCH_RETRY_SECONDS, WatchLimiter

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
