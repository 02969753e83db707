"""What is done to a cluster while jobs run on it."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from cluster.bus import NODES
from cluster.cluster import NODES as MACHINES
from cluster.database import OWNER
from cluster.figures import Outcome, outcome_of
from cluster.load import Load
from cluster.overlay import write_overlay
from cluster.reach import breaches
from cluster.server import password_of
from cluster.trial import Trial
from lodestone import subjects
from nats.aio.client import Client
from support.waiting import let_pass

ALL = "app.kubernetes.io/name=lodestone"
AWAY_SECONDS = 10.0  # for which a killed server of the bus stays away
HEALTHY_SECONDS = 120.0
STOPPED = "lodestone-migrate-before failed: THE ROLLOUT HAS STOPPED HERE. What ran before still runs."
Steps = dict[str, float]


@asynccontextmanager
async def timed(steps: Steps, name: str) -> AsyncIterator[None]:
    """Notes how long the block takes."""
    began = time.monotonic()
    yield
    steps[name] = time.monotonic() - began


async def come_up(trial: Trial, steps: Steps) -> None:
    """The first rollout into an empty cluster."""
    async with timed(steps, "roll-out"):
        status, said = await trial.roll_out()
    assert status == 0, said
    await asyncio.to_thread(trial.sign_up)


async def upgrade(trial: Trial, load: Load, steps: Steps) -> None:
    """Another release's image: both migrations, and each Deployment after the other between them."""
    own = write_overlay(trial.overlay, trial.folder, "0.1.1")
    async with timed(steps, "roll-out"):
        status, said = await trial.roll_out(own)
    assert status == 0, said
    async with timed(steps, "until the last old pod ended"):
        await _settled(trial)


async def restart(trial: Trial, load: Load, steps: Steps) -> None:
    """All Deployments at once, as after a changed Secret."""
    async with timed(steps, "rollout restart"):
        await trial.kubectl("-n", "lodestone", "rollout", "restart", "deployment", "-l", ALL)
        for name in trial.cluster.deployments:
            await trial.kubectl("-n", "lodestone", "rollout", "status", f"deployment/{name}", "--timeout=10m")
    async with timed(steps, "until the last old pod ended"):
        await _settled(trial)


async def scale(trial: Trial, load: Load, steps: Steps) -> None:
    """Services and gateway by one more, and back."""
    scaled = sorted(set(trial.cluster.deployments) - {"lodestone-relay", "lodestone-projector"})
    for step, replicas in (("out", 3), ("in", 2)):
        async with timed(steps, step):
            for name in scaled:
                await trial.kubectl("scale", f"deployment/{name}", f"--replicas={replicas}")
                await trial.cluster.deployments[name].rolled_out(within=HEALTHY_SECONDS)
            await _settled(trial)
        await load.is_flowing()


async def lose_the_leader(trial: Trial, load: Load, steps: Steps) -> None:
    """The server that leads the stream is killed, and comes back after a while."""
    leader = await _leader(trial)
    at = time.time()
    trial.nats.servers[leader].kill()
    async with timed(steps, "until jobs end again"):
        await load.ends()
    await let_pass(AWAY_SECONDS)
    trial.nats.servers[leader].restart()
    async with timed(steps, "until it is back"):
        await _in_step(trial)
    load.note("fault", at=at, until=time.time(), what="kill", target="nats", process=leader)
    await load.is_flowing()


async def drain(trial: Trial, load: Load, steps: Steps) -> None:
    """One machine after the other loses its pods, within their budgets."""
    for machine in MACHINES:
        async with timed(steps, machine):
            await trial.cluster.drain(machine)
            for each in trial.cluster.deployments.values():
                assert await each.rolled_out(within=HEALTHY_SECONDS), f"{each.name} is not whole"
        trial.cluster.uncordon(machine)


async def fail_the_migration(trial: Trial, load: Load, steps: Steps) -> None:
    """The job before an upgrade fails: nothing is replaced. When it can work, the same upgrade goes on."""
    wrong = {"username": OWNER, "password": "wrong"}
    trial.cluster.give("Secret", "lodestone-postgres-owner", wrong)
    own = write_overlay(trial.overlay, trial.folder, "0.1.2")
    before = {pod.name for each in trial.cluster.deployments.values() for pod in each.living}
    async with timed(steps, "until it stops"):
        status, said = await trial.roll_out(own)
    assert status == 1, said
    assert STOPPED in said, said
    assert before == {pod.name for each in trial.cluster.deployments.values() for pod in each.living}
    await load.is_flowing()
    right = wrong | {"password": password_of(OWNER)}
    trial.cluster.give("Secret", "lodestone-postgres-owner", right)
    async with timed(steps, "roll-out once it can work"):
        status, said = await trial.roll_out(own)
    assert status == 0, said
    await _settled(trial)


