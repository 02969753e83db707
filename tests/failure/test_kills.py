"""Each process is killed while a job runs; the job completes, and no finished item is bought twice."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from lodestone.jobs.lead_magnet import ARCHETYPES
from support.running_system import RunningSystem
from support.samples import example_input
from support.waiting import eventually_sync, let_pass

TERMINAL = ("job.completed", "job.failed", "job.cancelled")
OURS = ("gateway", "relay", "projector", "ideation")
EVERYTHING = (*OURS, "nats", "postgres")
STILL_SECONDS = 5.0  # longer than a heartbeat, an absence and an ask's window, shorter than the ack wait


@pytest.fixture
def system(processes: RunningSystem) -> RunningSystem:
    """The system of processes, with calls long enough to be killed while they run."""
    processes.pace(first_byte_seconds=0.05, duration_seconds=3.0)
    return processes


def begin(system: RunningSystem, *, items: int) -> str:
    """Starts a job and waits until it has finished this many items."""
    job_id = system.submit("ideation", example_input("ideation-b2b-consultant"))
    eventually_sync(
        lambda: finished_items(system, job_id) >= items, within=40, told=f"{items} items are finished"
    )
    return job_id


def finished_items(system: RunningSystem, job_id: str) -> int:
    try:
        return len(system.job(job_id)["items"])
    except httpx2.TransportError:
        return 0


def names(history: list[dict[str, Any]]) -> list[str]:
    return [event["event"] for event in history]


def check_whole(system: RunningSystem, job_id: str) -> list[dict[str, Any]]:
    """The job completed once, its history is 1..n, and each archetype was bought once."""
    job, history = system.wait(job_id, within=60), system.history(job_id)
    assert job["status"] == "completed", job
    assert [concept["archetype"] for concept in job["result"]["concepts"]] == list(ARCHETYPES)
    assert [event["seq"] for event in history] == list(range(1, len(history) + 1))
    assert sum(name in TERMINAL for name in names(history)) == 1
    assert names(history)[-1] == "job.completed"
    bought = [event["itemKey"] for event in history if event.get("item")]
    assert sorted(bought) == sorted(ARCHETYPES), "no finished item is bought again"
    return history


@pytest.mark.parametrize("name", EVERYTHING)
def test_killed_in_the_middle_of_a_job_and_the_job_completes(system: RunningSystem, name: str) -> None:
    job_id = begin(system, items=3)

    killed = system.kill(name)

    system.wait_for_restart(name, killed)
    check_whole(system, job_id)


@pytest.mark.parametrize("name", ["gateway", "relay", "projector", "nats"])
def test_killed_without_touching_the_worker_and_nothing_is_paid_twice(
    system: RunningSystem, name: str
) -> None:
    job_id = begin(system, items=1)

    killed = system.kill(name)

    system.wait_for_restart(name, killed)
    history = check_whole(system, job_id)
    assert names(history).count("job.started") == 1
    assert len(system.calls(job_id)) == 6
    assert all(call["outcome"] == "completed" for call in system.calls(job_id))


def test_killed_worker_is_replaced_and_its_finished_items_are_kept(system: RunningSystem) -> None:
    job_id = begin(system, items=4)
    kept = {item["archetype"] for item in system.job(job_id)["items"]}

    killed = system.kill("ideation")

    system.wait_for_restart("ideation", killed)
    history = check_whole(system, job_id)
    starts = [event for event in history if event["event"] == "job.started"]
    assert [start["attempt"] for start in starts] == [1, 2]
    assert kept <= {item["archetype"] for item in starts[1]["kept"]}
    assert {item["archetype"] for item in system.job(job_id)["result"]["concepts"]} == set(ARCHETYPES)


async def test_worker_that_stands_still_for_some_seconds_is_not_raced(system: RunningSystem) -> None:
    system.pace(first_byte_seconds=0.05, duration_seconds=12.0)
    job_id = await asyncio.to_thread(begin, system, items=1)
    with second_ideation_service(system):
        stopped = system.kill("ideation", signal.SIGSTOP)
        try:
            await let_pass(STILL_SECONDS)
        finally:
            os.kill(stopped, signal.SIGCONT)
        history = await asyncio.to_thread(check_whole, system, job_id)

    assert names(history).count("job.started") == 1
    assert {call["outcome"] for call in system.calls(job_id)} == {"completed"}


def test_stopped_worker_is_taken_over_and_fenced_off_when_it_comes_back(system: RunningSystem) -> None:
    system.pace(first_byte_seconds=0.05, duration_seconds=20.0)
    job_id = begin(system, items=1)
    with second_ideation_service(system):
        stopped = system.kill("ideation", signal.SIGSTOP)
        system.pace(first_byte_seconds=0.05, duration_seconds=0.5)
        history = check_whole(system, job_id)
        os.kill(stopped, signal.SIGCONT)

        eventually_sync(
            lambda: all(call["endedAt"] for call in system.calls(job_id)),
            within=20,
            told="all calls are closed",
        )
    assert [event["attempt"] for event in history if event["event"] == "job.started"] == [1, 2]
    assert system.history(job_id) == history


@contextlib.contextmanager
def second_ideation_service(system: RunningSystem) -> Iterator[None]:
    """A second ideation service beside the system's own, ready to take jobs."""
    ready = system.data_dir / "replica.json"
    ready.unlink(missing_ok=True)
    env = {
        **os.environ,
        "LODESTONE_NATS_URL": system.bus_users["ideation"],
        "LODESTONE_ANTHROPIC_BASE_URL": system.simulator,
        "LODESTONE_ANTHROPIC_API_KEY": "simulated",
        "LODESTONE_SIMULATOR": "true",
        "LODESTONE_LOCAL": "true",
        "LODESTONE_READY_FILE": str(ready),
    }
    worker = str(Path(sys.executable).with_name("lodestone-worker"))
    with (system.data_dir / "replica.log").open("ab") as output:
        replica = subprocess.Popen([worker, "ideation"], env=env, stdout=output, stderr=output)
    try:
        eventually_sync(ready.exists, within=60, told="the replica is ready")
        yield
    finally:
        replica.terminate()
        assert replica.wait(40) == 0


