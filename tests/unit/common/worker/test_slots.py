"""The places of a process, shared by its job types."""

import asyncio

from lodestone.worker.slots import Places, Slots


async def test_one_type_gets_all_places() -> None:
    assert await Slots(32).take(is_idle=False) == Places(32, are_kept=True)
    assert await Slots(32).take(is_idle=True) == Places(32, are_kept=True)


async def test_an_idle_type_leaves_all_places_to_the_others() -> None:
    slots = Slots(32, sharers=2)

    assert await slots.take(is_idle=True) == Places(1, are_kept=False)
    assert await slots.take(is_idle=False) == Places(16, are_kept=True)


async def test_a_busy_type_has_all_places_while_the_others_wait_for_jobs() -> None:
    slots = Slots(32, sharers=3)
    running = 0
    for _ in range(2):
        await slots.take(is_idle=True)
    while running < 32:
        number, _ = await slots.take(is_idle=False)
        assert all(slots.enter() for _ in range(number))
        slots.give_back(number)
        running += number

    assert running == 32
    assert not slots.enter()


async def test_a_job_of_an_idle_type_finds_a_slot_that_another_type_keeps_for_jobs_to_come() -> None:
    slots = Slots(2, sharers=2)
    kept = await slots.take(is_idle=False)
    rest = await slots.take(is_idle=False)

    assert (kept.number, rest.number) == (1, 1)
    assert slots.enter()


async def test_a_place_that_is_freed_is_taken_at_once() -> None:
    slots = Slots(1)
    await slots.take(is_idle=False)
    slots.enter()
    slots.give_back(1)
    next_one = asyncio.create_task(slots.take(is_idle=False))
    await asyncio.sleep(0)
    assert not next_one.done()

    slots.leave()

    assert await next_one == Places(1, are_kept=True)


async def test_whoever_waits_longest_has_the_next_place() -> None:
    slots = Slots(1, sharers=2)
    slots.enter()
    first, second = (asyncio.create_task(slots.take(is_idle=False)) for _ in range(2))
    await asyncio.sleep(0)
    slots.leave()
    await first
    again = asyncio.create_task(slots.take(is_idle=False))
    await asyncio.sleep(0)

    slots.give_back(1)  # nothing came

    assert await asyncio.wait_for(second, 5) == Places(1, are_kept=True)
    assert not again.done()
    again.cancel()


async def test_the_end_ends_the_wait() -> None:
    slots = Slots(1)
    await slots.take(is_idle=False)
    waiting = asyncio.create_task(slots.take(is_idle=False))
    await asyncio.sleep(0)
    slots.close()

    assert (await asyncio.wait_for(waiting, 5)).number == 0
    slots.give_back(1)
    assert (await slots.take(is_idle=False)).number == 0
