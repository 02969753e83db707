"""One incident after the other: the verdict names the true cause, and nothing that looks like it."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from lodestone_local.credentials import SECOND
from lodestone_local.database import subscribe
from support.running_system import RunningSystem
from support.samples import example_input
from support.waiting import eventually_sync

SLOTS = 2
FLOOD = 12  # more than run and than the relay publishes ahead
COACH = example_input("ideation-fitness-coach")


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSystem]:
    """A system of processes with few slots."""
    settings = {"LODESTONE_SLOTS": str(SLOTS), "LODESTONE_DRAIN_SECONDS": "3"}
    with RunningSystem(tmp_path_factory.mktemp("incidents"), "--processes", env=settings) as system:
        subscribe(system.told["postgres"], SECOND, "unlimited")
        yield system


@pytest.fixture(autouse=True)
def well(system: RunningSystem) -> Iterator[None]:
    """Before each incident everything works; after it no job is left."""
    eventually_sync(system.is_whole, within=60, told="all parts are up again")
    system.reset_simulator()
    system.pace(duration_seconds=0.2)
    yield
    system.reset_simulator()
    for user in ("demo", "second"):
        for job in system.request("GET", "/api/jobs?limit=100&status=pending,processing", user=user).json()[
            "items"
        ]:
            system.request("POST", f"/api/jobs/{job['id']}/cancel", user=user)


def verdict(system: RunningSystem, job_id: str) -> dict[str, dict[str, Any]]:
    """The causes that an operator is told, by code."""
    job = system.request("GET", f"/api/ops/jobs/{job_id}", user="operator").raise_for_status().json()
    return {cause["code"]: cause for cause in job["verdict"]}


def until(
    system: RunningSystem, job_id: str, is_right: Callable[[dict[str, dict[str, Any]]], bool], told: str
) -> dict[str, dict[str, Any]]:
    """The verdict, once it is as the incident explains it."""

    def right() -> dict[str, dict[str, Any]] | None:
        found = verdict(system, job_id)
        return found if is_right(found) else None

    return eventually_sync(right, within=40, told=told)


@contextmanager
def stopped(system: RunningSystem, name: str) -> Iterator[None]:
    """A process that hangs."""
    pid = system.kill(name, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_paused_type(system: RunningSystem) -> None:
    system.request("POST", "/api/ops/job-types/ideation/pause", user="operator").raise_for_status()
    try:
        jobs = [system.submit("ideation", COACH) for _ in range(2)]
        found = verdict(system, jobs[-1])
        [owners] = system.job(jobs[-1])["why"]
    finally:
        system.request("POST", "/api/ops/job-types/ideation/resume", user="operator").raise_for_status()

    assert set(found) == {"paused"}, "the job ahead of it is not why it waits"
    assert owners["text"] == "We have paused this kind of work. It resumes automatically."
    assert system.wait(jobs[-1])["status"] == "completed"


def test_a_stopped_relay(system: RunningSystem) -> None:
    with stopped(system, "relay"):
        jobs = [system.submit("ideation", COACH) for _ in range(2)]
        found = until(system, jobs[-1], lambda found: "relay_stopped" in found, "the relay is missed")

    assert set(found) == {"relay_stopped"}, "neither the job ahead of it nor the workers are why it waits"
    assert found["relay_stopped"]["advice"]
    assert system.wait(jobs[-1])["status"] == "completed"


def test_a_dead_worker(system: RunningSystem) -> None:
    system.pace(duration_seconds=20)
    running = system.submit("ideation", COACH)
    eventually_sync(lambda: system.job(running)["status"] == "processing", within=20, told="it runs")
    with stopped(system, "ideation"):
        waits = system.submit("ideation", COACH)
        lost = until(system, running, lambda found: "worker_lost" in found, "the worker is missed")
        found = until(system, waits, lambda found: "no_worker" in found, "no worker is seen")
        system.reset_simulator()
        system.pace(duration_seconds=0.2)

    assert set(lost) == {"worker_lost", "no_worker"}, "nobody runs it"
    assert set(found) == {"no_worker"}, "its queue is not why it waits"
    assert found["no_worker"]["evidence"]["service"] == "ideation"
    assert system.wait(waits)["status"] == "completed"


def test_a_provider_that_is_down(system: RunningSystem) -> None:
    system.fault({"kind": "overloaded"}, times=1_000)
    job_id, other = [system.submit("ideation", COACH) for _ in range(2)]  # whose calls open the breaker
    called = until(system, job_id, lambda found: "provider" in found, "the provider is named")
    refused = until(system, other, lambda found: "breaker_open" in found, "the breaker is named")

    assert set(called) == {"provider"}, "it waits for no slot"
    assert "AI_UNAVAILABLE" in called["provider"]["text"]
    assert set(refused) == {"breaker_open"}
    system.reset_simulator()
    system.pace(duration_seconds=0.2)
    assert system.wait(job_id)["status"] == "completed"


def test_one_users_flood(system: RunningSystem) -> None:
    system.pace(duration_seconds=20)
    flood = [system.submit("ideation", COACH, user="second") for _ in range(FLOOD)]
    single = system.submit("ideation", COACH)

    theirs = until(system, flood[-1], lambda found: {"turn", "slot"} <= found.keys(), "the flood is seen")
    mine = until(system, single, lambda found: "slot" in found, "every slot is taken")

    ahead = theirs["turn"]["evidence"]
    assert ahead["ownJobsAhead"] >= ahead["jobsAhead"] - 1 > 0, "what is ahead is the user's own"
    assert mine["slot"]["evidence"]["slotsInUse"] == SLOTS
    behind = mine["turn"]["evidence"]["jobsAhead"] if "turn" in mine else 0
    assert behind <= 1, "the flood is not ahead of somebody else"
    told = system.request("GET", f"/api/jobs/{single}").text
    assert not [job for job in flood if job in told], "another user's jobs are counted and not named"
