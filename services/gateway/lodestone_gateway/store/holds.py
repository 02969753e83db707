"""What keeps jobs from starting that nobody runs yet, by job type; the same for all of their owners."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple, Self

from lodestone.events import Priority

from lodestone_gateway.store.tables import BackgroundJob

FRESH = timedelta(seconds=3)  # a pace that was told earlier counts no more


class Pace(NamedTuple):
    """How a lane of the outbox advances of which something is held back."""

    job_type: str
    is_bulk: bool
    turn: int  # that it has reached
    per_second: float  # turns; 0 where that is not known


@dataclass(frozen=True)
class Holds:
    """As read last."""

    paused: frozenset[str] = frozenset()  # job types by operators, work by the cap on spend
    paces: Mapping[tuple[str, bool], Pace] = field(default_factory=dict)  # by job type and `is_bulk`

    @classmethod
    def of(cls, paused: Iterable[str], paces: Iterable[tuple[str, bool, int, float]]) -> Self:
        """From rows of the tables."""
        told = [Pace(*pace) for pace in paces]
        return cls(frozenset(paused), {(pace.job_type, pace.is_bulk): pace for pace in told})

    def with_pause(self, job_type: str, *, is_paused: bool) -> Self:
        """Before the tables are read again."""
        paused = self.paused | {job_type} if is_paused else self.paused - {job_type}
        return replace(self, paused=paused)

    def pace_of(self, job: BackgroundJob) -> Pace | None:
        """How the job's lane advances, if something in it is held back."""
        return self.paces.get((job.job_type, job.priority == Priority.BULK))


def estimated_start(turn: int, pace: Pace, now: datetime) -> datetime | None:
    """About when the lane reaches that turn; None where nobody can say."""
    if not pace.per_second:
        return None
    return now + timedelta(seconds=max(turn - pace.turn, 0) / pace.per_second)
