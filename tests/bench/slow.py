"""Two thousand slow jobs in one service process: all at once, how long, and what each running one holds."""

import asyncio
import time
from pathlib import Path

from support.samples import example_input
from support.waiting import let_pass

from bench.cores import CoreClock, memory_bytes
from bench.figures import Figures
from bench.load import Post, hurry
from bench.measured_system import MeasuredSystem, job
from bench.peers.processes import MeasuredPeer, installed
from bench.wire import encoded

JOBS, SECONDS, SUBMITTERS = 2_000, 5.0, 64
CALL_SECONDS = 40.0  # the provider's calls take 15 to 60 s
WARM_UP = 100
LONG_SECONDS, LOOK_SECONDS = 60.0, 20.0  # while these sleep, nothing should happen
RUNNING = "SELECT count(*) FROM background_jobs WHERE status = 'processing'"
SLOTS = {"LODESTONE_SLOTS": str(JOBS)}


async def slow(folder: Path, rounds: int) -> Figures:
    """A handler that waits, one that calls the provider, and each peer's handler that waits."""
    figures = Figures("slow")
    with MeasuredSystem(folder, env=SLOTS) as system:
        post = system.post(system.tokens(100), job(seconds=SECONDS))
        await system.flood(system.post(system.tokens(100)), 300, SUBMITTERS)
        peers = [MeasuredPeer(kind, system.running.told["postgres"], folder) for kind in installed()]
        for _ in range(rounds):
            await _makespan(system, figures, "a handler that waits", "noop", post, SECONDS)
            for each in peers:
                await _peer(figures, each)
            await _provider(system, figures, SECONDS)
            await _provider(system, figures, CALL_SECONDS)
        await _asleep(system, figures)
    return figures


async def _makespan(
    system: MeasuredSystem, figures: Figures, told: str, service: str, post: Post, ideal: float
) -> None:
    system.restart(service)
    worker = {service: system.running.pid(service)}
    idle = memory_bytes(worker)[service]
    most, memory = 0, idle
    started = time.monotonic()
    flood = asyncio.create_task(system.flood(post, JOBS, SUBMITTERS))
    while not flood.done():
        await let_pass(0.25)
        ((running,),) = system.rows(RUNNING)
        assert isinstance(running, int)
        most = max(most, running)
        memory = max(memory, memory_bytes(worker)[service])
    await flood
    figures.add(f"{told}: makespan / {ideal:g} s", (time.monotonic() - started) / ideal, "x")
    figures.add(f"{told}: most at once", most, "jobs")
    figures.add(f"{told}: memory for each", (memory - idle) / max(most, 1) / 1024, "KiB")


async def _provider(system: MeasuredSystem, figures: Figures, seconds: float) -> None:
    """Through the SDK: the simulator streams each answer for so long."""
    system.running.pace(first_byte_seconds=0.5, duration_seconds=seconds)
    body = encoded({"jobType": "posts", "input": example_input("posts")})
    post = system.post(system.tokens(100), body)
    told = f"through the SDK, {seconds:g} s each"
    await _makespan(system, figures, told, "content", post, seconds)


async def _peer(figures: Figures, subject: MeasuredPeer) -> None:
    body = encoded({"seconds": SECONDS})
    with subject.working(JOBS), subject.serving() as served:
        await hurry(served.url, Post("/jobs", encoded({})), WARM_UP, SUBMITTERS)
        await subject.until_ended(WARM_UP)
        started = time.monotonic()
        await hurry(served.url, Post("/jobs", body), JOBS, SUBMITTERS)
        await subject.until_ended(JOBS)
        seconds = time.monotonic() - started
    figures.add(f"{subject.name} behind a POST: makespan / {SECONDS:g} s", seconds / SECONDS, "x")


async def _asleep(system: MeasuredSystem, figures: Figures) -> None:
    """What all cost while they only sleep."""
    post = system.post(system.tokens(100), job(seconds=LONG_SECONDS))
    await hurry(system.gateway, post, JOBS, SUBMITTERS)
    await let_pass(LOOK_SECONDS / 2)
    clock, messages, started = CoreClock(system.pids), system.messages(), time.monotonic()
    await let_pass(LOOK_SECONDS)
    seconds = time.monotonic() - started
    for process, used in clock.seconds().items():
        figures.add(f"all asleep: {process}", 100 * used / seconds, "% of a core")
    figures.add("all asleep: messages to the bus", (system.messages() - messages) / seconds, "/s")
    await system.until_over()
