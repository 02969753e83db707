"""What a peer has to offer to be measured. Each is used as its own documentation shows it."""

import os
from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass
from typing import Any

from support.waiting import let_pass

NOTES = "BENCH_NOTES"  # the variable with the path of the notes, without their suffix
NOTE_BYTES = 10  # of each line
CONCURRENCY = 32  # jobs of the one worker process at once: what a service of ours runs unless told


@dataclass(frozen=True)
class Noop:
    """The same job that our system is asked for."""

    text: str = ""
    seconds: float = 0.0
    size: int = 0

    def fields(self) -> dict[str, Any]:
        """As keyword arguments."""
        return asdict(self)


async def run_noop(seconds: float) -> None:
    """The handler: waits. It notes each start and end, so that jobs are counted without asking the peer."""
    _note("started")
    if seconds:
        await let_pass(seconds)
    _note("ended")


def _note(moment: str) -> None:
    with open(f"{os.environ[NOTES]}.{moment}", "a") as file:
        file.write(f"{os.getpid():>{NOTE_BYTES - 1}}\n")


class Peer(ABC):
    """One of them, on a database of its own; one object serves one process."""

    name: str
    resumes_alone = False  # whether a job is only resumed by the process that ran it, started again

    def __init__(self, database_url: str) -> None:
        self.url = database_url

    @abstractmethod
    async def set_up(self) -> None:
        """Makes its tables."""

    @abstractmethod
    async def open(self) -> None:
        """Makes ready to submit."""

    @abstractmethod
    async def submit(self, noop: Noop) -> str:
        """The id of a new job, once it is on disk."""

    @abstractmethod
    async def close(self) -> None:
        """Hangs up."""

    @abstractmethod
    async def work(self, concurrency: int, takeover: bool) -> None:
        """Runs jobs until it is cancelled; with `takeover`, by the settings that take over soonest."""
