"""Concurrency: the first result of several, and no more at once than allowed."""

import asyncio

import pytest
from lodestone.tasks import at_most, first_of, unless


async def test_the_first_ends_the_wait_and_ends_the_other_coroutines() -> None:
    done, never, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def other() -> None:
        try:
            await never.wait()
        finally:
            ended.set()

    asyncio.get_running_loop().call_soon(done.set)
    await first_of(other(), done.wait())

    await asyncio.wait_for(ended.wait(), 5)


async def test_a_task_goes_on_for_it_is_its_owners() -> None:
    over = asyncio.Event()
    task = asyncio.create_task(over.wait())

    await first_of(task, timeout=0)

    assert not task.done()
    over.set()
    assert await task


async def test_what_the_first_raises_is_for_whoever_looks_at_it() -> None:
    async def fail() -> None:
        raise LookupError

    task = asyncio.create_task(fail())

    await first_of(task, asyncio.Event().wait())

    with pytest.raises(LookupError):
        task.result()


async def test_no_more_run_at_once_than_may_and_their_results_are_in_order() -> None:
    running, most = 0, 0

    async def count(number: int) -> int:
        nonlocal running, most
        running, most = running + 1, max(most, running + 1)
        for _ in range(10 - number):
            await asyncio.sleep(0)
        running -= 1
        return number

    assert await at_most(3, map(count, range(10))) == list(range(10))
    assert most == 3


async def test_work_is_cut_off_when_it_is_to_stop() -> None:
    stop, never = asyncio.Event(), asyncio.Event()
    asyncio.get_running_loop().call_soon(stop.set)

    assert await unless(stop, never.wait()) is None
    assert await unless(asyncio.Event(), asyncio.sleep(0, "done")) == "done"
