"""Many open streams on one gateway: what each holds and asks, and how soon an event reaches them all.

All streams are the feed of one user, so that each event goes to all of them at once. A process of its own
reads them (`bench.crowd`).
"""

import asyncio
import contextlib
import json
import resource
import sys
import time
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from support.statements import StatementLog
from support.waiting import let_pass

from bench.cores import CoreClock, memory_bytes
from bench.figures import Figures, percentile
from bench.load import Post
from bench.measured_system import MeasuredSystem, job
from bench.wire import wire

CROWDS = (1_000, 5_000)  # streams
QUIET_SECONDS = 10.0
JOB_SECONDS = 1.0  # so that its end comes alone
EVENTS = 5  # of one job each, seen by all
OPEN_FILES = 16_384
LINE_BYTES = 2**22
ENV = {"LODESTONE_STREAMS_PER_USER": "100000"}


async def watching(folder: Path, rounds: int) -> Figures:
    """One stream, then many; all follow the same user, whose jobs end one after the other."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(OPEN_FILES, most), most))  # gateway and crowd inherit it
    figures = Figures("watching")
    with MeasuredSystem(folder, env=ENV) as system:
        log = StatementLog(system.running.data_dir / "logs" / "postgres.log", system.running.told["postgres"])
        post = system.post(system.tokens(1), job(seconds=JOB_SECONDS, text=0, size=0))
        await _told_to_one(system, post)
        for _ in range(rounds):
            single = [each for _ in range(4) for each in await _told_to_one(system, post)]
            figures.spread("one stream: event to client", single)
            quiet = await _statements(log)
            for count in CROWDS:
                system.restart("gateway")
                await _told_to_one(system, post)
                await _told_to_crowd(system, figures, post, count, log, quiet, single)
    return figures


async def _told_to_one(system: MeasuredSystem, post: Post) -> list[float]:
    async with _crowd(system, post.tokens[0], 1) as (_, ends):
        return await _events(system, post, ends)


async def _told_to_crowd(
    system: MeasuredSystem,
    figures: Figures,
    post: Post,
    count: int,
    log: StatementLog,
    quiet: int,
    single: list[float],
) -> None:
    gateway, told = {"gateway": system.pids["gateway"]}, f"{count} streams"
    idle, clock = memory_bytes(gateway)["gateway"], CoreClock(gateway)
    started = time.monotonic()
    async with _crowd(system, post.tokens[0], count) as (opened, ends):
        figures.add(f"{told}: until all are open", time.monotonic() - started, "s")
        figures.add(f"{told}: gateway, to open one", 1_000 * clock.seconds()["gateway"] / count, "core-ms")
        figures.spread(f"{told}: opened", opened)
        held = (memory_bytes(gateway)["gateway"] - idle) / count / 1024
        figures.add(f"{told}: memory for each", held, "KiB")
        more = (await _statements(log) - quiet) / QUIET_SECONDS
        figures.add(f"{told}: statements more than without", more, "/s")
        clock = CoreClock(gateway)
        seconds = await _events(system, post, ends)
        figures.add(f"{told}: gateway, for one job", 1_000 * clock.seconds()["gateway"] / EVENTS, "core-ms")
        figures.spread(f"{told}: event to client", seconds)
        ratio = percentile(seconds, 99) / percentile(single, 50)
        figures.add(f"{told}: p99 / the single stream's p50", ratio, "x")


@contextlib.asynccontextmanager
async def _crowd(
    system: MeasuredSystem, token: str, count: int
) -> AsyncIterator[tuple[list[float], asyncio.StreamReader]]:
    """Open streams: how long each took to open, and where the times of each end are read."""
    host, port = urlsplit(system.gateway).netloc.split(":")
    command = (sys.executable, "-m", "bench.crowd", host, port, "/api/events", token, str(count))
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, limit=LINE_BYTES)
    assert process.stdin
    assert process.stdout
    try:
        yield await _line(process.stdout), process.stdout
    finally:
        process.stdin.close()
        await process.wait()
        await let_pass(1.0)


async def _line(lines: asyncio.StreamReader) -> Any:
    return json.loads(await asyncio.wait_for(lines.readline(), 120))


async def _statements(log: StatementLog) -> int:
    position = log.position()
    await let_pass(QUIET_SECONDS)
    return log.since(position).statements["lodestone_gateway"]


async def _events(system: MeasuredSystem, post: Post, ends: asyncio.StreamReader) -> list[float]:
    """From the end's time, as its writer noted it, until each stream had it."""
    seconds: list[float] = []
    for _ in range(EVENTS):
        async with wire(system.gateway) as connection:
            job_id = json.loads(await post.send(connection, 0))["jobId"]
        seen = await _line(ends)
        async with wire(system.gateway) as connection:
            _, history = await connection.ask("GET", f"/api/jobs/{job_id}/events", post.tokens[0])
        ended = datetime.fromisoformat(json.loads(history)["items"][-1]["time"]).timestamp()
        seconds += [each - ended for each in seen]
    return seconds
