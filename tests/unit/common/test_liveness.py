"""A part that consumes nothing for a minute is wedged; one that rests, or consumes again, is not."""

from collections.abc import Coroutine
from typing import Any

from lodestone import liveness
from lodestone.liveness import Pulse
from simulation.virtual_loop import VirtualLoop
from support.waiting import let_pass


def in_virtual_time(run: Coroutine[Any, Any, None]) -> None:
    loop = VirtualLoop()
    loop.run_until_complete(run)
    loop.close()


def test_after_a_minute_without_a_beat_a_part_is_wedged_until_it_beats() -> None:
    async def run() -> None:
        pulse = Pulse("a part")
        pulse.start()
        for _ in range(2):
            await let_pass(44)
            assert liveness.is_alive()
            await let_pass(20)
            assert not liveness.is_alive()
            pulse.beat()
            assert liveness.is_alive()
        pulse.stop()

    in_virtual_time(run())


def test_a_part_that_beats_or_rests_is_alive_however_long() -> None:
    async def run() -> None:
        beating, resting = Pulse("one"), Pulse("another")
        beating.start()
        resting.start()
        with resting.resting():
            for _ in range(20):
                await let_pass(30)
                beating.beat()
                assert liveness.is_alive()
        beating.stop()
        await let_pass(65)
        assert not liveness.is_alive(), "it rests no more"
        resting.stop()
        assert liveness.is_alive(), "nothing is expected of it"

    in_virtual_time(run())
