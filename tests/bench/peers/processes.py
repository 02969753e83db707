"""A peer's processes: one that serves the POST, and workers; and its database on the measured Postgres."""

import importlib
import os
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from support.backends import new_database
from support.waiting import eventually

from bench.peers.__main__ import PEERS
from bench.peers.peer import NOTE_BYTES, NOTES, Peer

TESTS = Path(__file__).parents[2]
Worker: TypeAlias = subprocess.Popen[bytes]
NO_ENV: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Serving:
    """A process that serves the POST."""

    url: str
    pid: int


class MeasuredPeer:
    """A peer with its tables made; `peer` submits from this process."""

    def __init__(self, kind: type[Peer], server_url: str, folder: Path) -> None:
        self.name = kind.name
        self.url = new_database(server_url)
        self._notes = folder / kind.name
        self._expected = 0
        with _process("setup", self.name, self.url) as process:
            assert process.wait() == 0, f"{self.name} has no tables"
        self.peer = kind(self.url)

    async def until_ended(self, jobs: int, within: float = 300) -> None:
        """Returns once this many more jobs than at the last call have ended."""
        self._expected += jobs
        told = f"all jobs of {self.name} are over"
        await eventually(lambda: self._ended() >= self._expected, within=within, told=told)
        self._expected = self._ended()  # some peers run a job twice

    def busiest(self, workers: list[Worker]) -> Worker:
        """The worker with most of the jobs that run now."""
        running = Counter(self._noted("started")) - Counter(self._noted("ended"))
        return max(workers, key=lambda worker: running[worker.pid])

    def _ended(self) -> int:
        file = self._notes.with_suffix(".ended")
        return file.stat().st_size // NOTE_BYTES if file.exists() else 0

    def _noted(self, moment: str) -> list[int]:
        file = self._notes.with_suffix(f".{moment}")
        return list(map(int, file.read_text().split())) if file.exists() else []

    @contextmanager
    def serving(self) -> Iterator[Serving]:
        """The thin POST in front of it."""
        with _serving(self.name, self.url) as served:
            yield served

    @contextmanager
    def working(self, concurrency: int, *, takeover: bool = False) -> Iterator[Worker]:
        """A worker, which may be killed."""
        more = ["--takeover"] if takeover else []
        env = {NOTES: str(self._notes)}
        arguments = ["work", self.name, self.url, "--concurrency", str(concurrency), *more]
        with _process(*arguments, env=env) as process:
            yield process


def installed() -> list[type[Peer]]:
    """The peers that can be measured here."""
    found: list[type[Peer]] = []
    for module, kind in (place.split(":") for place in PEERS.values()):
        try:
            found.append(getattr(importlib.import_module(f"bench.peers.{module}"), kind))
        except ModuleNotFoundError:
            continue
    return found


@contextmanager
def bare_post() -> Iterator[Serving]:
    """The same thin POST with nothing behind it."""
    with _serving("none", "") as served:
        yield served


@contextmanager
def _serving(name: str, database_url: str) -> Iterator[Serving]:
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        number = listener.fileno()
        with _process("serve", name, database_url, "--listener", str(number), inherits=[number]) as process:
            yield Serving(url, process.pid)


@contextmanager
def _process(
    *arguments: str, inherits: Sequence[int] = (), env: Mapping[str, str] = NO_ENV
) -> Iterator[Worker]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.peers", *arguments],
        env={**os.environ, "PYTHONPATH": str(TESTS), **env},
        stdin=subprocess.DEVNULL,
        pass_fds=inherits,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
