"""Checks of the fold onto presumed rows alone, for a bug that a whole run rarely meets."""

from decimal import Decimal
from typing import Any, cast

from lodestone.clock import now
from lodestone.events import JobCallFinished, JobCallStarted, JobEvent, Outcome
from lodestone.ids import new_id
from lodestone.job_log import Entry
from lodestone_gateway.projector.batch import commit_batch
from lodestone_gateway.projector.fold import FoldedJob
from lodestone_gateway.projector.presumed import RecentRows
from simulation.plan import Plan
from simulation.small_checks import alone, requested, started
from simulation.store import SimConnection, SimEngine
from simulation.virtual_loop import Process
from simulation.world import World


def second_settlement_counts_for_nothing() -> str | None:
    """A call that the settler has written off is settled by its worker, too, in a batch of its own."""
    world = World(Plan(0, ()))
    cost = cast("Decimal", alone(world, _settle_twice(world)))
    return None if cost == 1 else f"I3: a call that costs 1 is folded into its job with {cost}"


async def _settle_twice(world: World) -> Decimal:
    job, call_id = requested(), new_id()
    world.store.jobs[job.job_id] = FoldedJob(job.job_id, job.user_id, job.job_type, now())
    tables: Any = SimConnection(SimEngine(world, Process("projector")))
    recent, cursor = RecentRows(), world.store.cursor
    end: dict[str, Any] = {"call_id": call_id, "cost_usd": Decimal(1), "outcome": Outcome.WASTED}
    events: list[JobEvent] = [
        job,
        started(job, 1),
        JobCallStarted(**job.of_job(1), call_id=call_id, model="m", max_tokens=1),
        JobCallFinished(**job.of_job(1), **end, estimated=True),
        JobCallFinished(**job.of_job(1), **end),
    ]
    for at, event in enumerate(events, 1):
        entry = Entry(at, f"event-{at}", now(), event)
        cursor, _ = await commit_batch(tables, cursor, [entry], at, recent=recent)
    return world.store.jobs[job.job_id].cost_usd
