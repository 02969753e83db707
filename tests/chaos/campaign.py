"""A seeded campaign: jobs of all types run while everything around them is killed, stopped and paused.

The seed decides what is done, in which order and with which pauses; the clock decides the rest.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx2
from chaos.clients import FREE_TYPES, SILENCE_SECONDS, Client, Feed, Watcher
from chaos.collect import all_settled, collect
from chaos.history import Limits, Recorder, Run
from chaos.parts import BACKENDS, OURS, SERVICES, Parts
from lodestone.jobs import JOB_TYPES
from support.house import House
from support.waiting import let_pass

SETTLE_SECONDS = 40.0  # for calls of dead workers to be written off
REST_SECONDS = 90.0  # for all jobs to end once everything is healed; far less than their deadlines
PROVIDER_FAULTS: tuple[dict[str, object], ...] = (
    {"kind": "overloaded"},
    {"kind": "status", "status": 429, "retryAfterSeconds": 2},
    {"kind": "status", "status": 500},
    {"kind": "mid_stream_error", "afterItems": 1},
    {"kind": "cut", "afterItems": 1},
    {"kind": "invalid_json"},
    {"kind": "wrong_count"},
    {"kind": "missing_fields"},
    {"kind": "slow_first_byte", "seconds": 5},
)


@dataclass(frozen=True)
class Plan:
    """What a campaign does."""

    seed: int
    seconds: float  # of disturbances; the rest comes on top
    clients: int = 6  # jobs under way at once
    replicas: int = 3  # parts, chosen by the seed, of which a second process runs
    one_at_a_time: float = 0.7  # how often a disturbance is over before the next one
    between: tuple[float, float] = (1.0, 8.0)  # seconds from one disturbance to the next
    is_short: bool = False  # nothing that takes long to come back from


class Campaign:
    """One run of a plan on a system of processes; its history goes to a file."""

    def __init__(self, house: House, plan: Plan, history: Path, limits: Limits) -> None:
        self._house = house
        self._plan = plan
        self._history = history
        self._limits = limits
        self._recorder = Recorder(history)
        self._dice = random.Random(f"faults {plan.seed}")  # noqa: S311
        self._jobs: list[tuple[str, str]] = []  # user and job
        self._is_over = False

    async def run(self) -> Run:
        """The run as it was recorded; what could not be waited for shows in it."""
        timeout = httpx2.Timeout(SILENCE_SECONDS, connect=5)
        limits = httpx2.Limits(max_connections=None)
        async with httpx2.AsyncClient(timeout=timeout, limits=limits, trust_env=False) as http:
            doubled = self._dice.sample(("relay", "projector", *SERVICES), self._plan.replicas)
            parts = Parts(self._house, self._recorder, doubled, self._limits.drain)
            feeds = {user: Feed(self._client(http, user, "feed")) for user in ("demo", "second")}
            following = [asyncio.create_task(feed.follow()) for feed in feeds.values()]
            try:
                await self._disturb_while_clients_work(http, parts)
                await self._come_to_rest(feeds)
                await parts.stop()
                await collect(self._house, self._recorder)
            finally:
                for task in following:
                    task.cancel()
                await parts.stop()
                self._recorder.close()
        return Run.read(self._history, self._limits)

    async def _disturb_while_clients_work(self, http: httpx2.AsyncClient, parts: Parts) -> None:
        users = ["second" if number % 3 == 2 else "demo" for number in range(self._plan.clients)]
        working = [asyncio.create_task(self._work(http, user, at)) for at, user in enumerate(users)]
        await self._disturb(parts)
        self._is_over = True
        await parts.settle()
        self._recorder.note("healed")
        done, left = await asyncio.wait(working, timeout=REST_SECONDS)
        for task in left:
            task.cancel()
        for task in done:
            task.result()

    def _client(self, http: httpx2.AsyncClient, user: str, name: object) -> Client:
        dice = random.Random(f"{name} {self._plan.seed}")  # noqa: S311
        return Client(self._house, http, self._recorder, user, dice)

    async def _work(self, http: httpx2.AsyncClient, user: str, number: int) -> None:
        client = self._client(http, user, number)
        types = FREE_TYPES if user == "second" else tuple(JOB_TYPES)
        while not self._is_over:
            job_type = client.dice.choice(types)
            job_id = await client.submit(job_type)
            while await self._live(client, job_id) != "completed" and client.dice.random() < 0.3:
                job_id = await client.retry(job_id, job_type)

    async def _live(self, client: Client, job_id: str) -> str:
        """The status of a job at its end; it is watched, and sometimes cancelled."""
        self._jobs.append((client.user, job_id))
        cancelling = None
        if client.dice.random() < 0.2:
            cancelling = asyncio.create_task(self._cancel(client, job_id, client.dice.uniform(0, 4)))
        if client.dice.random() < 0.3:
            await client.peek(client.dice.choice(self._jobs)[1])
        status = await Watcher(client, job_id).follow()
        if cancelling:
            await cancelling
        return status

    async def _cancel(self, client: Client, job_id: str, after: float) -> None:
        await let_pass(after)
        await client.cancel(job_id)

    async def _disturb(self, parts: Parts) -> None:
        clock = asyncio.get_running_loop().time
        until = clock() + self._plan.seconds
        deeds = self._deeds(parts)
        while clock() < until:
            deed = self._dice.choices([deed for _, deed in deeds], [weight for weight, _ in deeds])[0]
            await deed()
            if self._dice.random() < self._plan.one_at_a_time:
                await parts.settle()
            await let_pass(min(self._dice.uniform(*self._plan.between), max(until - clock(), 0)))

    def _deeds(self, parts: Parts) -> list[tuple[int, Callable[[], Awaitable[None]]]]:
        """What may be done, by weight."""
        dice = self._dice

        async def one(what: str) -> None:
            parts.strike(dice.choice(parts.names), what)

        async def worker() -> None:
            parts.strike(dice.choice([name for name in parts.names if name.startswith(SERVICES)]), "kill")

        async def pause() -> None:
            names = parts.names if not self._plan.is_short else (*OURS, "nats")
            longest = 4.0 if self._plan.is_short else 20.0
            parts.pause(dice.choice(names), dice.uniform(0.2, longest))

        async def everything() -> None:
            for name in dice.sample(parts.names, len(parts.names)):
                parts.strike(name, "kill")

        async def rolling() -> None:
            for name in (*OURS, *BACKENDS):
                parts.strike(name, "term")
                await parts.settle()

        async def provider() -> None:
            fault = dice.choice(PROVIDER_FAULTS)
            await asyncio.to_thread(self._house.fault, dict(fault), times=dice.randint(1, 3))

        async def pace() -> None:
            await asyncio.to_thread(
                self._house.pace,
                first_byte_seconds=dice.uniform(0.02, 0.5),
                duration_seconds=dice.uniform(0.5, 4.0),
            )

        rare = 0 if self._plan.is_short else 1
        return [
            (5, lambda: one("kill")),
            (3, worker),
            (4, lambda: one("term")),
            (4, pause),
            (1, everything),
            (rare, rolling),
            (4, provider),
            (2, pace),
        ]

    async def _come_to_rest(self, feeds: dict[str, Feed]) -> None:
        """Until the feeds, too, told every end, and every call is settled."""

        def is_told() -> bool:
            return all(job_id in feeds[user].ended for user, job_id in self._jobs)

        clock = asyncio.get_running_loop().time
        until = clock() + SETTLE_SECONDS
        while clock() < until and not (is_told() and await asyncio.to_thread(all_settled, self._house)):
            await let_pass(0.3)
