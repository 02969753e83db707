"""What keeps jobs from starting that nobody runs yet, by job type, and for whom."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple, Self
from uuid import UUID

from lodestone.events import Priority

from lodestone_gateway.store.operations_tables import EVERYTHING
from lodestone_gateway.store.tables import BackgroundJob

FRESH = timedelta(seconds=3)  # what the relay told earlier counts no more
CAPPED = "capped_users"  # the channel on which the relay names those whose jobs wait for their own jobs
MOST_CAPPED = 100  # job types and users in one notification, which has 8,000 bytes


class Pace(NamedTuple):
    """How a lane of the outbox advances of which something is held back."""

    job_type: str
    is_bulk: bool
    turn: int  # that it has reached
    per_second: float  # turns; 0 where that is not known


class Scope(NamedTuple):
    """What an operator pauses: a job type, a user's jobs, or everything."""

    job_type: str | None = None
    user_id: UUID | None = None

    @property
    def key(self) -> str:
        """A job type, a user's id as text, or the name of everything."""
        return str(self.user_id or self.job_type or EVERYTHING)


@dataclass(frozen=True)
class Holds:
    """As read last."""

    paused: frozenset[str] = frozenset()  # job types or everything by operators, work by the cap on spend
    resumed: frozenset[str] = frozenset()  # job types or everything that operators have resumed gradually
    paused_users: frozenset[UUID] = frozenset()  # whom operators have paused, or resumed gradually
    paces: Mapping[tuple[str, bool], Pace] = field(default_factory=dict)  # by job type and `is_bulk`
    capped: frozenset[tuple[str, UUID]] = (
        frozenset()
    )  # job types and users with as much in flight as they may

    @classmethod
    def of(
        cls,
        paused: Iterable[str],
        paces: Iterable[tuple[str, bool, int, float]],
        capped: Iterable[tuple[str, UUID]] = (),
        *,
        resumed: Iterable[str] = (),
        paused_users: Iterable[UUID] = (),
    ) -> Self:
        """From rows of the tables, and as the relay told last."""
        told = [Pace(*pace) for pace in paces]
        return cls(
            paused=frozenset(paused),
            resumed=frozenset(resumed),
            paused_users=frozenset(paused_users),
            paces={(pace.job_type, pace.is_bulk): pace for pace in told},
            capped=frozenset(capped),
        )

    def with_pause(self, scope: Scope, *, is_paused: bool, is_gradual: bool = False) -> Self:
        """Before the tables are read again."""
        if scope.user_id:
            others = self.paused_users - {scope.user_id}
            return replace(self, paused_users=others | {scope.user_id} if is_paused or is_gradual else others)
        paused, resumed = self.paused - {scope.key}, self.resumed - {scope.key}
        return replace(
            self,
            paused=paused | {scope.key} if is_paused else paused,
            resumed=resumed | {scope.key} if is_gradual else resumed,
        )

    def pauses(self, job: BackgroundJob) -> bool:
        """Whether an operator's pause keeps a waiting job from its next attempt.

        What the relay has published already is held by a pause of its type or of everything alone.
        """
        is_resumed = bool({job.job_type, EVERYTHING} & self.resumed)
        is_held = is_resumed or job.user_id in self.paused_users or job.held_by is not None
        return self.stops(job) or (not job.seq and is_held)

    def stops(self, job: BackgroundJob) -> bool:
        """Whether its type or everything is paused."""
        return bool({job.job_type, EVERYTHING} & self.paused)

    def pace_of(self, job: BackgroundJob) -> Pace | None:
        """How the job's lane advances, if something in it is held back."""
        return self.paces.get((job.job_type, job.priority == Priority.BULK))

    def caps(self, job: BackgroundJob) -> bool:
        """Whether the job waits for another one of its user to end."""
        return (job.job_type, job.user_id) in self.capped


def read_capped(told: str) -> frozenset[tuple[str, UUID]]:
    """Job types and users as the relay names them. Raises ValueError or TypeError."""
    return frozenset((job_type, UUID(str(user_id))) for job_type, user_id in json.loads(told))


def estimated_start(turn: int, pace: Pace, now: datetime) -> datetime | None:
    """About when the lane reaches that turn; None where nobody can say."""
    if not pace.per_second:
        return None
    return now + timedelta(seconds=max(turn - pace.turn, 0) / pace.per_second)
