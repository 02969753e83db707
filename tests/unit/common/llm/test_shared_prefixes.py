"""Processes that share their prefixes, in virtual time: who writes, who waits, and what goes wrong."""

import asyncio
import contextlib
import types
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lodestone.llm import shared_prefixes
from lodestone.llm.prefixes import LONGEST_WAIT_SECONDS, TELL_AGAIN_SECONDS, Prefixes
from lodestone.llm.shared_prefixes import (
    ASK_SECONDS,
    AWAY_SECONDS,
    KEPT_SECONDS,
    LEAD_SECONDS,
    SharedPrefix,
    SharedPrefixes,
    Told,
    told_in,
)
from pydantic import TypeAdapter
from simulation.virtual_loop import VirtualLoop
from support.limited_fleet import SlowShelf
from support.waiting import let_pass

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
NEAR = 0.02  # what the bus may add to a wait


class Refused(Exception):
    """The provider does not answer."""


class Bus(SlowShelf):
    """Keeps the values and tells every process of each change, as far as it gets through."""

    def __init__(self) -> None:
        super().__init__()
        self.is_deaf = False  # changes are not told
        self.listeners: list[Prefixes] = []

    async def write(self, name: str, value: bytes, version: int) -> int | None:
        """See Shelf."""
        written = await super().write(name, value, version)
        if written is not None and not self.is_deaf:
            for each in self.listeners:
                asyncio.get_running_loop().call_later(self.seconds, each.hear, name, value)
        return written


class Fleet:
    """Processes of a service, and a provider that keeps a prefix as soon as a reply has begun."""

    def __init__(self, loop: VirtualLoop, processes: int = 8) -> None:
        self.loop = loop
        self.bus = Bus()
        self.processes = [self.another() for _ in range(processes)]
        self.made: list[float] = []  # when each call was made
        self.writes = 0  # of the prefix to the cache
        self.waited: list[float] = []
        self.kept_from = float("inf")
        self._tasks: list[asyncio.Task[None]] = []

    def another(self) -> Prefixes:
        """A process that has just started."""
        prefixes = Prefixes(SharedPrefixes(self.bus))
        self.bus.listeners.append(prefixes)
        return prefixes

    def call(
        self, process: int = 0, *, begins: float | None = 1.0, ends: float = 1.0, at: float = 0.0
    ) -> asyncio.Task[None]:
        """A call whose reply begins after so many seconds (never if None) and ends so many later."""
        task = self.loop.create_task(self._call(self.processes[process], begins, ends, at))
        self._tasks.append(task)
        return task

    async def _call(self, prefixes: Prefixes, begins: float | None, ends: float, at: float) -> None:
        await let_pass(at)
        asked = self.loop.time()
        async with prefixes.turn("p") as turn:
            self.made.append(self.loop.time())
            self.waited.append(self.loop.time() - asked)
            is_kept = self.kept_from <= self.loop.time()
            assert is_kept or not turn.is_warm
            self.writes += not is_kept
            await let_pass(ends if begins is None else begins)
            if begins is None:
                raise Refused
            self.kept_from = min(self.kept_from, self.loop.time())
            turn.on_begun()
            await let_pass(ends)

    def run(self, until: float | None = None) -> None:
        """Lets all calls end, or time pass."""

        async def wait() -> None:
            if until is None:
                await asyncio.gather(*self._tasks, return_exceptions=True)
            else:
                await let_pass(until - self.loop.time())

        self.loop.run_until_complete(wait())

    def shelve(self, value: bytes) -> None:
        """Puts something on the bus, whoever did it."""
        _, version = self.loop.run_until_complete(self.bus.read("p"))
        assert self.loop.run_until_complete(self.bus.write("p", value, version))

    async def told(self) -> Told:
        """What the processes know of the prefix."""
        value, _ = await self.bus.read("p")
        return told_in(value)

    def tell(self, *, led: float = 0.0, kept: float = 0.0) -> None:
        """The same as another process would tell, with times from now on."""
        now = BEGAN.timestamp() + self.loop.time()
        told = Told("other", led and now + led, kept and now + kept)
        self.shelve(TypeAdapter(Told).dump_json(told))


