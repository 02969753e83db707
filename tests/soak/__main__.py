"""`make soak`: alternates spells with and without the hostile user; exit status 1 on any fault.

python -m soak [minutes beside the hostile user]
"""

import asyncio
import contextlib
import json
import random
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from support.running_system import RunningSystem
from support.uncapped import UNCAPPED
from support.waiting import let_pass

from soak.honest import Experience, work
from soak.people import person
from soak.report import Soak

HONEST = 10
HOSTILE = 66  # also the last part of its address
SPELLS = 5
WARM_UP_SECONDS = 15.0
LOOK_SECONDS = 1.0
PATIENCE_SECONDS = 60.0
OUTSIDE = {"LODESTONE_RATE_LIMIT": "60/minute", "LODESTONE_REQUESTS_PER_SECOND": "25"}  # for one machine
NOBODY = "192.0.2.1"  # no trusted proxy: local addresses are counted like any other


async def soak(system: RunningSystem, seconds: float) -> Soak:
    """Runs equally long with and without the hostile user."""
    system.pace(first_byte_seconds=0.3, duration_seconds=2.0)
    result = Soak()
    await _spell(system, WARM_UP_SECONDS, Experience())
    async with _watched_memory(system, result):
        for _ in range(SPELLS):
            await _spell(system, seconds / SPELLS, result.alone)
            async with _attacked(system, result):
                await _spell(system, seconds / SPELLS, result.beside)
    return result


async def _spell(system: RunningSystem, seconds: float, seen: Experience) -> None:
    is_over = asyncio.Event()
    users = [
        asyncio.create_task(
            work(system.gateway, person(system, number), seen, random.Random(number), is_over)  # noqa: S311
        )
        for number in range(1, HONEST + 1)
    ]
    await let_pass(seconds)
    is_over.set()
    done, stuck = await asyncio.wait(users, timeout=PATIENCE_SECONDS)
    for user in stuck:
        user.cancel()
        seen.troubles.append(f"a job had no end {PATIENCE_SECONDS:g} s after the spell")
    for user in done:
        user.result()


@contextlib.asynccontextmanager
async def _attacked(system: RunningSystem, result: Soak) -> AsyncIterator[None]:
    who = person(system, HOSTILE)
    told = {"gateway": system.gateway, "id": str(who.id), "address": who.address, "token": who.token}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "soak.hostile", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    telling = asyncio.create_task(process.communicate(json.dumps(told).encode()))
    try:
        yield
    finally:
        process.terminate()
        outcomes, _ = await telling
    for act, came_to, count in json.loads(outcomes):
        result.outcomes[act, came_to] += count


@contextlib.asynccontextmanager
async def _watched_memory(system: RunningSystem, result: Soak) -> AsyncIterator[None]:
    watching = asyncio.create_task(_watch_memory(system, result))
    try:
        yield
    finally:
        watching.cancel()


async def _watch_memory(system: RunningSystem, result: Soak) -> None:
    while True:
        for name, pid in system.refresh()["processes"].items():
            with contextlib.suppress(psutil.Error):
                held = psutil.Process(pid).memory_info().rss // 2**20
                result.megabytes[name] = max(held, result.megabytes.get(name, 0))
        await let_pass(LOOK_SECONDS)


def main() -> int:
    """Returns 0 if the hostile user hardly affected the honest ones."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    env = {**OUTSIDE, **UNCAPPED, "LODESTONE_PROXIES": NOBODY}
    with (
        tempfile.TemporaryDirectory() as folder,
        RunningSystem(Path(folder), "--processes", env=env) as system,
    ):
        result = asyncio.run(soak(system, minutes * 60))
    print("\n".join(result.lines()), flush=True)
    return 1 if result.faults() else 0


if __name__ == "__main__":
    sys.exit(main())
