"""A check of how the projector reads on after a message was lost on its way, in virtual time."""

import itertools

from simulation.plan import WITHOUT_STANDBYS, Job, Plan
from simulation.world import World

PLAN = Plan(seed=0, jobs=tuple(Job(at, pieces=3) for at in (1.0, 1.2, 1.4)), roles=WITHOUT_STANDBYS)
LOST_EVERY = 3  # of the messages to the projector


def a_reader_gets_on_though_much_is_lost() -> str | None:
    """The projector reads on after its cursor. If it read the message before again after each loss, to see
    whether the stream is the one that it knows, it would get nowhere."""
    world, projected = World(PLAN), itertools.count(1)
    world.network.loses = (  # type: ignore[method-assign]
        lambda kind: kind == "projected" and next(projected) % LOST_EVERY == 0
    )
    return world.run().violation
