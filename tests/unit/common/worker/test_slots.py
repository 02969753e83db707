"""The places of a process, shared by its job types."""

import asyncio

from lodestone.worker.slots import Slots


async def test_one_type_gets_all_places() -> None:
    assert await Slots(32).take(asyncio.Event()) == 32


async def test_busy_type_soon_has_all_places_but_one_for_each_that_waits() -> None:
    slots, stop = Slots(32, sharers=3), asyncio.Event()
    waiting = [await slots.take(stop), await slots.take(stop)]  # they find nothing
    busy = 0
    for _ in range(40):
        for number, held in enumerate(waiting):
            slots.give_back(held)
            waiting[number] = await slots.take(stop)
        busy += await slots.take(stop) if slots._free else 0

    assert (busy, waiting) == (30, [1, 1])


async def test_a_place_that_is_freed_is_taken_at_once() -> None:
    slots, stop = Slots(1), asyncio.Event()
    await slots.take(stop)
    next_one = asyncio.create_task(slots.take(stop))
    await asyncio.sleep(0)
    assert not next_one.done()

    slots.give_back(1)

    assert await next_one == 1


async def test_stop_ends_the_wait() -> None:
    slots, stop = Slots(1), asyncio.Event()
    await slots.take(stop)
    waiting = asyncio.create_task(slots.take(stop))
    stop.set()

    assert await waiting == 0