def test_all_of_our_processes_killed_at_once_and_the_job_completes(system: RunningSystem) -> None:
    job_id = begin(system, items=2)

    killed = {name: system.kill(name) for name in OURS}

    for name, pid in killed.items():
        system.wait_for_restart(name, pid)
    check_whole(system, job_id)


def test_job_accepted_while_nats_is_away_runs_when_it_is_back(system: RunningSystem) -> None:
    killed = system.kill("nats")
    job_id = system.submit("ideation", example_input("ideation-saas-founder"))

    system.wait_for_restart("nats", killed)

    check_whole(system, job_id)


def test_service_told_to_stop_hands_its_job_back_and_the_next_one_completes_it(system: RunningSystem) -> None:
    system.pace(first_byte_seconds=0.05, duration_seconds=15.0)  # longer than the drain
    job_id = begin(system, items=2)

    stopped = system.kill("ideation", signal.SIGTERM)
    system.pace(first_byte_seconds=0.05, duration_seconds=0.5)

    system.wait_for_restart("ideation", stopped, within=40)
    history = check_whole(system, job_id)
    assert [event["counted"] for event in history if event["event"] == "job.retrying"] == [False]


def test_watcher_sees_every_event_once_across_a_killed_gateway(system: RunningSystem) -> None:
    job_id = system.submit("ideation", example_input("ideation-fitness-coach"))
    seen: list[int] = []
    for frame in system.watch(f"/api/jobs/{job_id}/events"):
        seen.append(int(frame.id or 0))
        if len(seen) == 5:
            break

    killed = system.kill("gateway")
    system.wait_for_restart("gateway", killed)
    eventually_sync(lambda: finished_items(system, job_id), within=20, told="the gateway answers again")
    rest = system.watch(f"/api/jobs/{job_id}/events", last_event_id=str(seen[-1]))
    seen += [int(frame.id) for frame in rest if frame.id]

    assert seen == [event["seq"] for event in check_whole(system, job_id)]