@contextlib.contextmanager
def virtual_time() -> Iterator[VirtualLoop]:
    loop = VirtualLoop()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shared_prefixes, "time", types.SimpleNamespace(monotonic=loop.time))
        patch.setattr(shared_prefixes, "now", lambda: BEGAN + timedelta(seconds=loop.time()))
        yield loop
    loop.close()


@pytest.fixture
def fleet() -> Iterator[Fleet]:
    with virtual_time() as loop:
        yield Fleet(loop)


def test_fifty_calls_at_once_in_eight_processes_write_once(fleet: Fleet) -> None:
    for number in range(50):
        fleet.call(number % 8, begins=1.0, ends=60.0)

    fleet.run()

    assert fleet.writes == 1
    assert sorted(fleet.made)[1] >= 1.0
    assert max(fleet.made) <= 1.0 + NEAR


def test_a_first_reply_of_nine_seconds_costs_one_more_write(fleet: Fleet) -> None:
    for number in range(50):
        fleet.call(number % 8, begins=9.0)

    fleet.run()

    assert fleet.writes == 2
    assert max(fleet.made) <= 9.0 + NEAR


def test_while_it_is_kept_nobody_asks_the_bus(fleet: Fleet) -> None:
    fleet.call()
    fleet.run()
    asked = fleet.bus.asked

    for number in range(8):
        fleet.call(number)
    fleet.run()

    assert fleet.bus.asked == asked
    assert fleet.waited[1:] == [0.0] * 8


def test_a_call_that_is_alone_asks_twice_and_later_once(fleet: Fleet) -> None:
    fleet.call()
    fleet.run()
    assert (fleet.waited, fleet.bus.asked) == ([2 * fleet.bus.seconds], 3), "read, lead, and then told kept"

    fleet.run(until=KEPT_SECONDS + 10.0)
    fleet.call()
    fleet.run()
    assert fleet.waited[1] == pytest.approx(fleet.bus.seconds)


def test_a_process_that_starts_later_finds_out_by_asking_once(fleet: Fleet) -> None:
    fleet.call()
    fleet.run()
    fleet.processes.append(fleet.another())
    asked = fleet.bus.asked

    fleet.call(8)
    fleet.call(8)
    fleet.run()

    assert (fleet.writes, fleet.bus.asked) == (1, asked + 1)
    assert max(fleet.waited[1:]) == pytest.approx(fleet.bus.seconds)


def test_a_prefix_in_use_is_known_to_be_kept_for_longer(fleet: Fleet) -> None:
    for moment in (0.0, TELL_AGAIN_SECONDS + 10.0):
        fleet.run(until=moment)
        fleet.call()
    fleet.run(until=KEPT_SECONDS + 10.0)
    fleet.processes.append(fleet.another())

    fleet.call(8, begins=600.0)
    fleet.call(8)
    fleet.run()

    assert max(fleet.waited[2:]) < NEAR


def test_when_the_first_call_fails_another_process_goes_on(fleet: Fleet) -> None:
    fleet.call(0, begins=None, ends=2.0)
    for number in range(1, 8):
        fleet.call(number, at=0.1)

    fleet.run()

    assert fleet.writes == 2
    assert sorted(fleet.made)[1] == pytest.approx(2.0, abs=NEAR)
    assert max(fleet.made) == pytest.approx(3.0, abs=NEAR)


def test_when_the_leader_is_cancelled_while_it_asks_another_process_leads_at_once(fleet: Fleet) -> None:
    leader = fleet.call(0)
    fleet.run(until=1.5 * fleet.bus.seconds)
    leader.cancel()
    fleet.run(until=0.5)

    fleet.call(1)
    fleet.run()

    assert fleet.waited == [pytest.approx(2 * fleet.bus.seconds)]


def test_a_lead_that_is_given_back_late_ends_no_newer_one_of_its_process(fleet: Fleet) -> None:
    prefix = SharedPrefix("p", SharedPrefixes(fleet.bus))

    async def work() -> Told:
        assert await prefix.lead() is None
        late = prefix.give_back()
        assert await prefix.lead() is None
        await late
        return await fleet.told()

    assert fleet.loop.run_until_complete(work()).led_seconds > 0


def test_an_overtaken_leader_that_gives_back_does_not_end_the_lead_of_another_process(fleet: Fleet) -> None:
    first, second = (SharedPrefix("p", SharedPrefixes(fleet.bus)) for _ in range(2))

    async def work() -> Told:
        assert await first.lead() is None
        await let_pass(LEAD_SECONDS)
        assert await second.lead() is None
        await first.give_back()
        return await fleet.told()

    assert fleet.loop.run_until_complete(work()).led_seconds > 0


