"""Cancels that race the result: whichever wins must win everywhere."""

import asyncio
import random
from collections import Counter
from pathlib import Path
from typing import Any

import httpx2
from chaos.checker import check
from chaos.clients import Client, Watcher
from chaos.collect import all_settled, collect
from chaos.history import Limits, Recorder, Run, end_of
from support.running_system import RunningSystem
from support.waiting import eventually, let_pass

JOB_TYPE = "posts"  # one call: the shortest way to a result
AT_ONCE = 8
SOONER, LATER = 0.94, 1.06
SECONDS = 90.0  # for one race on a busy machine


class Races:
    """Runs jobs and cancels each at about the moment at which it completes."""

    def __init__(self, system: RunningSystem, seed: int, history: Path, limits: Limits) -> None:
        self._system = system
        self._seed = seed
        self._history = history
        self._limits = limits
        self._recorder = Recorder(history)
        self._delay = 0.3  # seconds from the 202 to the cancel; adjusted until either side wins equally often
        self._jobs: set[str] = set()

    async def run(self, count: int) -> Run:
        """Runs all races; returns the record."""
        await asyncio.to_thread(self._system.pace, first_byte_seconds=0.02, duration_seconds=0.2)
        async with httpx2.AsyncClient(timeout=20, trust_env=False) as http:
            left = iter(range(count))
            await asyncio.gather(*(self._race_on(http, left, number) for number in range(AT_ONCE)))
        self._recorder.note("healed")
        await eventually(
            lambda: asyncio.to_thread(all_settled, self._system), within=SECONDS, told="all calls are settled"
        )
        await collect(self._system, self._recorder, only=self._jobs)
        self._recorder.close()
        return Run.read(self._history, self._limits)

    async def _race_on(self, http: httpx2.AsyncClient, left: Any, number: int) -> None:
        dice = random.Random(f"race {number} {self._seed}")  # noqa: S311
        client = Client(self._system, http, self._recorder, "demo", dice)
        for _ in left:
            async with asyncio.timeout(SECONDS):
                await self._race(client)

    async def _race(self, client: Client) -> None:
        job_id = await client.submit(JOB_TYPE)
        self._jobs.add(job_id)
        watching = asyncio.create_task(Watcher(client, job_id).follow())
        await let_pass(self._delay * client.dice.uniform(0.8, 1.2))
        await client.cancel(job_id)
        self._delay *= SOONER if await watching == "completed" else LATER


def winners(run: Run) -> dict[str, int]:
    """How often each side won, according to the stream."""
    return dict(Counter(end["event"] if (end := end_of(log)) else "none" for log in run.logs.values()))


def report(run: Run) -> dict[str, Any]:
    """The numbers of the races."""
    answers = Counter(str(record["status"]) for record in run.of("cancel"))
    violations = [str(violation) for violation in check(run)]
    return {
        "races": len(run.accepted),
        "winners": winners(run),
        "answersToCancels": dict(answers),
        "violations": violations,
    }
