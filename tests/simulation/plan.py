"""What happens in a run: the jobs, the state of network and provider, and the faults, all from one seed."""

import random
from dataclasses import dataclass, field, replace

ROLES = ("worker1", "worker2", "relay1", "relay2", "projector1", "projector2")
FAULTS_UNTIL = 45.0


@dataclass(frozen=True)
class Job:
    """A job that the API accepts."""

    at: float
    pieces: int = 3
    calls: int = 1  # side by side
    deadline: float = 200.0
    max_attempts: int = 3
    cancel_after: float | None = None


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong: at a time, or at a step of a process."""

    kind: str
    role: str = ""
    seconds: float = 0.0
    at: float = 0.0
    step: int = 0  # instead of a time: when that role does its so many-th thing

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
    loss: float = 0.0
    slowness: float = 0.004
    failures: float = 0.0
    piece_seconds: float = 1.0
    slots: int = 4
    drain_seconds: float = 3.0
    restart_seconds: float = 4.0
    faults_until: float = 0.0
    by_step: dict[tuple[str, int], Fault] = field(default_factory=dict, compare=False)

    @property
    def timed(self) -> tuple[Fault, ...]:
        """Faults at a time."""
        return tuple(fault for fault in self.faults if not fault.step)

    def at_step(self, role: str, number: int) -> Fault | None:
        """The fault that strikes there."""
        return next((f for f in self.faults if f.step == number and f.role == role), None)

    def with_faults(self, *faults: Fault) -> "Plan":
        """The same run with more going wrong."""
        return replace(self, faults=(*self.faults, *faults))


def plan_of(seed: int) -> Plan:
    """The run of a seed."""
    rng = random.Random(f"plan {seed}")  # noqa: S311
    loss = rng.choice((0.0, 0.02, 0.08, 0.2))
    faults = [*_faults(rng), Fault("calm", at=FAULTS_UNTIL)]
    return Plan(
        seed=seed,
        jobs=tuple(_job(rng) for _ in range(rng.randint(1, 3))),
        faults=tuple(faults),
        is_cluster=rng.random() < 0.5,
        loss=loss,
        slowness=rng.choice((0.002, 0.01, 0.08)),
        failures=rng.choice((0.0, 0.1, 0.3)),
        piece_seconds=rng.choice((0.3, 1.0, 4.0)),
        slots=rng.choice((1, 4)),
        drain_seconds=rng.choice((0.5, 5.0)),
        faults_until=max(fault.at + fault.seconds for fault in faults) + 2,
    )


def _job(rng: random.Random) -> Job:
    pieces = rng.randint(1, 5)
    return Job(
        at=rng.uniform(0, 10),
        pieces=pieces,
        calls=rng.randint(1, pieces),
        deadline=rng.choice((20.0, 60.0, 200.0, 200.0)),
        max_attempts=rng.choice((1, 3, 3)),
        cancel_after=rng.expovariate(1 / 6) if rng.random() < 0.35 else None,
    )


def _faults(rng: random.Random) -> list[Fault]:
    return [_fault(rng) for _ in range(rng.randint(0, 5))]


def _fault(rng: random.Random) -> Fault:
    kind = rng.choices(*zip(*KINDS.items(), strict=True))[0]
    at, seconds = min(rng.expovariate(1 / 9), FAULTS_UNTIL - 1), 0.0
    role = rng.choice(ROLES) if kind in ("crash", "terminate", "pause", "cut") else ""
    if kind in ("pause", "cut"):
        seconds = rng.choice((0.5, 4.0, 12.0, 25.0)) * rng.uniform(0.5, 1.5)
    elif kind in ("restart_broker", "wipe", "lose_database"):
        seconds = rng.uniform(0.2, 5)
    return Fault(kind, role, seconds, at)


KINDS = {
    "crash": 6,
    "terminate": 2,
    "pause": 5,
    "cut": 4,
    "restart_broker": 2,
    "wipe": 2,
    "purge": 1,
    "lose_database": 2,
}
