"""Short campaigns on a system of processes: random faults, a rolling restart, and a stop during work."""

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from chaos.campaign import AROUND_THE_QUEUE, Campaign, Plan
from chaos.checker import check
from chaos.clients import Client
from chaos.collect import all_settled, collect
from chaos.flood import CAPS
from chaos.flood import environment as with_caps
from chaos.history import Limits, Recorder, Run
from chaos.parts import OURS, SERVICES, Parts
from chaos.points import Crossing, Point, environment
from chaos.points import report as report_points
from chaos.report import as_text, summarize
from lodestone.jobs import JOB_TYPES
from support.running_system import RunningSystem
from support.waiting import eventually

LIMITS = Limits(drain=3.0, slack=20.0)  # other tests run at the same time
QUICK = {"kill": 4, "kill_worker": 6, "stop": 3, "pause": 3, "provider": 2}
RANDOM = Plan(
    seed=20261, seconds=20.0, clients=4, replicas=0, between=(1.0, 4.0), longest_pause=4.0, disturbances=QUICK
)
ROLLING = Plan(
    seed=1, seconds=0.1, clients=4, replicas=0, between=(0, 0), disturbances={"rolling_restart": 1}
)
FEW = CAPS | {"liveJobs": 15}
FLOODED = Plan(
    seed=54,
    seconds=15.0,
    clients=3,
    replicas=0,
    between=(1.0, 3.0),
    disturbances=AROUND_THE_QUEUE,
    caps=FEW,
)
MOMENTS = "moments"
POINTS = (
    [
        Point("worker", "after completed {type}"),  # the end is written, the delivery is not acknowledged
        Point("relay", "after requested {type}"),  # in the stream, but not marked
        Point("projector", "after commit completed {type}"),  # in the tables, but nobody is notified
    ],
    [
        Point("gateway", "after accept"),  # accepted, but not answered
        Point("relay", "before requested {type}"),  # marked as tried, but not in the stream
    ],
)


@pytest.fixture(scope="module")
def fortress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSystem]:
    """A system of processes for this file alone, so that the faults disturb no other test's jobs."""
    folder = tmp_path_factory.mktemp("fortress")
    env = {"LODESTONE_DRAIN_SECONDS": f"{LIMITS.drain:g}", **environment(folder / MOMENTS)}
    with RunningSystem(folder, "--processes", env=env | with_caps(FEW)) as system:
        yield system


@pytest.mark.timeout(420)
async def test_every_promise_is_kept_while_processes_die(fortress: RunningSystem, tmp_path: Path) -> None:
    run = await Campaign(fortress, RANDOM, tmp_path / "history.jsonl", LIMITS).run()

    numbers = summarize(run, check(run))
    assert not numbers["violations"], as_text(numbers, f"seed {RANDOM.seed}")
    assert numbers["jobs"] > 3
    assert numbers["faults"]["kill"]


@pytest.mark.timeout(420)
async def test_a_flood_gets_no_more_than_its_share_while_relay_and_bus_die(
    fortress: RunningSystem, tmp_path: Path
) -> None:
    fortress.reset_simulator()

    run = await Campaign(fortress, FLOODED, tmp_path / "history.jsonl", LIMITS).run()

    numbers = summarize(run, check(run))
    assert not numbers["violations"], as_text(numbers, "a flood")
    assert numbers["refused"]["liveJobs"], "nobody met a cap"
    assert set(numbers["ends"]) <= {"completed", "failed", "cancelled"}


@pytest.mark.timeout(300)
async def test_a_rolling_restart_loses_nothing_and_pays_nothing_twice(
    fortress: RunningSystem, tmp_path: Path
) -> None:
    fortress.reset_simulator()
    fortress.pace(first_byte_seconds=0.05, duration_seconds=0.8)

    run = await Campaign(fortress, ROLLING, tmp_path / "history.jsonl", LIMITS).run()

    numbers = summarize(run, check(run))
    assert not numbers["violations"], as_text(numbers, "rolling restart")
    assert numbers["callsPaidAgain"] == 0
    assert {record["target"]: record["status"] for record in run.of("exit")} == dict.fromkeys(OURS, 0)
    assert "closing" in numbers["streams"], "nobody watched while the gateway was restarted"


@pytest.mark.timeout(300)
async def test_services_told_to_stop_hand_back_at_once_what_takes_too_long(
    fortress: RunningSystem, tmp_path: Path
) -> None:
    fortress.reset_simulator()
    fortress.pace(first_byte_seconds=0.05, duration_seconds=30.0)  # far longer than the drain
    recorder = Recorder(tmp_path / "history.jsonl")
    async with httpx2.AsyncClient(timeout=20, trust_env=False) as http:
        client = Client(fortress, http, recorder, "demo", random.Random(3))  # noqa: S311
        jobs = {await client.submit(job_type): job_type for job_type in JOB_TYPES}
    await eventually(lambda: at_work(fortress) == set(jobs), within=60, told="all are at work")
    parts = Parts(fortress, recorder, (), LIMITS.drain)

    for service in SERVICES:
        parts.strike(service, "term")
    await asyncio.to_thread(fortress.pace, first_byte_seconds=0.02, duration_seconds=0.2)
    await parts.settle()
    for job_id in jobs:
        await asyncio.to_thread(fortress.wait, job_id)
    await eventually(lambda: asyncio.to_thread(all_settled, fortress), within=60, told="all is settled")
    await collect(fortress, recorder, only=set(jobs))
    recorder.close()

    run = Run.read(tmp_path / "history.jsonl", LIMITS)
    assert check(run) == []
    for job_id, log in run.logs.items():
        handed_back = [event["body"]["counted"] for event in log if event["event"] == "retrying"]
        assert handed_back == [False], jobs[job_id]
        assert run.rows[job_id]["status"] == "completed"
    assert {record["target"]: record["status"] for record in run.of("exit")} == dict.fromkeys(SERVICES, 0)


@pytest.mark.timeout(300)
async def test_a_crash_between_two_effects_changes_nothing(fortress: RunningSystem, tmp_path: Path) -> None:
    fortress.reset_simulator()
    moments = fortress.data_dir.parent / MOMENTS
    crossing = Crossing(fortress, moments, tmp_path / "history.jsonl", LIMITS)

    run = await crossing.cross({"posts": points} for points in POINTS)

    assert report_points(crossing, run) == {"points": 5, "jobs": len(POINTS), "violations": []}


def at_work(system: RunningSystem) -> set[str]:
    """The jobs that have an open call."""
    return {call["jobId"] for call in system.calls() if call["endedAt"] is None}
