"""No-op jobs of many users on a running system; progress is read from the database only.

Watching them through the gateway would add to the costs that are counted.
"""

import asyncio
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import httpx2
import psycopg
from lodestone_local.credentials import read_secret, sign_token
from support.running_system import RunningSystem
from support.waiting import eventually_sync

TEXT, SIZE = 2_000, 10_000  # characters in and out
OPEN = "SELECT count(*) FROM background_jobs WHERE status NOT IN ('completed', 'failed', 'cancelled')"


class Crowd:
    """Some users, who take turns."""

    def __init__(self, system: RunningSystem, users: int) -> None:
        self._system = system
        secret = read_secret(system.data_dir)
        self._tokens = [sign_token(secret, uuid5(NAMESPACE_OID, str(number))) for number in range(users)]
        self._owner = psycopg.connect(system.told["postgres"], autocommit=True)

    def one_at_a_time(self, jobs: int) -> None:
        """Sends each job after the previous one is over."""
        for number in range(jobs):
            answer = self._system.http.post(**self._request(number))
            assert answer.status_code == 202, answer.text
            self.until_over()

    def at_once(self, jobs: int) -> None:
        """Sends all jobs at the same time; returns when all are over."""
        asyncio.run(self._send(jobs))
        self.until_over()

    def until_over(self, within: float = 60) -> None:
        """Returns once no job is unfinished."""
        eventually_sync(lambda: not self._open(), within=within, told="all jobs are over")

    def close(self) -> None:
        """Closes the connections."""
        self._owner.close()

    async def _send(self, jobs: int) -> None:
        limits = httpx2.Limits(max_connections=jobs)
        async with httpx2.AsyncClient(trust_env=False, timeout=60, limits=limits) as http:
            answers = await asyncio.gather(*(http.post(**self._request(number)) for number in range(jobs)))
        assert {answer.status_code for answer in answers} == {202}, answers[-1].text

    def _request(self, number: int) -> dict[str, Any]:
        return {
            "url": f"{self._system.gateway}/api/jobs",
            "headers": {"Authorization": f"Bearer {self._tokens[number % len(self._tokens)]}"},
            "json": {"jobType": "noop", "input": {"text": "x" * TEXT, "size": SIZE}},
        }

    def _open(self) -> int:
        ((count,),) = self._owner.execute(OPEN).fetchall()
        return int(count)
