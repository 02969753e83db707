"""The plan of a run, all from one seed: the jobs, the state of network and provider, and the faults."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

ROLES = ("worker1", "worker2", "relay1", "relay2", "projector1", "projector2")
WORKERS = ("worker1", "worker2")
WITHOUT_STANDBYS = (*WORKERS, "relay1", "projector1")
FAULTS_UNTIL = 45.0  # seconds; after that the network is healthy
WEIGHTS = (1, 1, 4)  # of the users, by their plans


@dataclass(frozen=True)
class Job:
    """A job that the API accepts."""

    at: float
    pieces: int = 3
    calls: int = 1  # concurrent
    deadline: float = 200.0
    max_attempts: int = 3
    cancel_after: float | None = None
    erase_after: float | None = None  # seconds until its owner deletes its lead magnet
    user: int = 0  # an index of WEIGHTS
    is_bulk: bool = False
    tokens: int = 1000  # that it is expected to use


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong, at a time or at a step of a process."""

    kind: str
    role: str = ""
    seconds: float = 0.0
    at: float = 0.0
    step: int = 0  # instead of a time: the number of a step of that role

    def __str__(self) -> str:
        when = f"at step {self.step}" if self.step else f"at {self.at:.1f} s"
        return f"{self.kind} {self.role} {when}" + (f" for {self.seconds:.1f} s" if self.seconds else "")


@dataclass(frozen=True)
class Plan:
    """One run."""

    seed: int
    jobs: tuple[Job, ...]
    faults: tuple[Fault, ...] = ()
    roles: tuple[str, ...] = ROLES
    is_cluster: bool = False
    takes_batches: bool = True
    loss: float = 0.0
    slowness: float = 0.004
    failures: float = 0.0
    piece_seconds: float = 1.0
    slots: int = 4
    drain_seconds: float = 3.0
    restart_seconds: float = 4.0

    @property
    def faults_until(self) -> float:
        """When the last fault is over."""
        ends = [fault.at + fault.seconds for fault in self.faults]
        return max([FAULTS_UNTIL if self.loss else 0.0, *ends]) + 2

    @property
    def timed(self) -> tuple[Fault, ...]:
        """The faults at a time."""
        return tuple(fault for fault in self.faults if not fault.step)

    def at_step(self, role: str, number: int) -> Fault | None:
        """The fault at that step of that role."""
        return next((f for f in self.faults if f.step == number and f.role == role), None)

    def with_faults(self, *faults: Fault) -> "Plan":
        """The same run with more faults."""
        return replace(self, faults=(*self.faults, *faults))


def plan_of(seed: int) -> Plan:
    """The run of a seed; half of all runs look for one kind of trouble."""
    rng = random.Random(f"family {seed}")  # noqa: S311
    family = rng.choice(("any", "any", "any", "losses", "races", "silence", "wipes"))
    return FAMILIES[{3: "crowds", 5: "queues", 7: "erasures"}.get(seed % 8, family)](seed)


def any_trouble(seed: int) -> Plan:
    """Anything may go wrong."""
    rng = _rng("any", seed)
    faults = tuple(_fault(rng) for _ in range(rng.randint(0, 5)))
    return Plan(
        seed=seed,
        jobs=tuple(_job(rng) for _ in range(rng.randint(1, 3))),
        faults=faults,
        roles=rng.choice((ROLES, WITHOUT_STANDBYS)),
        is_cluster=rng.random() < 0.5,
        loss=rng.choice((0.0, 0.02, 0.08, 0.2)),
        slowness=rng.choice((0.002, 0.01, 0.08)),
        failures=rng.choice((0.0, 0.1, 0.3)),
        piece_seconds=rng.choice((0.3, 1.0, 4.0)),
        slots=rng.choice((1, 4)),
        drain_seconds=rng.choice((0.5, 5.0)),
    )


def losses(seed: int) -> Plan:
    """A bad network while jobs are cancelled."""
    rng = _rng("losses", seed)
    job = Job(rng.uniform(0, 2), pieces=4, calls=rng.choice((2, 4)), cancel_after=rng.uniform(0.5, 9))
    return Plan(
        seed=seed,
        jobs=(job, _job(rng)),
        roles=WITHOUT_STANDBYS,
        is_cluster=rng.random() < 0.7,
        loss=0.3,
        failures=0.3,
        piece_seconds=rng.choice((0.3, 2.0)),
    )


