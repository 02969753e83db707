"""One cause of a job's state: what it is, in two vocabularies, and what it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from lodestone.clock import format_time

Fact: TypeAlias = int | float | str | None
Facts: TypeAlias = Mapping[str, Fact]

GOOD_FOR = timedelta(seconds=15)  # what was seen longer ago supports no advice


class Code(StrEnum):
    """What may be the cause. Those that a job waits for have the names of its `waitingFor`."""

    PAUSED = "paused"
    SPEND = "spend"
    CAP = "cap"
    TURN = "turn"
    SLOT = "slot"
    RETRY = "retry"
    PROVIDER = "provider"
    RATE_LIMIT = "rate_limit"
    BREAKER_OPEN = "breaker_open"
    NO_WORKER = "no_worker"
    WORKER_LOST = "worker_lost"
    RELAY_STOPPED = "relay_stopped"
    BUS_SILENT = "bus_silent"
    NOT_RELAYED = "not_relayed"
    POISONED = "poisoned"
    PROJECTOR_BEHIND = "projector_behind"
    OVERDUE = "overdue"
    STARTING = "starting"
    RUNNING = "running"
    CANCELLING = "cancelling"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    ERASED = "erased"


@dataclass(frozen=True)
class Cause:
    """A cause, and when what it rests on was seen."""

    code: Code
    text: str  # for operators
    owner_text: str
    seen_at: datetime
    evidence: Facts = field(default_factory=dict)  # by name in camelCase; of other users it has counts only
    internals: Facts = field(default_factory=dict)  # evidence that only operators see
    advice: str = ""  # for operators
    is_fresh: bool = True

    def at(self, now: datetime) -> "Cause":
        """As it is to be told then: stale evidence is said to be, and supports no advice."""
        age = now - self.seen_at
        if age <= GOOD_FOR:
            return self
        told = f"{self.text} This was seen {seconds(age)} s ago, and nothing newer is known."
        return replace(self, text=told, advice="", is_fresh=False)


def seconds(duration: timedelta) -> int:
    """Whole seconds, never below zero."""
    return max(int(duration.total_seconds()), 0)


def moment(time: datetime) -> str:
    """A time as operators read it."""
    return format_time(time)


def counted(number: int, thing: str) -> str:
    """As `1 job` or `2 jobs`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