async def end_without_a_bus(trial: Trial, load: Load, steps: Steps) -> None:
    """All servers of the bus are gone while one pod of each kind is told to end: it ends within its grace."""
    at = time.time()
    for server in trial.nats.servers.values():
        server.kill()
    ending = [each.ready[0] for each in trial.cluster.deployments.values()]
    async with timed(steps, "until these pods ended"):
        gone = asyncio.gather(*(pod.end() for pod in ending))
        await asyncio.wait({gone}, timeout=AWAY_SECONDS)
        for server in trial.nats.servers.values():
            server.restart()
        await gone
    for each in trial.cluster.deployments.values():
        assert await each.rolled_out(within=HEALTHY_SECONDS), f"{each.name} is not whole"
    await _in_step(trial)
    load.note("fault", at=at, until=time.time(), what="kill", target="nats", process="all of them")
    await load.is_flowing()


Scenario = Callable[[Trial, Load, Steps], Awaitable[None]]
UNDER_LOAD: dict[str, Scenario] = {
    "upgrade": upgrade,
    "restart of everything": restart,
    "scale out and in": scale,
    "leader of the stream killed": lose_the_leader,
    "both nodes drained": drain,
    "migration fails": fail_the_migration,
    "bus gone while pods end": end_without_a_bus,
}
WITH_KILLS = {"leader of the stream killed", "bus gone while pods end"}
ROLLING = {"upgrade", "restart of everything", "migration fails"}  # in which enough pods are always ready


async def play(trial: Trial, name: str, folder: Path) -> Outcome:
    """Runs a scenario under load and judges it."""
    began, steps = time.monotonic(), Steps()
    availability = {each: d.unavailable_seconds for each, d in trial.cluster.deployments.items()}
    load, broken = Load(trial, name.replace(" ", "-"), folder), []
    async with load:
        await load.is_flowing()
        try:
            await UNDER_LOAD[name](trial, load, steps)
        except AssertionError as error:
            broken.append(str(error))
        await load.is_flowing()
    seconds = time.monotonic() - began
    outcome = outcome_of(name, load.run, seconds, steps, may_pay_again=name in WITH_KILLS)
    outcome.faults += broken
    for each, deployment in trial.cluster.deployments.items():
        if name in ROLLING and (gone := deployment.unavailable_seconds - availability[each]) > 0:
            outcome.faults.append(f"{each} had too few ready pods for {gone:.1f} s")
    return outcome


async def without_a_way(trial: Trial) -> Outcome:
    """Connections from every kind of pod, and from a stranger."""
    began = time.monotonic()
    tried, found = await asyncio.to_thread(breaches, trial)
    outcome = Outcome(f"{tried} connections tried", time.monotonic() - began)
    outcome.faults = found
    return outcome


async def _settled(trial: Trial) -> None:
    await asyncio.gather(*(each.settled() for each in trial.cluster.deployments.values()))


async def _cluster_of_stream(trial: Trial) -> tuple[str, bool]:
    """Its leader, and whether all others are in step."""
    client = Client()
    await client.connect(servers=[trial.nats.url()], connect_timeout=5)
    try:
        found = (await client.jetstream().stream_info(subjects.STREAM)).cluster
    finally:
        await client.close()
    assert found is not None
    replicas = found.replicas or []
    in_step = len(replicas) == len(NODES) - 1 and all(each.current and not each.offline for each in replicas)
    return str(found.leader), in_step


async def _leader(trial: Trial) -> str:
    return (await _cluster_of_stream(trial))[0]


async def _in_step(trial: Trial) -> None:
    """Returns when all servers have all of the stream."""
    async with asyncio.timeout(HEALTHY_SECONDS):
        while True:
            try:
                if (await _cluster_of_stream(trial))[1]:
                    return
            except Exception:
                await let_pass(1.0)
            await let_pass(0.3)