def test_a_leader_that_dies_is_overtaken(fleet: Fleet) -> None:
    fleet.tell(led=LEAD_SECONDS)

    for number in range(8):
        fleet.call(number)
    fleet.run()

    assert fleet.writes == 1
    assert min(fleet.made) == pytest.approx(LEAD_SECONDS, abs=NEAR)


def test_leaders_that_stall_hold_nobody_up_for_ever(fleet: Fleet) -> None:
    for number in range(8):
        fleet.call(number, begins=None, ends=600.0)

    fleet.run()

    assert max(fleet.waited) <= LONGEST_WAIT_SECONDS + NEAR


def test_whoever_never_hears_of_a_change_looks_when_the_lead_is_over(fleet: Fleet) -> None:
    fleet.bus.is_deaf = True
    for number in range(8):
        fleet.call(number)

    fleet.run()

    assert fleet.writes == 1
    assert max(fleet.waited) == pytest.approx(LEAD_SECONDS, abs=NEAR)


def test_without_the_bus_each_process_goes_on_alone(fleet: Fleet) -> None:
    fleet.bus.is_away = True
    for number in range(16):
        fleet.call(number % 8)

    fleet.run()

    assert fleet.writes == 8
    assert max(fleet.made) <= 1.0 + NEAR


def test_a_bus_that_does_not_answer_is_not_waited_for_and_not_asked_again_soon(fleet: Fleet) -> None:
    fleet.bus.seconds = 60.0
    fleet.call(begins=None)
    fleet.run()
    fleet.call(begins=None)
    fleet.run()
    assert fleet.waited == [ASK_SECONDS, 0.0]

    fleet.bus.seconds = 0.001
    fleet.run(until=ASK_SECONDS + AWAY_SECONDS + 1.0)
    fleet.call(0, begins=4.0)
    fleet.call(1, at=0.1)
    fleet.run()

    assert fleet.writes == 3, "together again"


@pytest.mark.parametrize(
    "value", [b"", b"nonsense", b'{"process": 1}', b'{"led_until": 1e999}', b'{"process": "other"}']
)
def test_what_is_no_sense_holds_nobody_up(fleet: Fleet, value: bytes) -> None:
    fleet.shelve(value)

    fleet.call()
    fleet.run()

    assert fleet.waited[0] < NEAR
    assert told_in(value).led_seconds == 0


@pytest.mark.parametrize("ahead", [2 * KEPT_SECONDS, 1e12])
def test_a_time_that_cannot_be_is_not_believed(fleet: Fleet, ahead: float) -> None:
    fleet.tell(led=ahead, kept=ahead)

    for number in range(8):
        fleet.call(number)
    fleet.run()

    assert min(fleet.waited) < NEAR
    assert fleet.writes == 1


def test_a_process_that_lies_all_the_time_holds_a_call_up_for_so_long_at_most(fleet: Fleet) -> None:
    fleet.tell(led=LEAD_SECONDS)
    fleet.call()
    for moment in range(1, 30):
        fleet.run(until=float(moment))
        fleet.tell(led=LEAD_SECONDS)
    fleet.run()

    assert fleet.waited == [pytest.approx(LONGEST_WAIT_SECONDS, abs=NEAR)]


calls = st.lists(
    st.tuples(
        st.integers(0, 3), st.floats(0, 20), st.none() | st.floats(0, 12), st.none() | st.floats(0, 30)
    ),
    max_size=12,
)


@given(calls, st.booleans(), st.booleans())
def test_nobody_waits_for_longer_than_the_bound(
    calls: list[tuple[int, float, float | None, float | None]], is_deaf: bool, is_away: bool
) -> None:
    with virtual_time() as loop:
        fleet = Fleet(loop, processes=4)
        fleet.bus.is_deaf, fleet.bus.is_away = is_deaf, is_away
        for process, at, begins, cancelled in calls:
            task = fleet.call(process, at=at, begins=begins)
            if cancelled is not None:
                loop.call_later(cancelled, task.cancel)
        fleet.run()

    assert all(waited <= LONGEST_WAIT_SECONDS + ASK_SECONDS for waited in fleet.waited)
