"""Checks of how the projector reads on after something was lost on its way, or while nothing comes."""

from simulation.plan import WITHOUT_STANDBYS, Job, Plan
from simulation.world import World

A_MOMENT = 0.5  # until a job that was accepted is published and folded
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


class AllOfTheFirst:
    """A network that brings the projector nothing of what it is sent in its first reading."""

    def __init__(self) -> None:
        self._readings = 0

    def loses(self, kind: str) -> bool:
        """Replaces `Network.loses`."""
        self._readings += kind == "answer to delete consumer"  # a reading begins
        return kind == "projected" and self._readings == 1


def a_reader_gets_on_though_much_is_lost() -> str | None:
    """The projector reads on after its cursor. If it read the message before again after each loss, to see
    whether the stream is the one that it knows, it would get nowhere."""
    world = World(PLAN)
    world.network.loses = OneAtATime().loses  # type: ignore[method-assign]
    return world.run().violation


def a_reader_misses_what_nothing_follows() -> str | None:
    """The projector finds out that messages were lost though no later one shows a gap. If it took the end of
    a request for an answer to that, it would wait for ever."""
    world = World(PLAN)
    world.network.loses = AllOfTheFirst().loses  # type: ignore[method-assign]
    return world.run().violation


def what_nothing_follows_is_folded() -> str | None:
    """A request that no worker takes is folded, though nothing comes after it for a long time."""
    [job] = jobs = (Job(1.0),)
    world = World(Plan(seed=0, jobs=jobs, roles=("relay1", "projector1")))

    def look() -> None:
        if not world.store.history:
            world.checks.fail("I2", "a request that nothing follows is not folded")

    world.loop.after(job.at + A_MOMENT, look)
    return world.run().violation
