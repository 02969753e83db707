"""Who leads and who waits for a prefix, in virtual time."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lodestone.llm import prefixes
from lodestone.llm.prefixes import LONGEST_WAIT_SECONDS, Prefixes
from lodestone.llm.shared_prefixes import KEPT_SECONDS, LEAD_SECONDS
from simulation.virtual_loop import VirtualLoop
from support.waiting import let_pass


class Refused(Exception):
    """The provider does not answer."""


class Bench:
    """Calls through one process's prefixes, and when each was made."""

    def __init__(self) -> None:
        self.loop = VirtualLoop()
        self.prefixes = Prefixes()
        self.made: list[float] = []
        self.tasks: list[asyncio.Task[None]] = []

    def call(self, prefix: str = "p", *, begins: float | None = 1.0, ends: float = 1.0) -> asyncio.Task[None]:
        """A call whose reply begins after so many seconds (never if None) and ends so many later."""
        task = self.loop.create_task(self._call(prefix, begins, ends))
        self.tasks.append(task)
        return task

    async def _call(self, prefix: str, begins: float | None, ends: float) -> None:
        async with self.prefixes.turn(prefix) as turn:
            self.made.append(self.loop.time())
            if begins is None:
                await let_pass(ends)
                raise Refused
            await let_pass(begins)
            turn.on_begun()
            await let_pass(ends)

    def run(self, until: float | None = None) -> list[float]:
        """Lets all calls end, or time pass; returns when each call was made."""

        async def wait() -> None:
            if until is None:
                await asyncio.gather(*self.tasks, return_exceptions=True)
            else:
                await let_pass(until - self.loop.time())

        self.loop.run_until_complete(wait())
        return self.made


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.loop.close()


def test_a_call_that_is_alone_does_not_wait(bench: Bench) -> None:
    bench.call()

    assert bench.run() == [0.0]


def test_fifty_at_once_wait_for_the_first_reply_to_begin_and_not_to_end(bench: Bench) -> None:
    for _ in range(50):
        bench.call(begins=1.0, ends=60.0)

    assert bench.run() == [0.0, *[1.0] * 49]


def test_while_the_prefix_is_kept_nobody_waits(bench: Bench) -> None:
    bench.call()
    bench.run()
    bench.made.clear()
    for _ in range(3):
        bench.call()

    assert bench.run() == [2.0] * 3


def test_each_reply_keeps_it_for_longer(bench: Bench) -> None:
    for moment in (0.0, 0.9 * KEPT_SECONDS, 1.8 * KEPT_SECONDS):
        bench.run(until=moment)
        bench.call()
        bench.call()
    bench.run()

    assert bench.made == [0.0, 1.0, *[0.9 * KEPT_SECONDS] * 2, *[1.8 * KEPT_SECONDS] * 2]


def test_a_prefix_that_nobody_used_for_long_is_led_again(bench: Bench) -> None:
    bench.call()
    bench.run(until=KEPT_SECONDS + 1.0)
    bench.made.clear()
    bench.call()
    bench.call()

    assert bench.run() == [KEPT_SECONDS + 1.0, KEPT_SECONDS + 2.0]


def test_when_the_leader_fails_the_next_one_leads_and_the_rest_go_on_waiting(bench: Bench) -> None:
    bench.call(begins=None, ends=2.0)
    bench.call(begins=None, ends=2.0)
    for _ in range(3):
        bench.call()

    assert bench.run() == [0.0, 2.0, 4.0, 5.0, 5.0]


def test_when_the_leader_is_cancelled_the_next_one_leads(bench: Bench) -> None:
    leader = bench.call(begins=3.0)
    bench.call()
    bench.call()
    bench.run(until=0.5)
    leader.cancel()

    assert bench.run() == [0.0, 0.5, 1.5]


def test_a_leader_that_stalls_is_overtaken_and_nobody_waits_longer_than_the_bound(bench: Bench) -> None:
    for _ in range(5):
        bench.call(begins=None, ends=600.0)

    assert bench.run() == [0.0, LEAD_SECONDS, 2 * LEAD_SECONDS, *[LONGEST_WAIT_SECONDS] * 2]


def test_a_reply_of_a_leader_that_was_overtaken_counts_too(bench: Bench) -> None:
    bench.call(begins=LEAD_SECONDS + 1.0)
    for _ in range(3):
        bench.call(begins=600.0)

    assert bench.run() == [0.0, LEAD_SECONDS, LEAD_SECONDS + 1.0, LEAD_SECONDS + 1.0]


def test_an_overtaken_leader_that_fails_does_not_end_the_lead_of_another(bench: Bench) -> None:
    bench.call(begins=None, ends=LEAD_SECONDS + 1.0)
    for _ in range(3):
        bench.call(begins=3.0)

    assert bench.run() == [0.0, LEAD_SECONDS, LEAD_SECONDS + 3.0, LEAD_SECONDS + 3.0]


def test_a_call_that_is_cancelled_while_it_waits_is_not_made(bench: Bench) -> None:
    bench.call()
    waiting = bench.call()
    bench.call()
    bench.run(until=0.5)
    waiting.cancel()

    assert bench.run() == [0.0, 1.0]


def test_other_prefixes_do_not_wait(bench: Bench) -> None:
    bench.call("p", begins=4.0)
    bench.call("q")

    assert bench.run() == [0.0, 0.0]


def test_only_so_many_are_remembered(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefixes, "MOST_PREFIXES", 2)
    for prefix in ("p", "q", "r"):
        bench.call(prefix)
    bench.run()
    bench.made.clear()
    for prefix in ("r", "r", "p", "p"):
        bench.call(prefix)

    assert bench.run() == [2.0, 2.0, 2.0, 3.0]


calls = st.lists(
    st.tuples(st.floats(0, 20), st.none() | st.floats(0, 12), st.floats(0, 12), st.none() | st.floats(0, 20)),
    max_size=12,
)


@given(calls)
def test_nobody_waits_longer_than_the_bound_nor_for_a_kept_prefix(calls: list[tuple[Any, ...]]) -> None:
    bench = Bench()
    waited: list[tuple[float, float]] = []
    begun: list[float] = []

    async def one(arrives: float, begins: float | None, ends: float) -> None:
        await let_pass(arrives)
        async with bench.prefixes.turn("p") as turn:
            waited.append((arrives, bench.loop.time()))
            await let_pass(ends if begins is None else begins)
            if begins is not None:
                begun.append(bench.loop.time())
                turn.on_begun()

    async def all_of_them() -> None:
        async with asyncio.TaskGroup() as group:
            for arrives, begins, ends, cancelled in calls:
                task = group.create_task(one(arrives, begins, ends))
                if cancelled is not None:
                    bench.loop.call_later(cancelled, task.cancel)

    bench.loop.run_until_complete(all_of_them())
    bench.loop.close()
    for arrived, made in waited:
        assert made - arrived <= LONGEST_WAIT_SECONDS + 1e-6
        if begun and arrived > min(begun) + 1e-6:
            assert made == pytest.approx(arrived)
