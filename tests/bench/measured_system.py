"""A running system under measurement: each part in its own process, no-op jobs, data on disk."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self
from uuid import NAMESPACE_OID, uuid5

import psutil  # type: ignore[import-untyped]
import psycopg
from lodestone_local.credentials import read_secret, sign_token
from support.noop.contract import with_noop
from support.running_system import RunningSystem
from support.traffic import traffic
from support.uncapped import UNCAPPED
from support.waiting import eventually, eventually_sync, let_pass

from bench.load import Post, hurry
from bench.wire import encoded

TEXT, SIZE = 2_000, 10_000  # characters in and out
UNBOUNDED = UNCAPPED | {
    "LODESTONE_RATE_LIMIT": "1000000/second",
    "LODESTONE_REQUESTS_PER_SECOND": "1000000",
}
LIVING = "SELECT EXISTS (SELECT FROM background_jobs WHERE status IN ('pending', 'processing'))"
COMMITS = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
STATISTICS_SECONDS = 11.0  # a Postgres backend reports its counts within ten seconds of its last work
NO_ENV: Mapping[str, str] = MappingProxyType({})


class MeasuredSystem:
    """The system that the sections measure."""

    def __init__(self, folder: Path, *flags: str, env: Mapping[str, str] = NO_ENV) -> None:
        self.running = RunningSystem(folder, "--processes", *flags, env=with_noop() | UNBOUNDED | dict(env))
        self._others = 0  # processes started beside those of `lodestone up`

    def __enter__(self) -> Self:
        self.running.__enter__()
        self.secret = read_secret(self.running.data_dir)
        self._owner = psycopg.connect(self.running.told["postgres"], autocommit=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._owner.close()
        self.running.__exit__(kind, error, trace)

    @property
    def gateway(self) -> str:
        """The gateway's URL."""
        return self.running.gateway

    @property
    def pids(self) -> dict[str, int]:
        """The processes that handle a no-op job."""
        processes: dict[str, int] = self.running.refresh()["processes"]
        names = {"gateway": "gateway", "relay": "relay", "projector": "projector", "noop": "worker"}
        names |= {"nats": "NATS", "postgres": "Postgres"}
        return {told: processes[name] for name, told in names.items()}

    def tokens(self, users: int) -> list[str]:
        """A token for each of this many users."""
        return [sign_token(self.secret, uuid5(NAMESPACE_OID, str(number))) for number in range(users)]

    def messages(self) -> int:
        """Messages that the bus has received from its clients."""
        now = traffic(self.running.http, self.running.told["natsMonitoring"])
        return sum(now.messages_in.values())

    async def commits(self) -> int:
        """Commits of the database, once all are counted."""
        await let_pass(STATISTICS_SECONDS)
        ((count,),) = self._owner.execute(COMMITS).fetchall()
        return int(count)

    def any_living(self) -> bool:
        """Whether any job is unfinished."""
        ((living,),) = self._owner.execute(LIVING).fetchall()
        return bool(living)

    async def until_over(self, within: float = 600) -> None:
        """Returns once no job is unfinished."""
        await eventually(lambda: not self.any_living(), within=within, told="all jobs are over")

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Runs a query as the database's owner."""
        return self._owner.execute(query.encode()).fetchall()

    def restart(self, name: str) -> None:
        """Restarts a process: after a busy time it would keep memory for later."""
        ended = self.running.kill(name, signal.SIGTERM)
        self.running.wait_for_restart(name, ended, within=90)
        eventually_sync(self.running.is_whole, within=60, told="all parts are up again")

    @contextmanager
    def another(self, service: str) -> Iterator[subprocess.Popen[bytes]]:
        """Another process of the service, which takes work and which nobody starts again."""
        self._others += 1
        first = psutil.Process(self.running.pid(service))
        ready = self.running.data_dir / "run" / f"another-{self._others}.json"
        env = {**first.environ(), "LODESTONE_READY_FILE": str(ready)}
        with (self.running.data_dir / "logs" / f"another-{self._others}.log").open("wb") as log:
            process = subprocess.Popen(
                first.cmdline(), env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        try:
            eventually_sync(ready.exists, within=60, told=f"another {service} is ready")
            yield process
        finally:
            process.kill()
            process.wait()

    @contextmanager
    def paused(self, name: str) -> Iterator[None]:
        """Stops a process for the duration of the block."""
        pid = self.running.kill(name, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def post(self, tokens: list[str], body: bytes = b"") -> Post:
        """The request that submits a no-op job, or a job of another type."""
        return Post("/api/jobs", body or job(), tuple(tokens))

    async def flood(self, post: Post, jobs: int, submitters: int) -> float:
        """Sends jobs from this many submitters at once; returns the seconds until all are over."""
        started = time.monotonic()
        await hurry(self.gateway, post, jobs, submitters)
        await self.until_over()
        return time.monotonic() - started


def job(*, seconds: float = 0.0, text: int = TEXT, size: int = SIZE, **more: str) -> bytes:
    """The request body for a no-op job; `more` may say its type and its priority."""
    told = {"text": "x" * text, "seconds": seconds, "size": size}
    return encoded({"jobType": "noop", "input": told} | more)
