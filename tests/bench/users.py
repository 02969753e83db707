"""Many active users: accepting with one, a thousand, five thousand; and the outbox after a flood."""

import time
from pathlib import Path

from support.waiting import let_pass

from bench.cores import CoreClock
from bench.figures import Figures
from bench.load import Post, hurry, one_by_one
from bench.measured_system import MeasuredSystem

CROWDS = (1_000, 5_000)
SUBMITTERS, SINGLE, OUTBOX_SECONDS = 64, 200, 10.0
EVERYBODY_STAYS = {"LODESTONE_RATE_LIMIT": "1000000/hour"}  # in the window of the rate limit
OUTBOX = "SELECT count(*) FROM outbox"


async def users(folder: Path, rounds: int) -> Figures:
    """Each user of the crowd sends one job; before and after that, one user alone sends some."""
    figures = Figures("users")
    with MeasuredSystem(folder, env=EVERYBODY_STAYS) as system:
        one = system.post(system.tokens(1))
        await one_by_one(system.gateway, one, SINGLE)
        for _ in range(rounds):
            await _accept(system, figures, "one active user", one)
        for crowd in CROWDS:
            started = time.monotonic()
            await hurry(system.gateway, system.post(system.tokens(crowd)), crowd, SUBMITTERS)
            figures.add(f"the first jobs of {crowd} users", crowd / (time.monotonic() - started), "/s")
            await system.until_over()
            for _ in range(rounds):
                await _accept(system, figures, f"{crowd} active users", one)
        await let_pass(OUTBOX_SECONDS)
        ((rows,),) = system.rows(OUTBOX)
        assert isinstance(rows, int)
        figures.add(f"rows of the outbox {OUTBOX_SECONDS:g} s after the last end", rows, "rows")
    return figures


async def _accept(system: MeasuredSystem, figures: Figures, told: str, post: Post) -> None:
    clock = CoreClock({"gateway": system.pids["gateway"]})
    figures.spread(f"accept with {told}", await one_by_one(system.gateway, post, SINGLE))
    figures.add(f"gateway with {told}", 1_000 * clock.seconds()["gateway"] / SINGLE, "core-ms")
    await system.until_over()
