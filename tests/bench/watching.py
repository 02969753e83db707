"""Many open streams on one gateway: what each holds and asks, and how soon an event reaches them all."""

import asyncio
import json
import resource
import time
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from support.statements import StatementLog
from support.waiting import eventually, let_pass

from bench.cores import memory_bytes
from bench.figures import Figures, percentile
from bench.load import Post
from bench.measured_system import MeasuredSystem, job
from bench.wire import STREAM, wire

CROWDS = (1_000, 5_000)  # streams
OPENING = 100  # at once
QUIET_SECONDS = 10.0
JOB_SECONDS = 1.0  # so that its end comes alone
EVENTS = 5  # of one job each, seen by all
OPEN_FILES = 16_384
ENV = {"LODESTONE_STREAMS_PER_USER": "100000"}
END_OF_JOB = b"event: job.completed"


class Watcher(asyncio.Protocol):
    """One stream; notes when it was opened and when it saw an end."""

    def __init__(self, request: bytes) -> None:
        self.opened = self.seen = 0.0
        self._request = request
        self._tail = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self.opened = self.opened or time.time()
        if END_OF_JOB in self._tail + data:
            self.seen = time.time()
        self._tail = data[-len(END_OF_JOB) :]


async def watching(folder: Path, rounds: int) -> Figures:
    """One stream, then many; all follow the same user, whose jobs end one after the other."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(OPEN_FILES, most), most))  # the gateway inherits it
    figures = Figures("watching")
    with MeasuredSystem(folder, env=ENV) as system:
        log = StatementLog(system.running.data_dir / "logs" / "postgres.log", system.running.told["postgres"])
        post = system.post(system.tokens(1), job(seconds=JOB_SECONDS, text=0, size=0))
        await _told_to(system, post, 1)
        for _ in range(rounds):
            single = [each for _ in range(4) for each in await _told_to(system, post, 1)]
            figures.spread("one stream: event to client", single)
            quiet = await _statements(log)
            for crowd in CROWDS:
                system.restart("gateway")
                gateway = {"gateway": system.pids["gateway"]}
                await _told_to(system, post, 1)
                idle = memory_bytes(gateway)["gateway"]
                started = time.time()
                watchers = await _opened(system, post.tokens[0], crowd)
                figures.spread(f"{crowd} streams: opened", [each.opened - started for each in watchers])
                held = (memory_bytes(gateway)["gateway"] - idle) / crowd / 1024
                figures.add(f"{crowd} streams: memory for each", held, "KiB")
                more = (await _statements(log) - quiet) / QUIET_SECONDS
                figures.add(f"{crowd} streams: statements more than without", more, "/s")
                seconds = await _events(system, post, watchers)
                figures.spread(f"{crowd} streams: event to client", seconds)
                ratio = percentile(seconds, 99) / percentile(single, 50)
                figures.add(f"{crowd} streams: p99 / the single stream's p50", ratio, "x")
                await _closed(watchers)
    return figures


async def _told_to(system: MeasuredSystem, post: Post, count: int) -> list[float]:
    watchers = await _opened(system, post.tokens[0], count)
    seconds = await _events(system, post, watchers)
    await _closed(watchers)
    return seconds


async def _opened(system: MeasuredSystem, token: str, count: int) -> list[Watcher]:
    host, port = urlsplit(system.gateway).netloc.split(":")
    headers = f"Host: localhost\r\nAuthorization: Bearer {token}\r\nAccept: {STREAM}\r\n\r\n"
    request = f"GET /api/events HTTP/1.1\r\n{headers}".encode()
    loop = asyncio.get_running_loop()
    gate = asyncio.Semaphore(OPENING)

    async def open_one() -> Watcher:
        async with gate:
            _, watcher = await loop.create_connection(lambda: Watcher(request), host, int(port))
            await eventually(lambda: watcher.opened, within=120, told="the stream is open")
            return watcher

    return await asyncio.gather(*(open_one() for _ in range(count)))


async def _closed(watchers: list[Watcher]) -> None:
    for each in watchers:
        each.transport.abort()
    await let_pass(1.0)


async def _statements(log: StatementLog) -> int:
    position = log.position()
    await let_pass(QUIET_SECONDS)
    return log.since(position).statements["lodestone_gateway"]


async def _events(system: MeasuredSystem, post: Post, watchers: list[Watcher]) -> list[float]:
    """From the end's time, as its writer noted it, until each stream showed it."""
    seconds: list[float] = []
    for _ in range(EVENTS):
        for each in watchers:
            each.seen = 0.0
        async with wire(system.gateway) as connection:
            job_id = json.loads(await post.send(connection, 0))["jobId"]
        await eventually(lambda: all(each.seen for each in watchers), within=60, told="all saw it")
        async with wire(system.gateway) as connection:
            _, history = await connection.ask("GET", f"/api/jobs/{job_id}/events", post.tokens[0])
        ended = datetime.fromisoformat(json.loads(history)["items"][-1]["time"]).timestamp()
        seconds += [each.seen - ended for each in watchers]
    return seconds
