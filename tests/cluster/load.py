"""Jobs of all types, posted through the gateways all the time and watched to their ends."""

import asyncio
import random
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx2
from chaos.clients import FREE_TYPES, SILENCE_SECONDS, Client, Feed, Watcher
from chaos.collect import all_settled, collect, feed_end
from chaos.history import Limits, Recorder, Run
from cluster.trial import Trial
from lodestone.jobs import JOB_TYPES
from support.waiting import let_pass

CLIENTS = 8
REST_SECONDS = 120.0
LIMITS = Limits(drain=120.0, takeover=15.0, slack=5.0)  # two cores carry the whole cluster
PAUSE_SECONDS = (0.2, 1.0)  # of a client between two jobs


class CountingClient(Client):
    """Records each request that was not answered as it should be; it repeats them as any client would."""

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx2.Response | None:
        """As Client.ask."""
        answer = await super().ask(method, path, body, **headers)
        if answer is None or answer.status_code >= 500:
            status = answer and answer.status_code
            self.note("unanswered", method=method, path=path, status=status)
        return answer


class Load:
    """Clients at work as long as the block lasts; `run` is the record, once all their jobs have ended."""

    def __init__(self, trial: Trial, name: str, folder: Path) -> None:
        self.jobs: list[tuple[str, str]] = []
        self._trial = trial
        self._file = folder / f"{name}.jsonl"
        self._recorder = Recorder(self._file)
        self._is_over = False
        self._ended = 0
        self._working: list[asyncio.Task[None]] = []
        self._following: list[asyncio.Task[None]] = []
        self._feeds: dict[str, Feed] = {}
        timeout = httpx2.Timeout(SILENCE_SECONDS, connect=5)
        limits = httpx2.Limits(max_connections=None)
        self._http = httpx2.AsyncClient(timeout=timeout, limits=limits, trust_env=False)

    async def __aenter__(self) -> Self:
        self._trial.record_with(self._recorder)
        for name, deployment in self._trial.cluster.deployments.items():
            if deployment.wanted > 1:
                self._recorder.note("replica", target=name.removeprefix("lodestone-"))
        begin = await asyncio.to_thread(feed_end, self._trial)
        self._feeds = {user: Feed(self._client(user, "feed"), begin) for user in ("demo", "second")}
        self._following = [asyncio.create_task(feed.follow()) for feed in self._feeds.values()]
        self._working = [asyncio.create_task(self._work(number)) for number in range(CLIENTS)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            await self._come_to_rest()
        for task in (*self._working, *self._following):
            task.cancel()
        self._trial.record_no_more()
        self._recorder.close()
        await self._http.aclose()

    def note(self, kind: str, **fields: object) -> None:
        """Writes into the record."""
        self._recorder.note(kind, **fields)

    @property
    def run(self) -> Run:
        """What was recorded."""
        return Run.read(self._file, LIMITS)

    async def is_flowing(self, more: int = 2 * CLIENTS) -> None:
        """Returns when so many more jobs have been accepted."""
        until = len(self.jobs) + more
        while len(self.jobs) < until:
            await let_pass(0.1)

    async def ends(self, more: int = CLIENTS) -> None:
        """Returns when so many more jobs have ended."""
        until = self._ended + more
        while self._ended < until:
            await let_pass(0.1)

    def _client(self, user: str, name: object) -> Client:
        dice = random.Random(f"{self._file.stem} {name}")  # noqa: S311
        return CountingClient(self._trial, self._http, self._recorder, user, dice)

    async def _work(self, number: int) -> None:
        user = "second" if number % 3 == 2 else "demo"
        client = self._client(user, number)
        types = FREE_TYPES if user == "second" else tuple(JOB_TYPES)
        while not self._is_over:
            job_id = await client.submit(client.dice.choice(types))
            self.jobs.append((user, job_id))
            await Watcher(client, job_id).follow()
            self._ended += 1
            await let_pass(client.dice.uniform(*PAUSE_SECONDS))

    async def _come_to_rest(self) -> None:
        """Waits until every job has ended, the feeds have told it, and every call is settled."""
        self._is_over = True
        self._recorder.note("healed")
        await asyncio.wait(self._working, timeout=REST_SECONDS)
        until = time.monotonic() + REST_SECONDS
        while time.monotonic() < until and not await self._is_settled():
            await let_pass(0.3)
        await collect(self._trial, self._recorder, only={job_id for _, job_id in self.jobs})

    async def _is_settled(self) -> bool:
        told = all(job_id in self._feeds[user].ended for user, job_id in self.jobs)
        return told and await asyncio.to_thread(all_settled, self._trial)