def races(seed: int) -> Plan:
    """A worker is away until another has taken over, comes back, and then the other dies."""
    rng = _rng("races", seed)
    first, second = rng.sample(WORKERS, 2)
    at, seconds = rng.uniform(0.6, 6), rng.uniform(12, 24)
    away = rng.choice(("pause", "cut"))
    faults = [Fault(away, role, seconds, at) for role in (first, second)[: rng.choice((1, 1, 2))]]
    if rng.random() < 0.3:
        faults = [Fault("pause", first, seconds, step=rng.randint(8, 60))]
    if rng.random() < 0.7:
        faults.append(Fault("crash", second, at=at + seconds + rng.uniform(0.1, 4)))
    return Plan(
        seed=seed,
        jobs=tuple(Job(rng.uniform(0, 1), pieces=3, calls=rng.randint(1, 3)) for _ in range(2)),
        faults=tuple(faults),
        roles=WITHOUT_STANDBYS,
        loss=rng.choice((0.0, 0.05)),
        failures=rng.choice((0.0, 0.2)),
        piece_seconds=rng.choice((1.0, 6.0)),
    )


def silence(seed: int) -> Plan:
    """Workers are alive but cannot be heard for a while."""
    rng = _rng("silence", seed)
    kinds = rng.choices(("mute", "stutter"), k=2)
    faults = [Fault(kind, role, 24, rng.uniform(0, 3)) for kind, role in zip(kinds, WORKERS, strict=True)]
    if rng.random() < 0.25:  # long enough to make the reconciler ask
        faults = [Fault("cut", role, 50, rng.uniform(0, 3)) for role in WORKERS]
    return Plan(
        seed=seed,
        jobs=(Job(0.5, pieces=2, calls=rng.choice((1, 2))), Job(1.0, pieces=2)),
        faults=tuple(faults),
        roles=WITHOUT_STANDBYS,
        piece_seconds=rng.choice((8.0, 14.0)),
    )


def wipes(seed: int) -> Plan:
    """The stream is lost while work is in flight."""
    rng = _rng("wipes", seed)
    kind, at = rng.choice(("wipe", "wipe", "purge")), rng.uniform(0.3, 8)
    faults = [Fault(kind, seconds=rng.uniform(0.2, 4), at=at)]
    if rng.random() < 0.6:
        role = rng.choice(("relay1", "projector1", "projector2", "worker1"))
        away = rng.choice(("pause", "cut", "crash"))
        faults.append(Fault(away, role, rng.choice((0.6, 3.0, 8.0)), at + rng.uniform(-3, 6)))
    if rng.random() < 0.3:
        faults.append(Fault(kind, seconds=0.5, at=at + rng.uniform(4, 12)))
    return Plan(
        seed=seed,
        jobs=tuple(_job(rng, until=at + 1) for _ in range(rng.randint(1, 3))),
        faults=tuple(faults),
        roles=rng.choice((ROLES, WITHOUT_STANDBYS)),
        is_cluster=rng.random() < 0.5,
        loss=rng.choice((0.0, 0.1, 0.2)),
        slowness=rng.choice((0.004, 0.05)),
        piece_seconds=rng.choice((1.0, 4.0)),
    )


def erasures(seed: int) -> Plan:
    """Jobs are erased while they run or soon after, while some process is away."""
    rng = _rng("erasures", seed)
    jobs = tuple(replace(_job(rng, until=3), erase_after=rng.uniform(0, 12)) for _ in range(3))
    roles = ("relay1", "relay1", "projector1", "projector2", "worker1")
    kinds = ("pause", "pause", "cut", "crash")
    faults = [
        Fault(rng.choice(kinds), rng.choice(roles), rng.uniform(1, 25), rng.uniform(0, 15)) for _ in range(3)
    ]
    if rng.random() < 0.2:
        faults.append(Fault(rng.choice(("wipe", "purge")), seconds=0.5, at=rng.uniform(2, 20)))
    return Plan(
        seed=seed,
        jobs=jobs,
        faults=tuple(faults),
        roles=rng.choice((ROLES, WITHOUT_STANDBYS)),
        is_cluster=rng.random() < 0.5,
        loss=rng.choice((0.0, 0.1, 0.3)),
        failures=rng.choice((0.0, 0.2)),
        slowness=rng.choice((0.004, 0.08)),
        piece_seconds=rng.choice((0.3, 1.0)),
    )


