"""A seeded campaign: jobs of all types run while everything around them is killed, stopped and paused.

The seed decides the disturbances, their order and the pauses between them; the rest depends on timing.
"""

import asyncio
import itertools
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
from chaos.clients import FREE_TYPES, SILENCE_SECONDS, Client, Feed, Watcher
from chaos.collect import all_settled, collect, feed_end
from chaos.disturbances import Disturbances
from chaos.flood import USER as FLOODER
from chaos.flood import Flood, sign_up
from chaos.history import Limits, Recorder, Run
from chaos.parts import SERVICES, Parts
from lodestone.jobs import JOB_TYPES
from support.running_system import RunningSystem
from support.waiting import let_pass

SETTLE_SECONDS = 40.0  # until the reconciler settles the calls of dead workers
REST_SECONDS = 90.0  # for all jobs to end after the last disturbance; far less than their deadlines
MIXED = {
    "kill": 5,
    "kill_worker": 6,
    "stop": 4,
    "pause": 4,
    "kill_everything": 1,
    "rolling_restart": 1,
    "provider": 4,
    "pace": 2,
}
AROUND_THE_QUEUE = {"kill_relay": 3, "kill_nats": 3, "kill_worker": 3}
NEWCOMERS = 2  # at a time, beside a flood


@dataclass(frozen=True)
class Plan:
    """What a campaign does."""

    seed: int
    seconds: float  # of disturbances; submitting and settling take longer
    clients: int = 6  # concurrent jobs
    replicas: int = 3  # parts, chosen by the seed, that have a second process
    one_at_a_time: float = 0.7  # probability that a disturbance is over before the next one
    between: tuple[float, float] = (1.0, 8.0)  # seconds between two disturbances
    longest_pause: float = 20.0
    disturbances: Mapping[str, int] = field(default_factory=lambda: MIXED)  # weights of the disturbances
    caps: Mapping[str, object] | None = None  # of one more user, who submits all that they can


class Campaign:
    """One run of a plan on a system of processes; its history is written to a file."""

    def __init__(self, system: RunningSystem, plan: Plan, history: Path, limits: Limits) -> None:
        self._system = system
        self._plan = plan
        self._history = history
        self._limits = limits
        self._recorder = Recorder(history)
        self._dice = random.Random(f"faults {plan.seed}")  # noqa: S311
        self._jobs: list[tuple[str, str]] = []  # user and job id
        self._tokens: dict[str, str] = {}  # of users whom the system has not told
        self._is_over = False

    async def run(self) -> Run:
        """Runs the plan and returns the record; a wait that failed shows in it as a violation."""
        timeout = httpx2.Timeout(SILENCE_SECONDS, connect=5)
        limits = httpx2.Limits(max_connections=None)
        async with httpx2.AsyncClient(timeout=timeout, limits=limits, trust_env=False) as http:
            doubled = self._dice.sample(("relay", "projector", *SERVICES), self._plan.replicas)
            parts = Parts(self._system, self._recorder, doubled, self._limits.drain)
            begin = await asyncio.to_thread(feed_end, self._system)
            if self._plan.caps:
                self._tokens[FLOODER] = await asyncio.to_thread(sign_up, self._system)
            users = ("demo", "second", *self._tokens)  # newcomers have no feed
            feeds = {user: Feed(self._client(http, user, "feed"), begin) for user in users}
            following = [asyncio.create_task(feed.follow()) for feed in feeds.values()]
            try:
                await self._disturb_while_clients_work(http, parts)
                await self._come_to_rest(feeds)
                await parts.stop()
                await collect(self._system, self._recorder, only={job_id for _, job_id in self._jobs})
            finally:
                for task in following:
                    task.cancel()
                await parts.stop()
                self._recorder.close()
        return Run.read(self._history, self._limits)

    async def _disturb_while_clients_work(self, http: httpx2.AsyncClient, parts: Parts) -> None:
        users = ["second" if number % 3 == 2 else "demo" for number in range(self._plan.clients)]
        working = [asyncio.create_task(self._work(http, user, at)) for at, user in enumerate(users)]
        flood = None
        if self._plan.caps:
            flood = Flood(self._client(http, FLOODER, "flood"), self._plan.caps)
            working.append(asyncio.create_task(flood.submit()))
            working += [asyncio.create_task(self._come_anew(http, line)) for line in range(NEWCOMERS)]
        await self._disturb(parts)
        self._is_over = True
        if flood:
            flood.stop()
        await parts.settle()
        self._recorder.note("healed")
        done, left = await asyncio.wait(working, timeout=REST_SECONDS)
        for task in left:
            task.cancel()
        for task in done:
            task.result()
        if flood:
            self._jobs += [(FLOODER, job_id) for job_id in flood.jobs]

    def _client(self, http: httpx2.AsyncClient, user: str, name: object) -> Client:
        dice = random.Random(f"{name} {self._plan.seed}")  # noqa: S311
        return Client(self._system, http, self._recorder, user, dice, self._tokens.get(user))

    async def _work(self, http: httpx2.AsyncClient, user: str, number: int) -> None:
        client = self._client(http, user, number)
        types = FREE_TYPES if user == "second" else tuple(JOB_TYPES)
        while not self._is_over:
            job_type = client.dice.choice(types)
            job_id = await client.submit(job_type)
            while await self._live(client, job_id) != "completed" and client.dice.random() < 0.3:
                job_id = await client.retry(job_id, job_type)

    async def _come_anew(self, http: httpx2.AsyncClient, line: int) -> None:
        """One new user after the other, with one job each."""
        for number in itertools.count():
            if self._is_over:
                return
            user = f"newcomer {line}-{number}"
            self._tokens[user] = await asyncio.to_thread(sign_up, self._system)
            client = self._client(http, user, user)
            await self._live(client, await client.submit(client.dice.choice(tuple(JOB_TYPES))))

    async def _live(self, client: Client, job_id: str) -> str:
        """Submits a job, watches it, sometimes cancels it; returns its final status."""
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
        clock, plan, dice = asyncio.get_running_loop().time, self._plan, self._dice
        until = clock() + plan.seconds
        disturbances = Disturbances(self._system, parts, dice, longest_pause=plan.longest_pause)
        while clock() < until:
            (name,) = dice.choices(list(plan.disturbances), list(plan.disturbances.values()))
            await disturbances.do(name)
            if dice.random() < plan.one_at_a_time:
                await parts.settle()
            await let_pass(min(dice.uniform(*plan.between), max(until - clock(), 0)))

    async def _come_to_rest(self, feeds: dict[str, Feed]) -> None:
        """Waits until the feeds have shown every end and every call is settled."""

        def is_told() -> bool:
            return all(job_id in feeds[user].ended for user, job_id in self._jobs if user in feeds)

        clock = asyncio.get_running_loop().time
        until = clock() + SETTLE_SECONDS + REST_SECONDS * bool(self._plan.caps)  # nobody watched the flood
        while clock() < until and not (is_told() and await asyncio.to_thread(all_settled, self._system)):
            await let_pass(0.3)
