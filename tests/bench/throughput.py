"""Throughput: ours through HTTP beside each peer behind a thin POST of the same framework, and in-process."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench.cores import CoreClock
from bench.cost import CROWD, JOBS, NOOP, SUBMITTERS, WARM_UP, bare, tell_cores
from bench.figures import Figures
from bench.load import Post, hurry
from bench.measured_system import MeasuredSystem
from bench.peers.peer import CONCURRENCY
from bench.peers.processes import MeasuredPeer, installed
from bench.wire import encoded

Send = Callable[[int], Awaitable[None]]


async def throughput(folder: Path, rounds: int) -> Figures:
    """Ours, then each peer in both ways, each round."""
    figures = Figures("throughput")
    with MeasuredSystem(folder) as system:
        peers = [MeasuredPeer(kind, system.running.told["postgres"], folder) for kind in installed()]
        tokens = system.tokens(CROWD)
        await system.flood(system.post(tokens), WARM_UP + CROWD, SUBMITTERS)
        for _ in range(rounds):
            clock = CoreClock(system.pids)
            ours = JOBS / await system.flood(system.post(tokens), JOBS, SUBMITTERS)
            tell_cores(figures, "ours", clock.seconds(), JOBS)
            figures.add("ours: jobs", ours, "/s")
            await bare(figures)
            by_way = [await _one_peer(system, figures, each) for each in peers]
            for nth, way in enumerate(("behind a POST", "in-process")):
                if peers:
                    best = max(speeds[nth] for speeds in by_way)
                    figures.add(f"ours / the best peer {way}", ours / best, "x")
    return figures


async def _one_peer(system: MeasuredSystem, figures: Figures, subject: MeasuredPeer) -> tuple[float, float]:
    """Jobs a second behind a POST and in-process."""
    postgres = system.pids["Postgres"]
    with subject.working(CONCURRENCY) as worker, subject.serving() as served:
        post = Post("/jobs", encoded(NOOP.fields()))

        async def through_http(jobs: int) -> None:
            await hurry(served.url, post, jobs, SUBMITTERS)

        pids = {"POST": served.pid, "worker": worker.pid, "Postgres": postgres}
        behind = await _measure(figures, subject, f"{subject.name} behind a POST", pids, through_http)
    with subject.working(CONCURRENCY) as worker:
        await subject.peer.open()

        async def in_process(jobs: int) -> None:
            await _from_here(subject, jobs)

        pids = {"worker": worker.pid, "Postgres": postgres}
        within = await _measure(figures, subject, f"{subject.name} in-process", pids, in_process)
        await subject.peer.close()
    return behind, within


async def _measure(
    figures: Figures, subject: MeasuredPeer, told: str, pids: dict[str, int], send: Send
) -> float:
    await send(WARM_UP)
    await subject.until_ended(WARM_UP)
    clock, started, client = CoreClock(pids), time.monotonic(), time.process_time()
    await send(JOBS)
    await subject.until_ended(JOBS)
    seconds = time.monotonic() - started
    used = clock.seconds()
    if "POST" not in pids:
        used["client"] = time.process_time() - client
    tell_cores(figures, told, used, JOBS)
    figures.add(f"{told}: jobs", JOBS / seconds, "/s")
    return JOBS / seconds


async def _from_here(subject: MeasuredPeer, jobs: int) -> None:
    numbers = iter(range(jobs))

    async def submit() -> None:
        for _ in numbers:
            await subject.peer.submit(NOOP)

    await asyncio.gather(*(submit() for _ in range(SUBMITTERS)))
