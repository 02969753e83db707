"""A check of how the projector reads on after a message was lost on its way, in virtual time."""

import random

from simulation.plan import WITHOUT_STANDBYS, Job, Plan
from simulation.world import World

PLAN = Plan(seed=0, jobs=tuple(Job(at, pieces=3) for at in (1.0, 1.2, 1.4)), roles=WITHOUT_STANDBYS)
LOST = 1 / 3  # of the messages to the projector; at random, or always the same one of three might be


def a_reader_gets_on_though_much_is_lost() -> str | None:
    """The projector reads on after its cursor. If it read the message before again after each loss, to see
    whether the stream is the one that it knows, it would get nowhere."""
    world, dice = World(PLAN), random.Random(1)  # noqa: S311
    world.network.loses = (  # type: ignore[method-assign]
        lambda kind: kind == "projected" and dice.random() < LOST
    )
    return world.run().violation
