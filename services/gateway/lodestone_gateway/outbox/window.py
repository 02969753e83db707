"""How many requests of each job type may be published now. Pure; times are in seconds.

What is published is delivered in the order of the stream, and nobody who comes later can overtake it. So the
relay publishes what is about to run: what free workers take at once, and what workers take in a quarter of a
second. It counts the requests that no worker has started. Starts and signs of life are heard at most once;
now and then the broker says how many requests it has not delivered, and that counts.
"""

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from lodestone.bus.heartbeat import HEARTBEAT_SECONDS

from lodestone_gateway.outbox.in_flight import InFlight, bound_of

LEAST = 4  # requests of a job type that may wait for a worker, whatever is known of the workers
AHEAD_SECONDS = 0.25  # what workers start in this time may wait for them
RATE_SECONDS = 1.0  # over which ends are counted
ABSENT_SECONDS = 2 * HEARTBEAT_SECONDS  # a worker that was not heard for this long counts no more
PRESUMED = ""  # the worker of what runs before any is heard


class Line:
    """The published requests of a job type that no worker has started."""

    def __init__(self) -> None:
        self.is_held = False  # whether there was no room for all that waited
        self._jobs: dict[UUID, None] = {}  # published by this relay, the oldest first
        self._others = 0  # published by others, such as the relay before

    def __len__(self) -> int:
        return len(self._jobs) + self._others

    def add(self, job_id: UUID) -> None:
        """It is about to be published: it may be started before that is known here."""
        self._jobs[job_id] = None

    def start(self, job_id: UUID) -> None:
        """It was started, for the first time or again."""
        if job_id in self._jobs:
            del self._jobs[job_id]
        elif self._others:
            self._others -= 1

    def remove(self, job_id: UUID) -> None:
        """It is not published after all."""
        self._jobs.pop(job_id, None)

    def correct(self, count: int) -> None:
        """So many are left, says the broker, which delivers the oldest first."""
        for job_id in list(self._jobs)[: max(len(self._jobs) - count, 0)]:
            del self._jobs[job_id]
        self._others = count - len(self._jobs)


class Request(NamedTuple):
    """A published request."""

    job_type: str
    job_id: UUID
    user_id: UUID


class Fleet:
    """The workers of a service, as far as they were heard."""

    def __init__(self) -> None:
        self._workers: dict[str, tuple[float, int, int, int]] = {}  # when, slots, running, starts until then
        self._starts = 0
        self._samples: deque[tuple[float, int]] = deque()  # when, and how many jobs had ended

    def start(self) -> None:
        """One of them started a job."""
        self._starts += 1

    def hear(self, worker_id: str, slots: int, running: int, now: float) -> None:
        """A worker says of itself how many jobs it may run, and how many it runs."""
        self._workers.pop(PRESUMED, None)
        self._workers[worker_id] = (now, slots, running, self._starts)
        self._workers = {id: told for id, told in self._workers.items() if told[0] > now - ABSENT_SECONDS}
        self._samples.append((now, self._starts - self._running))
        while self._samples[0][0] < now - RATE_SECONDS and len(self._samples) > 2:
            self._samples.popleft()

    def presume(self, running: int, now: float) -> None:
        """Before a worker is heard there are as many slots as jobs run."""
        self._workers[PRESUMED] = (now, running, running, self._starts)

    def takes(self, now: float) -> int:
        """How many jobs they take now and soon."""
        workers = self._present(now)
        free = sum(max(slots - running, 0) for _, slots, running, _ in workers)
        started = sum(self._starts - starts for *_, starts in workers) / max(len(workers), 1)
        return int(max(free - started, 0) + self._ends_per_second * AHEAD_SECONDS)

    def slots(self, now: float) -> int:
        """How many jobs they run at once."""
        return sum(slots for _, slots, *_ in self._present(now))

    def _present(self, now: float) -> list[tuple[float, int, int, int]]:
        return [told for told in self._workers.values() if told[0] > now - ABSENT_SECONDS]

    @property
    def _running(self) -> int:
        return sum(running for _, _, running, _ in self._workers.values())

    @property
    def _ends_per_second(self) -> float:
        if len(self._samples) < 2:
            return 0.0
        (since, before), (until, after) = self._samples[0], self._samples[-1]
        return max(after - before, 0) / max(until - since, AHEAD_SECONDS)


