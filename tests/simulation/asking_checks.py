"""Checks of how long a worker must be silent, or absent, until another takes it for dead."""

from collections.abc import Callable
from typing import Any

from lodestone.bus.ask import HAVE, ask_owner
from lodestone.ids import new_id
from lodestone.judgement import Owner
from lodestone.subjects import ask_subject
from simulation.client import SimClient
from simulation.plan import Plan
from simulation.small_checks import alone
from simulation.virtual_loop import Process
from simulation.world import World

LONG_AGO = -100.0  # seconds: when the asker connected


def a_moments_absence_is_no_death() -> str | None:
    """A worker whose connection broke is asked again until it is back."""
    return _raced(World(Plan(0, ())), _cut_for(0.5))


def a_stopped_worker_is_not_absent() -> str | None:
    """A worker that is stopped still listens: only the whole window proves its death."""
    return _raced(World(Plan(0, ())), _stop_for(1.5))


def after_a_restart_of_the_bus_all_are_absent() -> str | None:
    """An asker that has just come back itself gives others the whole window for it."""
    return _raced(World(Plan(0, ())), _cut_for(1.5), connected_since=0.0)


def in_a_cluster_another_server_may_have_gone() -> str | None:
    """In a cluster a worker may be away because its server is, which the asker does not see."""
    return _raced(World(Plan(0, (), is_cluster=True)), _cut_for(1.5))


def _raced(
    world: World, trouble: Callable[[World, SimClient], None], connected_since: float = LONG_AGO
) -> str | None:
    worker, client = SimClient(world, Process("worker")), SimClient(world, Process("other"))
    worker.answers[ask_subject("slow")] = lambda job_id: HAVE
    client.connected_since = connected_since
    trouble(world, worker)
    asking: Any = client
    owner = alone(world, ask_owner(asking, "slow", new_id()))
    return None if owner is Owner.HAS_IT else "I5: a worker that lives is taken for dead"


def _cut_for(seconds: float) -> Callable[[World, SimClient], None]:
    def cut(world: World, worker: SimClient) -> None:
        worker.cut()
        world.loop.after(seconds, worker.reconnect)

    return cut


def _stop_for(seconds: float) -> Callable[[World, SimClient], None]:
    def stop(world: World, worker: SimClient) -> None:
        worker.process.is_stopped = True
        world.loop.after(seconds, world.loop.resume, worker.process)

    return stop
