"""A check of how the projector reads on after a message was lost on its way, in virtual time."""

from simulation.plan import WITHOUT_STANDBYS, Job, Plan
from simulation.world import World

PLAN = Plan(seed=0, jobs=tuple(Job(at, pieces=3) for at in (1.0, 1.2, 1.4)), roles=WITHOUT_STANDBYS)


class OneAtATime:
    """A network that brings the projector one message of each reading, and loses the rest."""

    def __init__(self) -> None:
        self._has_passed = False

    def loses(self, kind: str) -> bool:
        """Replaces `Network.loses`."""
        if kind == "answer to add consumer":
            self._has_passed = False  # a reading begins
        if kind != "projected":
            return False
        is_lost, self._has_passed = self._has_passed, True
        return is_lost


def a_reader_gets_on_though_much_is_lost() -> str | None:
    """The projector reads on after its cursor. If it read the message before again after each loss, to see
    whether the stream is the one that it knows, it would get nowhere."""
    world = World(PLAN)
    world.network.loses = OneAtATime().loses  # type: ignore[method-assign]
    return world.run().violation
