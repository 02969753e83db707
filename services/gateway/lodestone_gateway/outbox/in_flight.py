"""Which jobs of each user are in flight in a service: published, and not known to have ended. Pure; times are
in seconds.

One user may have three quarters of a service's slots in flight, so that the others find a quarter of them
free. Rounds pass over what a user at that bound has waiting, and lanes are read on meanwhile. So the user is
read apart from the lanes, from the first place that is free again until nothing of theirs waits any more.

Ends are heard at most once, and only while somebody is near the bound: that a job has ended may be known
late, never too soon. Postgres says which jobs live, and that counts.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from lodestone_gateway.outbox.place import Lane, Look, Turn

FEWEST_SLOTS = 4  # where there are fewer, one user may have them all
ROUND_SECONDS = 0.05  # between two rounds for fewer places than an eighth of the bound
ASK_SECONDS = 1.0  # between two questions to Postgres while somebody is near the bound
REMEMBERED = 1_000  # jobs that are not asked about as long as nobody is near the bound
UNBOUNDED = 1_000_000


class Holder(NamedTuple):
    """A user in a service."""

    service: str
    user_id: UUID


class Capped(NamedTuple):
    """A user of whose jobs of this type some wait for one of the user's jobs to end."""

    job_type: str
    user_id: UUID


def bound_of(slots: int) -> int:
    """How many jobs of one user may be in flight in a service with so many slots."""
    return slots * 3 // 4 if slots >= FEWEST_SLOTS else UNBOUNDED


class InFlight:
    """The jobs in flight, as far as this relay knows."""

    def __init__(self, services: Mapping[str, str]) -> None:
        self._services = services  # of each job type
        self._types = {
            service: [name for name, its in services.items() if its == service]
            for service in services.values()
        }
        self._holders: dict[UUID, Holder] = {}  # of each job
        self._jobs: dict[Holder, set[UUID]] = {}
        self._bounds: Mapping[str, int] = {}  # of each service whose workers are heard
        self._near: set[Holder] = set()  # those near the bound
        self._capped: dict[Capped, None] = {}  # those who are read apart
        self._asked: set[Holder] = set()  # those near the bound who were asked about since they came there
        self._round_at = 0.0  # when the last round began
        self._ask_at = 0.0
        self._remembered = REMEMBERED

    def bind(self, bounds: Mapping[str, int]) -> None:
        """From now on a user may have so many jobs in flight in each of these services."""
        if bounds != self._bounds:
            self._bounds = bounds
            self._near = {holder for holder in self._jobs if self._is_near(holder)}

    def add(self, job_type: str, job_id: UUID, user_id: UUID) -> None:
        """It is published."""
        if job_type in self._services:
            self._holders[job_id] = holder = self.holder(job_type, user_id)
            self._jobs.setdefault(holder, set()).add(job_id)
            if self._is_near(holder):
                self._near.add(holder)

    def end(self, job_id: UUID) -> None:
        """It has ended, or is not published after all."""
        if holder := self._holders.pop(job_id, None):
            jobs = self._jobs[holder]
            jobs.discard(job_id)
            if not self._is_near(holder):
                self._near.discard(holder)
            if not jobs:
                del self._jobs[holder]

    def left(self, holder: Holder) -> int:
        """How many more jobs of the user may be published."""
        return max(self._bound(holder) - len(self._jobs.get(holder, ())), 0)

    def holder(self, job_type: str, user_id: UUID) -> Holder:
        """Whose jobs of that type count together; a job type of another release is a service of its own."""
        return Holder(self._services.get(job_type, job_type), user_id)

    def capped(self, now: float) -> dict[str, dict[UUID, int]]:
        """A round begins: for each job type the users who are read apart from now on, and how many more they
        may publish."""
        self._round_at = now
        for holder in self._near:
            if not self.left(holder):
                for job_type in self._types[holder.service]:
                    self._capped[Capped(job_type, holder.user_id)] = None
        found: dict[str, dict[UUID, int]] = {}
        for job_type, user_id in self._capped:
            found.setdefault(job_type, {})[user_id] = self.left(self.holder(job_type, user_id))
        return found

    def note(
        self, look: Look, read: Sequence[Turn], taken: Collection[str], refused: Iterable[Capped]
    ) -> None:
        """What a round has read, and taken of it by event id.

        Whom it has refused something is read apart from now on; of whom there is nothing left, no more.
        """
        found = Counter((row.lane, row.user_id) for row in read)
        left = {(row.lane.job_type, row.user_id) for row in read if row.event_id not in taken}
        for job_type, users in look.capped.items():
            lanes = [Lane(job_type, is_bulk) for is_bulk in (False, True)]
            for user_id, asked in users.items():
                is_all = all(found[lane, user_id] < asked for lane in lanes)
                if is_all and (job_type, user_id) not in left:
                    self._capped.pop(Capped(job_type, user_id), None)
        self._capped.update(dict.fromkeys(refused))

    def due_in(self, rooms: Mapping[str, int], now: float) -> float | None:
        """The seconds until a round is worth its price for somebody who is read apart; None if there is
        neither room nor a place for any of them.

        It is due at once for an eighth of a user's places, for fewer when the last one was long enough ago.
        """
        holders = {self.holder(*each) for each in self._capped if rooms.get(each.job_type)}
        free = [holder for holder in holders if self.left(holder)]
        if any(self.left(holder) >= self._bound(holder) // 8 for holder in free):
            return 0.0
        return max(self._round_at + ROUND_SECONDS - now, 0.0) if free else None

    @property
    def waiting(self) -> list[Capped]:
        """Those who are read apart."""
        return list(self._capped)

    @property
    def is_near(self) -> bool:
        """Whether somebody is near the bound, so that ends are to be heard."""
        return bool(self._near or self._capped)

    def doubtful(self, now: float) -> list[UUID]:
        """The jobs of which Postgres is to be asked now whether they live."""
        near = self._near | {self.holder(*each) for each in self._capped}
        is_new, self._asked = bool(near - self._asked), near
        if len(self._holders) > self._remembered:
            return list(self._holders)
        if not near or not (is_new or now >= self._ask_at):
            return []
        self._ask_at = now + ASK_SECONDS
        return [job_id for holder in near for job_id in self._jobs.get(holder, ())]

    def correct(self, asked: Iterable[UUID], living: Collection[UUID]) -> None:
        """Of the jobs that were asked about, these live."""
        for job_id in asked:
            if job_id not in living:
                self.end(job_id)
        self._remembered = max(REMEMBERED, 2 * len(self._holders))

    def _bound(self, holder: Holder) -> int:
        return self._bounds.get(holder.service, UNBOUNDED)

    def _is_near(self, holder: Holder) -> bool:
        bound = self._bound(holder)
        return len(self._jobs[holder]) >= bound - bound // 4


class Budget:
    """What each user may still publish in a round."""

    def __init__(self, in_flight: InFlight) -> None:
        self._in_flight = in_flight
        self._spent = Counter[Holder]()
        self.refused: dict[Capped, None] = {}

    def spend(self, row: Turn) -> bool:
        """Takes one of its user's places; returns whether there was one left."""
        if row.user_id is None:
            return True
        holder = self._in_flight.holder(row.lane.job_type, row.user_id)
        if self._in_flight.left(holder) <= self._spent[holder]:
            self.refused[Capped(row.lane.job_type, row.user_id)] = None
            return False
        self._spent[holder] += 1
        return True