class Window:
    """The bound on what is published, for each job type."""

    def __init__(self, services: Mapping[str, str]) -> None:
        self._services = services  # of each job type
        self.lines = {job_type: Line() for job_type in services}
        self._fleets = {service: Fleet() for service in services.values()}
        self.in_flight = InFlight(services)

    def presume(self, running: Sequence[Request], now: float) -> None:
        """These run when the relay begins, whoever has published them."""
        counts = Counter(self._services.get(each.job_type) for each in running)
        for request in running:
            self.in_flight.add(*request)
        for service, fleet in self._fleets.items():
            fleet.presume(counts[service], now)

    def bounds(self, now: float) -> dict[str, int]:
        """How many jobs of one user may be in flight in each service whose workers are heard."""
        slots = {service: fleet.slots(now) for service, fleet in self._fleets.items()}
        return {service: bound_of(count) for service, count in slots.items() if count}

    def rooms(self, now: float) -> dict[str, int]:
        """How many requests of each job type may be published."""
        takes = {service: LEAST + fleet.takes(now) for service, fleet in self._fleets.items()}
        ahead = dict.fromkeys(takes, 0)
        for job_type, line in self.lines.items():
            ahead[self._services[job_type]] += len(line)
        return {
            job_type: max(_room(LEAST, len(line)), _room(takes[service], ahead[service]))
            for job_type, line in self.lines.items()
            for service in [self._services[job_type]]
        }

    def hear_start(self, job_type: str, job_id: UUID, now: float) -> bool:
        """A job was started; returns whether there is room now for what was held back."""
        if job_type not in self.lines:
            return False
        self.lines[job_type].start(job_id)
        self._fleets[self._services[job_type]].start()
        return self.lines[job_type].is_held and self.rooms(now)[job_type] > 0

    def hear_worker(self, service: str, worker_id: str, slots: int, running: int, now: float) -> bool:
        """A worker told of itself; returns whether there is room now for what was held back."""
        if service not in self._fleets:
            return False
        self._fleets[service].hear(worker_id, slots, running, now)
        self.in_flight.bind(self.bounds(now))
        return self.is_open(now)

    def hear_end(self, job_id: UUID, now: float) -> float | None:
        """A job has ended; returns in how many seconds a round is due for what its user's bound held back,
        None if none is."""
        self.in_flight.end(job_id)
        return self.in_flight.due_in(self.rooms(now), now) if self.in_flight.waiting else None

    def is_open(self, now: float) -> bool:
        """Whether there is room for something that was held back."""
        if not (self.is_holding or self.in_flight.waiting):
            return False
        rooms = self.rooms(now)
        return self.in_flight.due_in(rooms, now) == 0 or any(
            self.lines[job_type].is_held and room for job_type, room in rooms.items()
        )

    def publish(self, requests: Iterable[Request]) -> None:
        """These are about to be published."""
        for request in requests:
            if request.job_type in self.lines:
                self.lines[request.job_type].add(request.job_id)
                self.in_flight.add(*request)

    def take_back(self, requests: Iterable[Request]) -> None:
        """These are not published after all."""
        for request in requests:
            if request.job_type in self.lines:
                self.lines[request.job_type].remove(request.job_id)
                self.in_flight.end(request.job_id)

    def hold(self, read: Mapping[str, int], rooms: Mapping[str, int]) -> None:
        """How many waiting requests the last round found where there was room for so many."""
        for job_type, line in self.lines.items():
            line.is_held = read.get(job_type, 0) >= rooms.get(job_type, 0)

    @property
    def is_holding(self) -> bool:
        """Whether more may wait than the last round has read."""
        return any(line.is_held for line in self.lines.values())

    @property
    def held(self) -> list[str]:
        """The job types that wait for room."""
        return [job_type for job_type, line in self.lines.items() if line.is_held and len(line)]


def _room(most: int, ahead: int) -> int:
    """What may be published; nothing rather than little, since every round has its price."""
    left = max(most - ahead, 0)
    return left if left * 2 >= most else 0
