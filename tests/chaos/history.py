"""The record of a run: one entry per observation, stored as lines of JSON.

Times are Unix seconds by the clock of the machine on which everything runs.

| kind | content |
|---|---|
| submit | `sent, at, user, jobType, key, status, jobId?` of every POST that makes a job |
| flood | `at, user, caps`: this user submits as much as they can, and these are the caps of their plan |
| refused | `sent, at, user, jobType, key, status, cap?` of a POST that was one too many |
| cancel | `sent, at, user, jobId, status` |
| read | `sent, at, user, watcher, jobId, way, status, state?` of a poll, a long-poll or a history |
| frame | `at, user, watcher, way, jobId, seq, event, digest` of one event that a watcher received |
| stream | `opened, closed, user, watcher, jobId?, ended` of one connection |
| fault | `at, until, what, target, process`: kill, term, pause, provider |
| replica | `target`: a second process of that part runs during the whole run |
| exit | `at, target, status` of a process that was told to stop |
| healed | `at`: the disturbances are over |
| event | one message of the stream |
| call | one call in the provider's own journal |
| row · rebuilt | a job's row, and the same row folded from the whole stream |
| told | one row of a job's history in Postgres |
| ledger | one row of the spend ledger |
"""

import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

Record = dict[str, Any]
ENDS = ("completed", "failed", "cancelled")


class Recorder:
    """Writes records to a file; thread-safe."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("w")
        self._lock = threading.Lock()

    def note(self, kind: str, **fields: Any) -> None:
        """Writes one record; `at` defaults to now."""
        record = {"kind": kind, "at": time.time(), **fields}
        with self._lock:
            self._file.write(json.dumps(record, default=str) + "\n")

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


@dataclass(frozen=True)
class Limits:
    """The time limits of the promises, in seconds; `slack` is added on a busy machine."""

    takeover: float = 15.0  # if another process is ready
    after_restart: float = 4.0  # if the same process has to restart first
    cancel: float = 1.0
    after_back: float = 30.0
    drain: float = 3.0
    slack: float = 2.0


@dataclass(frozen=True)
class Run:
    """All records of a run, and views of them for the rules."""

    records: tuple[Record, ...]
    limits: Limits = Limits()

    @classmethod
    def read(cls, path: Path, limits: Limits | None = None) -> Self:
        """The run recorded in a file."""
        with path.open() as lines:
            return cls(tuple(json.loads(line) for line in lines), limits or Limits())

    @cached_property
    def _by_kind(self) -> dict[str, list[Record]]:
        found: dict[str, list[Record]] = defaultdict(list)
        for record in self.records:
            found[record["kind"]].append(record)
        return found

    def of(self, kind: str) -> list[Record]:
        """The records of a kind, in the order in which they were written."""
        return self._by_kind.get(kind, [])

    @cached_property
    def logs(self) -> dict[str, list[Record]]:
        """The events of each job in stream order, without duplicates."""
        return _grouped(_unique(sorted(self.of("event"), key=lambda event: int(event["sequence"]))), "jobId")

    @cached_property
    def rows(self) -> dict[str, Record]:
        """The row of each job."""
        return {row["id"]: row for row in self.of("row")}

    @cached_property
    def calls(self) -> dict[str, list[Record]]:
        """The provider's journal of each job, by the start of the call."""
        return _grouped(sorted(self.of("call"), key=lambda call: float(call["started"])), "jobId")

    @cached_property
    def accepted(self) -> dict[str, Record]:
        """The first answer for each job; if the 202 was lost, the answer to the repeated request."""
        found: dict[str, Record] = {}
        for record in self.of("submit"):
            if record.get("jobId"):
                found.setdefault(record["jobId"], record)
        return found

    @cached_property
    def owners(self) -> dict[str, str]:
        """The owner of each job, by client name."""
        return {record["jobId"]: record["user"] for record in self.of("submit") if record.get("jobId")}

    def faults(self, *targets: str, start: float, end: float) -> list[Record]:
        """The faults of these targets that began, or were not yet over, between two moments."""
        return [
            fault
            for fault in self.of("fault")
            if fault["target"] in targets and fault["at"] <= end and fault["until"] >= start
        ]


def service_of(event: Record) -> str:
    """The process of the worker that an event names."""
    return str(event["body"]["workerId"]).rsplit("-", 1)[0]


def end_of(log: list[Record]) -> Record | None:
    """The terminal event that counts."""
    return next((event for event in log if event["event"] in ENDS), None)


def starts_of(log: list[Record]) -> list[Record]:
    """The starts of a log."""
    return [event for event in log if event["event"] == "started"]


def _unique(events: Iterable[Record]) -> Iterator[Record]:
    seen: set[str] = set()
    for event in events:
        if event["id"] not in seen:
            seen.add(event["id"])
            yield event


def _grouped(records: Iterable[Record], key: str) -> dict[str, list[Record]]:
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        groups[record[key]].append(record)
    return dict(groups)