def crowds(seed: int) -> Plan:
    """Jobs that are accepted at once, so that their events share batches; some are refused or unanswered."""
    rng = _rng("crowds", seed)
    at = rng.uniform(0, 3)
    return Plan(
        seed=seed,
        jobs=tuple(replace(_job(rng), at=at, pieces=2) for _ in range(rng.randint(3, 6))),
        faults=tuple(_fault(rng) for _ in range(rng.randint(0, 3))),
        roles=rng.choice((ROLES, WITHOUT_STANDBYS)),
        is_cluster=rng.random() < 0.5,
        takes_batches=rng.random() < 0.9,
        loss=rng.choice((0.0, 0.1, 0.3)),
        slowness=rng.choice((0.004, 0.05)),
        piece_seconds=rng.choice((0.3, 1.0)),
    )


def queues(seed: int) -> Plan:
    """More jobs than there are slots, so that they wait for their turns; some are cancelled meanwhile."""
    rng = _rng("queues", seed)
    return Plan(
        seed=seed,
        jobs=tuple(
            Job(
                at=rng.uniform(0, 4),
                pieces=rng.randint(1, 6),
                max_attempts=rng.choice((1, 3)),
                cancel_after=rng.uniform(0, 8) if rng.random() < 0.4 else None,
            )
            for _ in range(rng.randint(5, 10))
        ),
        faults=tuple(_fault(rng) for _ in range(rng.randint(0, 2))),
        roles=rng.choice((ROLES, WITHOUT_STANDBYS)),
        loss=rng.choice((0.0, 0.0, 0.05)),
        slowness=rng.choice((0.004, 0.05)),
        piece_seconds=rng.choice((1.0, 4.0, 8.0)),
        slots=1,
    )


def _with_users(family: Callable[[int], Plan]) -> Callable[[int], Plan]:
    """Whose the jobs are, and what they wait for, is drawn apart from everything else."""

    def plan(seed: int) -> Plan:
        rng, made = _rng("users", seed), family(seed)
        return replace(made, jobs=tuple(_of_a_user(rng, job) for job in made.jobs))

    return plan


_FAMILIES = {
    "any": any_trouble,
    "losses": losses,
    "races": races,
    "silence": silence,
    "wipes": wipes,
    "erasures": erasures,
    "crowds": crowds,
    "queues": queues,
}
FAMILIES = {name: _with_users(family) for name, family in _FAMILIES.items()}


def _rng(family: str, seed: int) -> random.Random:
    return random.Random(f"{family} {seed}")  # noqa: S311


def _job(rng: random.Random, until: float = 10.0) -> Job:
    pieces = rng.randint(1, 5)
    return Job(
        at=rng.uniform(0, until),
        pieces=pieces,
        calls=rng.randint(1, pieces),
        deadline=rng.choice((20.0, 60.0, 200.0, 200.0)),
        max_attempts=rng.choice((1, 3, 3)),
        cancel_after=rng.expovariate(1 / 6) if rng.random() < 0.35 else None,
    )


def _of_a_user(rng: random.Random, job: Job) -> Job:
    user, is_bulk, tokens = rng.randrange(len(WEIGHTS)), rng.random() < 0.3, rng.randint(500, 5000)
    return replace(job, user=user, is_bulk=is_bulk, tokens=tokens)


def _fault(rng: random.Random) -> Fault:
    kind = rng.choices(*zip(*KINDS.items(), strict=True))[0]
    at, seconds, role = min(rng.expovariate(1 / 9), FAULTS_UNTIL - 1), 0.0, ""
    if kind in ("crash", "terminate", "pause", "cut"):
        role = rng.choice(ROLES)
    if kind in ("mute", "stutter"):
        role, seconds = rng.choice(WORKERS), rng.uniform(11, 20)
    if kind in ("pause", "cut"):
        seconds = rng.choice((0.5, 4.0, 12.0, 25.0)) * rng.uniform(0.5, 1.5)
    if kind in ("restart_broker", "wipe", "lose_database"):
        seconds = rng.uniform(0.2, 5)
    return Fault(kind, role, seconds, at)


KINDS = {
    "crash": 6,
    "terminate": 2,
    "pause": 5,
    "cut": 4,
    "mute": 2,
    "stutter": 2,
    "restart_broker": 2,
    "wipe": 2,
    "purge": 1,
    "lose_database": 2,
}
