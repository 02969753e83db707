"""The places of a process, shared by its job types."""

import asyncio

from lodestone.worker.slots import Slots


async def test_one_type_gets_all_places() -> None:
    assert await Slots(32).take(is_idle=False) == 32
    assert await Slots(32).take(is_idle=True) == 32


async def test_an_idle_type_leaves_all_places_but_one_to_the_others() -> None:
    slots = Slots(32, sharers=2)

    assert await slots.take(is_idle=True) == 1
    assert await slots.take(is_idle=False) == 15


async def test_busy_type_soon_has_all_places_but_one_for_each_that_waits() -> None:
    slots = Slots(32, sharers=3)
    waiting = [await slots.take(is_idle=False), await slots.take(is_idle=False)]  # they find nothing
    busy = 0
    for _ in range(40):
        for number, held in enumerate(waiting):
            slots.give_back(held)
            waiting[number] = await slots.take(is_idle=True)
        busy += await slots.take(is_idle=False) if slots._free else 0

    assert (busy, waiting) == (30, [1, 1])


async def test_a_place_that_is_freed_is_taken_at_once() -> None:
    slots = Slots(1)
    await slots.take(is_idle=False)
    next_one = asyncio.create_task(slots.take(is_idle=False))
    await asyncio.sleep(0)
    assert not next_one.done()

    slots.give_back(1)

    assert await next_one == 1


async def test_the_end_ends_the_wait() -> None:
    slots = Slots(1)
    await slots.take(is_idle=False)
    waiting = asyncio.create_task(slots.take(is_idle=False))
    await asyncio.sleep(0)
    slots.close()

    assert await asyncio.wait_for(waiting, 5) == 0
    slots.give_back(1)
    assert await slots.take(is_idle=False) == 0
