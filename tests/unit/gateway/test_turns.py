"""Turns: a user's requests wait for each other and for no other user's."""

import asyncio
from uuid import uuid4

import pytest
from lodestone.errors import RateLimited
from lodestone_gateway.turns import AT_ONCE, BURST_SECONDS, BYTES_OF_A_REQUEST, PATIENCE_SECONDS, Turns
from support.waiting import eventually

FAST = 1_000_000.0
ALICE, BOB = uuid4(), uuid4()


async def test_more_than_a_few_requests_of_one_user_wait_and_nobody_elses() -> None:
    turns = Turns(FAST)
    held = [await turns.take(ALICE) for _ in range(AT_ONCE)]
    waiting = asyncio.create_task(turns.take(ALICE))

    with await turns.take(BOB):
        assert not waiting.done()
    held[0].give_up()
    assert await waiting


async def test_who_waits_for_news_lets_the_others_on_and_counts_once() -> None:
    turns = Turns(FAST)
    for _ in range(3 * AT_ONCE):
        with await turns.take(ALICE) as turn:
            turn.give_up()
            turn.give_up()
    held = [await turns.take(ALICE) for _ in range(AT_ONCE)]

    waiting = asyncio.create_task(turns.take(ALICE))
    await asyncio.sleep(0)
    assert not waiting.done()
    held[0].give_up()
    await waiting


async def test_a_request_that_is_given_up_while_it_waits_holds_up_none() -> None:
    turns = Turns(FAST)
    held = [await turns.take(ALICE) for _ in range(AT_ONCE)]
    gone, next_one = asyncio.create_task(turns.take(ALICE)), asyncio.create_task(turns.take(ALICE))
    await asyncio.sleep(0)
    gone.cancel()

    held[0].give_up()

    assert await next_one
    assert gone.cancelled()


async def test_a_body_counts_and_who_would_wait_too_long_is_told_for_how_long() -> None:
    turns = Turns(1.0)
    most = int(BURST_SECONDS + PATIENCE_SECONDS)

    with pytest.raises(RateLimited) as refused:
        await turns.take(ALICE, body_bytes=(most + 2) * BYTES_OF_A_REQUEST)

    assert refused.value.members["retryAfterSeconds"] == 3
    with await turns.take(ALICE, body_bytes=BYTES_OF_A_REQUEST):
        pass  # a refused request does not count


async def test_who_is_within_their_pace_is_forgotten() -> None:
    turns = Turns(FAST)
    with await turns.take(ALICE):
        assert turns.lines == 1

    await eventually(lambda: turns.lines == 0)
