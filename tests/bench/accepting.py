"""Accepting a job, alone and at a steady rate, beside a POST of the same framework with nothing behind it."""

import json
import time
from pathlib import Path

from bench.cores import CoreClock
from bench.cost import NOOP, tell_cores
from bench.figures import Figures, percentile
from bench.load import Post, at_rate, one_by_one
from bench.measured_system import MeasuredSystem
from bench.peers.processes import bare_post
from bench.wire import Wire, encoded

ALONE, WARM_UP = 300, 200
RATES = (50, 100)  # jobs a second
SECONDS = 15
WATCHED = 5  # every so many jobs one is watched to its end, from its POST on


async def accepting(folder: Path, rounds: int) -> Figures:
    """Ours and the bare POST in turns."""
    figures = Figures("accepting")
    bare = Post("/jobs", encoded(NOOP.fields()))
    with MeasuredSystem(folder) as system, bare_post() as served:
        ours = system.post(system.tokens(100))
        for url, post in ((served.url, bare), (system.gateway, ours)):
            await one_by_one(url, post, WARM_UP)
        await system.until_over()
        for _ in range(rounds):
            alone = await one_by_one(served.url, bare, ALONE)
            figures.spread("a bare POST, one at a time", alone)
            middle = percentile(alone, 50)
            times = await one_by_one(system.gateway, ours, ALONE)
            await system.until_over()
            figures.spread("accept, one at a time", times)
            figures.add("accept: p99 / the bare POST's p50", percentile(times, 99) / middle, "x")
            for rate in RATES:
                await _steadily(system, figures, ours, rate, middle)
    return figures


async def _steadily(
    system: MeasuredSystem, figures: Figures, post: Post, rate: int, bare_middle: float
) -> None:
    accepted: list[float] = []
    results: list[float] = []
    refused: list[int] = []

    async def submit(connection: Wire, number: int, due: float) -> None:
        status, told = await post.ask(connection, number)
        if status != 202:
            refused.append(status)
            return
        accepted.append(time.perf_counter() - due)
        if number % WATCHED == 0:
            path = f"/api/jobs/{json.loads(told)['jobId']}/events"
            if await connection.until_end(path, post.token(number)):
                results.append(time.perf_counter() - due)

    clock = CoreClock(system.pids)
    await at_rate(system.gateway, submit, rate * SECONDS, rate)
    await system.until_over()
    tell_cores(figures, f"at {rate}/s", clock.seconds(), rate * SECONDS)
    figures.spread(f"accept at {rate}/s", accepted)
    figures.add(f"accept at {rate}/s: refused", len(refused), "requests")
    figures.add(f"accept at {rate}/s: p99 / the bare POST's p50", percentile(accepted, 99) / bare_middle, "x")
    figures.spread(f"POST to result by SSE at {rate}/s", results)
