"""Where one user watches: few places ask nobody, and many count at all processes together."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lodestone.errors import RateLimited
from lodestone_gateway.rates import watching
from lodestone_gateway.rates.watching import TELL_AGAIN_SECONDS, WATCH_RETRY_SECONDS, WatchLimiter
from support.rates import Clock, PlacesInMemory

ALICE, BOB = uuid4(), uuid4()


class Process:
    """A gateway process, and the streams that users have open at it."""

    def __init__(self, name: str, shared: PlacesInMemory, *, alone: int, most: int = 1_000) -> None:
        self._shared = shared
        self._name = name
        self.is_away = False
        self.watches = WatchLimiter(most, alone, self._ask)
        self._streams: list[AsyncExitStack] = []

    async def open(self, times: int = 1, user_id: UUID = ALICE) -> int:
        """How many of so many streams are admitted."""
        before = len(self._streams)
        for _ in range(times):
            stream = AsyncExitStack()
            try:
                await stream.enter_async_context(self.watches.place(user_id))
            except RateLimited:
                continue
            self._streams.append(stream)
        return len(self._streams) - before

    async def open_at_once(self, times: int) -> int:
        """The same for streams that are asked for at the same moment."""
        before = len(self._streams)
        await asyncio.gather(*(self.open() for _ in range(times)))
        return len(self._streams) - before

    async def close(self, times: int = 1) -> None:
        """Ends the oldest streams."""
        for _ in range(min(times, len(self._streams))):
            await self._streams.pop(0).aclose()

    @property
    def count(self) -> int:
        """How many streams are open."""
        return len(self._streams)

    async def tell(self) -> None:
        """What happens once a second."""
        await self.watches.tell(self._shared.of(self._name))

    async def _ask(self) -> None:
        await asyncio.sleep(0)  # others ask meanwhile
        if self.is_away:
            self.watches.forget_others()
        else:
            await self.tell()


async def test_a_user_watches_in_so_many_places_and_the_others_have_theirs() -> None:
    watches = WatchLimiter(2, 2)

    async with watches.place(ALICE), watches.place(ALICE):
        with pytest.raises(RateLimited, match="already watch in 2 places, and the limit is 2") as refused:
            await AsyncExitStack().enter_async_context(watches.place(ALICE))
        async with watches.place(BOB), watches.place(BOB):
            pass

    told = {"cap": "streams", "limit": 2, "used": 2, "resetsAt": None}
    assert refused.value.members == told | {"retryAfterSeconds": WATCH_RETRY_SECONDS}


async def test_a_place_is_free_after_its_block_however_that_ends() -> None:
    watches = WatchLimiter(1, 1)

    for _ in range(3):
        with pytest.raises(ConnectionError):
            async with watches.place(ALICE):
                raise ConnectionError


async def test_few_places_ask_nobody_and_are_not_told() -> None:
    shared = PlacesInMemory(cap=50)
    process = Process("one", shared, alone=5)

    assert await process.open(5) == 5
    assert await process.open(5, BOB) == 5
    await process.tell()

    assert shared.statements == []


async def test_who_wants_more_asks_each_time_and_others_hear_of_all_places() -> None:
    shared = PlacesInMemory(cap=50)
    process = Process("one", shared, alone=5)

    assert await process.open(7) == 7

    assert shared.statements == [{ALICE: 6}, {ALICE: 7}]


async def test_places_at_all_processes_count_for_the_cap_of_the_plan() -> None:
    shared = PlacesInMemory(cap=20)
    one, other = Process("one", shared, alone=2), Process("other", shared, alone=2)

    assert await one.open(15) == 15
    assert await other.open(15) == 5
    assert await one.open() == 0
    await one.tell()

    with pytest.raises(RateLimited, match="already watch in 20 places, and the limit is 20") as refused:
        await AsyncExitStack().enter_async_context(other.watches.place(ALICE))
    assert refused.value.members["used"] == 20


async def test_a_refusal_takes_no_place_and_an_ended_stream_makes_room_elsewhere() -> None:
    shared = PlacesInMemory(cap=4)
    one, other = Process("one", shared, alone=0), Process("other", shared, alone=0)
    assert (await one.open(9), await other.open(9)) == (4, 0)

    await one.close(3)
    await one.tell()

    assert await other.open(9) == 3


async def test_streams_that_are_asked_for_at_once_fill_the_cap_and_do_not_exceed_it() -> None:
    shared = PlacesInMemory(cap=10)
    process = Process("one", shared, alone=1)

    assert await process.open_at_once(50) == 10


async def test_a_burst_at_two_processes_at_once_exceeds_nothing_but_what_each_admits_alone() -> None:
    shared = PlacesInMemory(cap=20)
    one, other = Process("one", shared, alone=2), Process("other", shared, alone=2)

    await asyncio.gather(one.open_at_once(50), other.open_at_once(50))

    assert one.count + other.count <= 20 + 2 * 2


async def test_a_plan_without_a_cap_is_bounded_by_the_process_alone() -> None:
    shared = PlacesInMemory(cap=None)
    one, other = (Process(name, shared, alone=1, most=6) for name in ("one", "other"))

    assert (await one.open(9), await other.open(9)) == (6, 6)


async def test_a_cap_that_falls_below_what_is_open_ends_nothing_and_refuses_more() -> None:
    shared = PlacesInMemory(cap=9)
    process = Process("one", shared, alone=0)
    assert await process.open(5) == 5

    shared.cap = 3

    assert (await process.open(), process.count) == (0, 5)
    await process.close(3)
    assert await process.open(2) == 1


async def test_while_the_others_cannot_be_asked_each_process_goes_on_alone() -> None:
    shared = PlacesInMemory(cap=6)
    one, other = (Process(name, shared, alone=0, most=8) for name in ("one", "other"))
    assert await one.open(6) == 6
    assert await other.open() == 0

    other.is_away = True

    assert await other.open(9) == 8, "what was heard before counts no more"


async def test_what_was_told_is_repeated_and_then_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, watching)
    shared = PlacesInMemory(cap=9)
    process = Process("one", shared, alone=1)
    await process.open(3)
    shared.statements.clear()

    await process.tell()
    assert shared.statements == []
    clock.now += TELL_AGAIN_SECONDS
    await process.tell()
    assert shared.statements == [{ALICE: 3}]
    await process.close(2)
    await process.tell()
    assert shared.statements[1:] == [{ALICE: 0}]
    clock.now += TELL_AGAIN_SECONDS
    await process.tell()
    assert len(shared.statements) == 2


Step = tuple[int, int, int]  # process, streams that it opens, streams that it ends then
STEPS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 12), st.integers(0, 12)), max_size=20)


@given(cap=st.integers(0, 40), steps=STEPS)
def test_together_they_admit_the_cap_and_what_each_admits_alone(cap: int, steps: Sequence[Step]) -> None:
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(keep_together(cap, steps))


async def keep_together(cap: int, steps: Sequence[Step]) -> None:
    alone, shared = cap // 10, PlacesInMemory(cap)
    processes = [Process(str(number), shared, alone=alone) for number in range(3)]
    for number, opened, ended in steps:
        await processes[number].open_at_once(opened)
        total = sum(process.count for process in processes)
        assert total <= cap + (len(processes) - 1) * alone
        await processes[number].close(ended)
        await processes[number].tell()
    for process in processes:
        await process.close(process.count)
        await process.tell()
    assert await processes[0].open(cap) == cap, "nothing is left of what has ended"
