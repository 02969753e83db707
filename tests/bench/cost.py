"""Cost: core-milliseconds for each no-op job by process, throughput, and where the time of one job goes."""

import asyncio
import json
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import psycopg
from lodestone.bus.connection import BusClient, connect
from lodestone.settings import ProcessSettings
from lodestone.subjects import STREAM, event_subject

from bench.cores import CoreClock
from bench.figures import Figures
from bench.load import Post, hurry
from bench.measured_system import SIZE, TEXT, MeasuredSystem, job
from bench.peers.peer import Noop
from bench.peers.processes import bare_post
from bench.wire import Wire, encoded, wires

JOBS, SUBMITTERS, WARM_UP, SINGLE = 2_000, 64, 300, 200
CROWD = 500  # users in turn; with a single user, all concurrent rows would be the same user's
NOOP = Noop(text="x" * TEXT, size=SIZE)  # the same for what is not ours
HOPS = ("sent", "answered", "requested stored", "started stored", "completed stored", "committed", "seen")


async def cost(folder: Path, rounds: int) -> Figures:
    """In each round: floods from one user and from many, then jobs one at a time."""
    figures = Figures("cost")
    with MeasuredSystem(folder) as system:
        one, many = system.tokens(1), system.tokens(CROWD)
        await system.flood(system.post(one), WARM_UP, SUBMITTERS)
        await system.flood(system.post(many), CROWD, SUBMITTERS)  # creates the users' rows
        idle = await _idle_commits(system)
        for _ in range(rounds):
            await _flood(system, figures, "one user", one, idle)
            await _flood(system, figures, f"{CROWD} users", many, idle)
            await _one_at_a_time(system, figures, one[0])
            await bare(figures)
    return figures


async def _idle_commits(system: MeasuredSystem) -> float:
    """Commits per second without jobs."""
    before, started = await system.commits(), time.monotonic()
    return (await system.commits() - before) / (time.monotonic() - started)


async def _flood(
    system: MeasuredSystem, figures: Figures, users: str, tokens: list[str], idle: float
) -> None:
    commits, started = await system.commits(), time.monotonic()
    messages, clock = system.messages(), CoreClock(system.pids)
    seconds = await system.flood(system.post(tokens), JOBS, SUBMITTERS)
    tell_cores(figures, users, clock.seconds(), JOBS)
    messages = system.messages() - messages
    commits = await system.commits() - commits
    figures.add(f"{users}: jobs", JOBS / seconds, "/s")
    figures.add(f"{users}: commits", (commits - idle * (time.monotonic() - started)) / JOBS, "/job")
    figures.add(f"{users}: messages to the bus", messages / JOBS, "/job")


def tell_cores(figures: Figures, shape: str, used: dict[str, float], jobs: int) -> None:
    """Core-milliseconds per job, by process and in total."""
    for process, seconds in used.items():
        figures.add(f"{shape}: {process}", 1_000 * seconds / jobs, "core-ms")
    figures.add(f"{shape}: all", 1_000 * sum(used.values()) / jobs, "core-ms")


async def bare(figures: Figures) -> None:
    """The same load on a POST of the same framework with nothing behind it: what this machine gives today."""
    with bare_post() as served:
        post = Post("/jobs", encoded(NOOP.fields()))
        await hurry(served.url, post, WARM_UP, SUBMITTERS)
        clock, started = CoreClock({"POST": served.pid}), time.monotonic()
        await hurry(served.url, post, JOBS, SUBMITTERS)
        figures.add("a bare POST: requests", JOBS / (time.monotonic() - started), "/s")
        figures.add("a bare POST: all", 1_000 * sum(clock.seconds().values()) / JOBS, "core-ms")


async def _one_at_a_time(system: MeasuredSystem, figures: Figures, token: str) -> None:
    """POSTs a job and reads its stream until its end; times of bus and commit come from the servers."""
    async with _watching(system) as watched, wires(system.gateway, 2) as (posts, reads):
        clock = CoreClock(system.pids)
        seen = [await _seen(watched, posts, reads, token) for _ in range(SINGLE)]
        tell_cores(figures, "one at a time", clock.seconds(), SINGLE)
        moments = [await watched.moments(each) for each in seen]
    figures.spread("POST to result by SSE", [each.client - each.sent for each in seen])
    for nth, (earlier, later) in enumerate(pairwise(HOPS)):
        hops = [of_job[nth + 1] - of_job[nth] for of_job in moments]
        figures.add(f"  {earlier} to {later}", 1_000 * statistics.median(hops))


@dataclass(frozen=True)
class _Seen:
    """When client and database saw a job, in seconds of the same clock."""

    job_id: UUID
    sent: float
    answered: float
    committed: float
    client: float


class _Watched:
    """When bus and database saw jobs."""

    def __init__(self, client: BusClient) -> None:
        self.committed = 0.0
        self._client = client

    async def note_commits(self, url: str) -> None:
        """Records when the projector last notified the gateway, which it does at its commit."""
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as listener:
            await listener.execute("LISTEN job_events")
            async for _ in listener.notifies():
                self.committed = time.time()

    async def moments(self, seen: _Seen) -> list[float]:
        """The moments of a job, in the order of HOPS."""
        stored = [await self._stored(event, seen.job_id) for event in ("requested", "started", "completed")]
        return [seen.sent, seen.answered, *stored, seen.committed, seen.client]

    async def _stored(self, event: str, job_id: UUID) -> float:
        subject = event_subject(event, "noop", job_id)
        message = await self._client.jetstream().get_last_msg(STREAM, subject)
        assert message.time is not None
        return message.time.timestamp()


@asynccontextmanager
async def _watching(system: MeasuredSystem) -> AsyncIterator[_Watched]:
    client = await connect(ProcessSettings(nats_url=system.running.told["nats"]), "bench")
    watched = _Watched(client)
    listening = asyncio.create_task(watched.note_commits(system.running.told["postgres"]))
    try:
        yield watched
    finally:
        listening.cancel()
        await client.disconnect()


async def _seen(watched: _Watched, posts: Wire, reads: Wire, token: str) -> _Seen:
    sent = time.time()
    status, told = await posts.ask("POST", "/api/jobs", token, job())
    answered = time.time()
    assert status == 202, told
    job_id = UUID(json.loads(told)["jobId"])
    client = await reads.until_end(f"/api/jobs/{job_id}/events", token)
    assert client is not None
    return _Seen(job_id, sent, answered, min(watched.committed, client), client)
