"""A readable account of a run."""

from simulation.world import Outcome

QUIET = (
    " lock",
    " fetch",
    " fetched",
    " in_progress",
    " in_progress sent",
    " consumer info",
    " consumer info answered",
)


def told(outcome: Outcome) -> str:
    """How to replay a run, what it did, and its trace without the waiting."""
    plan = outcome.plan
    lines = [line for line in outcome.trace if not line.endswith(QUIET)]
    head = [
        f"SEED={plan.seed}: {outcome.violation or 'no violation'} (make simulate SEED={plan.seed})",
        *(f"  {job}" for job in plan.jobs),
        *(f"  {fault}" for fault in plan.faults),
    ]
    return "\n".join([*head, *lines])
