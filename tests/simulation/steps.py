"""A fault at every step: each effect of a process on the world is once its last."""

from collections.abc import Iterator

from simulation.plan import WITHOUT_STANDBYS, Fault, Job, Plan
from simulation.world import run

ROLES = ("worker2", "relay1", "projector1")  # the projector's process runs the reconciler and settler too
BASES = {
    "one call": Plan(0, (Job(0.6, pieces=2),), roles=WITHOUT_STANDBYS[1:]),
    "parallel calls": Plan(0, (Job(0.6, pieces=3, calls=3),), roles=WITHOUT_STANDBYS),
    "repair": Plan(4, (Job(0.6, pieces=3),), roles=WITHOUT_STANDBYS, failures=0.5),
    "cancel": Plan(0, (Job(0.6, pieces=3, cancel_after=1.5),), roles=WITHOUT_STANDBYS),
    "deadline": Plan(0, (Job(0.6, pieces=3, deadline=2.5),), roles=WITHOUT_STANDBYS),
    "wipe": Plan(0, (Job(0.6, pieces=3),), (Fault("wipe", seconds=0.5, at=2.0),), roles=WITHOUT_STANDBYS),
}
LOST = Plan(
    0,
    (Job(0.6, pieces=1, cancel_after=1.0),),
    (Fault("pause", "projector1", 6.0, at=0.7),),
    roles=WITHOUT_STANDBYS,
    piece_seconds=0.3,
)
RELAYED = 40  # steps of the relay, in which it has published a short job and its cancel
FAULTS = {"crash": 0.0, "pause": 16.0, "cut": 16.0}  # seconds


def cases(every: int = 1) -> Iterator[tuple[str, Plan]]:
    """Each fault at every n-th step of each role, up to the job's end, for each course a job may take."""
    for base_name, base in BASES.items():
        steps = run(base).steps
        for role in ROLES:
            for number in range(1, steps[role] + 1):
                for at, (kind, seconds) in enumerate(FAULTS.items()):
                    if (number + at) % every == 0:
                        fault = Fault(kind, role, seconds, step=number)
                        yield f"{base_name}: {fault}", base.with_faults(fault)


def rare_cases() -> Iterator[tuple[str, Plan]]:
    """What one run in thousands met: a relay is stopped, and its last mark refused; and a stream is lost
    between the relay's look at an end that is not folded yet and the mark of its cancel."""
    for number in range(1, RELAYED):
        stop = Fault("terminate", "relay1", step=number)
        away = Fault("lose_database", "relay1", 5.0, step=number + 1)
        yield f"refused mark: {number}", BASES["one call"].with_faults(stop, away)
        yield f"lost end: {number}", LOST.with_faults(Fault("purge", "relay1", step=number))
