"""Checks of how soon the jobs of a worker that died start again, in virtual time."""

from dataclasses import replace

from lodestone.bus.heartbeat import HEARTBEAT_SECONDS
from lodestone.deadlines import ABSENT_SECONDS, ASK_WINDOW_SECONDS, SILENT_SECONDS
from lodestone.events import JobStarted
from simulation.plan import WITHOUT_STANDBYS, Fault, Job, Plan
from simulation.world import World

DIES_AT = 6.6  # an ask's window after the other worker has connected; jobs have run for longer than a silence
A_MOMENT = 0.5  # for what is sent, read and repeated on the way
PLAN = Plan(
    seed=0,
    jobs=(Job(5.0, pieces=1), Job(5.1, pieces=1), Job(5.2, pieces=1)),
    faults=(Fault("crash", "worker1", at=DIES_AT),),
    roles=WITHOUT_STANDBYS,
    piece_seconds=8.0,
    restart_seconds=60.0,
)


def a_dead_worker_is_soon_replaced() -> str | None:
    """With one server it takes the silence, the absence and a moment."""
    return _late(PLAN, SILENT_SECONDS + ABSENT_SECONDS + A_MOMENT)


def a_dead_worker_is_soon_replaced_in_a_cluster() -> str | None:
    """In a cluster it takes the whole window of an ask instead of the absence."""
    return _late(replace(PLAN, is_cluster=True), SILENT_SECONDS + ASK_WINDOW_SECONDS + A_MOMENT)


def a_worker_that_dies_at_once_is_soon_replaced() -> str | None:
    """It takes no longer where the worker had just said that it has no jobs."""
    idle = 2 * HEARTBEAT_SECONDS
    jobs = tuple(Job(idle + 0.05, pieces=1) for _ in range(3))
    plan = replace(PLAN, jobs=jobs, faults=(Fault("crash", "worker1", at=idle + 0.3),))
    return _late(plan, SILENT_SECONDS + ABSENT_SECONDS + A_MOMENT)


def _late(plan: Plan, bound: float) -> str | None:
    [death] = plan.faults
    world = World(plan)
    violation = world.run().violation
    stored = [pair for pairs in world.checks.logs.values() for pair in pairs]
    again = [at for entry, at in stored if isinstance(entry.event, JobStarted) and entry.event.attempt > 1]
    if violation or not again:
        return violation or "I2: nobody took the dead worker's jobs over"
    late = max(again) - death.at
    return None if late <= bound else f"I2: taken over {late:.2f} s after a death, not {bound:.2f} s"
