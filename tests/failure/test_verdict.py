"""One incident after the other: the verdict names the true cause, and nothing that looks like it.

In each, wrong verdicts are planted beside the right one: none of them is what the test asks for.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from lodestone_gateway.store import queries
from lodestone_gateway.store.holds import Holds
from lodestone_gateway.store.session import Role, make_engine, transaction
from lodestone_gateway.verdict.causes import GOOD_FOR
from lodestone_gateway.verdict.judge import judge
from lodestone_gateway.verdict.reading import look
from lodestone_gateway.verdict.snapshot import Snapshot
from lodestone_local.credentials import SECOND
from lodestone_local.database import subscribe
from support import planted_verdicts as planted
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


def snapshot(system: RunningSystem, job_id: str) -> Snapshot:
    """What the verdict is judged from, read as the gateway reads it."""

    async def read() -> Snapshot:
        engine = make_engine(system.told["postgres"], Role.READER, pool_size=1)
        try:
            async with transaction(engine) as session:
                job = await queries.job(session, UUID(job_id))
                assert job is not None
                return await look(session, job, Holds())
        finally:
            await engine.dispose()

    return asyncio.run(read())


def only_the_right_verdict_says(codes: set[str], seen: Snapshot, *wrong: planted.Judge) -> None:
    """The planted ones say something else; and some seconds later, nothing is advised from what was seen."""
    assert planted.right(seen) == codes
    assert [each.__name__ for each in wrong if each(seen) == codes] == []
    later = judge(replace(seen, now=seen.now + GOOD_FOR + timedelta(seconds=1)))
    assert [cause.code for cause in later if cause.seen_at <= seen.now and cause.advice] == []


def until_attempt(system: RunningSystem, job_id: str, attempt: int) -> None:
    """Returns once the job's attempt of this number runs."""
    eventually_sync(lambda: system.job(job_id)["attempt"] == attempt, within=40, told="it runs again")


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
        found, seen = verdict(system, jobs[-1]), snapshot(system, jobs[-1])
        [owners] = system.job(jobs[-1])["why"]
    finally:
        system.request("POST", "/api/ops/job-types/ideation/resume", user="operator").raise_for_status()

    assert set(found) == {"paused"}, "the job ahead of it is not why it waits"
    only_the_right_verdict_says(
        {"paused"}, seen, planted.blind_to_pauses, planted.blames_the_queue, planted.blames_the_relay
    )
    assert owners["text"] == "We have paused this kind of work. It resumes automatically."
    assert system.wait(jobs[-1])["status"] == "completed"


def test_a_stopped_relay(system: RunningSystem) -> None:
    with stopped(system, "relay"):
        jobs = [system.submit("ideation", COACH) for _ in range(2)]
        found = until(system, jobs[-1], lambda found: "relay_stopped" in found, "the relay is missed")
        seen = snapshot(system, jobs[-1])

    assert set(found) == {"relay_stopped"}, "neither the job ahead of it nor the workers are why it waits"
    assert found["relay_stopped"]["advice"]
    only_the_right_verdict_says(
        {"relay_stopped"},
        seen,
        planted.blind_to_the_relay,
        planted.blames_the_queue,
        planted.blames_the_workers,
    )
    assert system.wait(jobs[-1])["status"] == "completed"


def test_a_dead_worker(system: RunningSystem) -> None:
    system.pace(duration_seconds=20)
    running = system.submit("ideation", COACH)
    eventually_sync(lambda: system.job(running)["status"] == "processing", within=20, told="it runs")
    with stopped(system, "ideation"):
        waits = system.submit("ideation", COACH)
        lost = until(system, running, lambda found: "worker_lost" in found, "the worker is missed")
        found = until(system, waits, lambda found: "no_worker" in found, "no worker is seen")
        seen, seen_running = snapshot(system, waits), snapshot(system, running)
        system.reset_simulator()
        system.pace(duration_seconds=0.2)

    assert set(lost) == {"worker_lost", "no_worker"}, "nobody runs it"
    assert set(found) == {"no_worker"}, "its queue is not why it waits"
    assert found["no_worker"]["evidence"]["service"] == "ideation"
    only_the_right_verdict_says(
        {"no_worker"}, seen, planted.blind_to_workers, planted.blames_the_relay, planted.blames_the_provider
    )
    only_the_right_verdict_says(
        set(lost),
        seen_running,
        planted.blind_to_workers,
        planted.blind_to_the_log,
        planted.names_the_first_alone,
    )
    assert system.wait(waits)["status"] == "completed"


def test_a_provider_that_is_down(system: RunningSystem) -> None:
    system.fault({"kind": "overloaded"}, times=1_000)
    job_id, other = [system.submit("ideation", COACH) for _ in range(2)]  # whose calls open the breaker
    called = until(system, job_id, lambda found: "provider" in found, "the provider is named")
    seen = snapshot(system, job_id)
    refused = until(system, other, lambda found: "breaker_open" in found, "the breaker is named")
    seen_other = snapshot(system, other)

    assert set(called) == {"provider"}, "it waits for no slot"
    assert "AI_UNAVAILABLE" in called["provider"]["text"]
    assert set(refused) == {"breaker_open"}
    only_the_right_verdict_says({"provider"}, seen, planted.blames_the_workers)
    only_the_right_verdict_says(
        {"breaker_open"}, seen_other, planted.blames_the_provider, planted.blames_the_workers
    )
    system.reset_simulator()
    system.pace(duration_seconds=0.2)
    assert system.wait(job_id)["status"] == "completed"


def test_one_users_flood(system: RunningSystem) -> None:
    system.pace(duration_seconds=20)
    flood = [system.submit("ideation", COACH, user="second") for _ in range(FLOOD)]
    single = system.submit("ideation", COACH)

    theirs = until(system, flood[-1], lambda found: {"turn", "slot"} <= found.keys(), "the flood is seen")
    mine = until(system, single, lambda found: "slot" in found, "every slot is taken")

    only_the_right_verdict_says(
        {"turn", "slot"},
        snapshot(system, flood[-1]),
        planted.blind_to_workers,
        planted.blames_the_queue,
        planted.blames_the_relay,
        planted.blames_the_workers,
        planted.names_the_first_alone,
    )
    ahead = theirs["turn"]["evidence"]
    assert ahead["ownJobsAhead"] >= ahead["jobsAhead"] - 1 > 0, "what is ahead is the user's own"
    assert mine["slot"]["evidence"]["slotsInUse"] == SLOTS
    behind = mine["turn"]["evidence"]["jobsAhead"] if "turn" in mine else 0
    assert behind <= 1, "the flood is not ahead of somebody else"
    told = system.request("GET", f"/api/jobs/{single}").text
    assert not [job for job in flood if job in told], "another user's jobs are counted and not named"


def test_a_job_that_ends_its_workers(system: RunningSystem) -> None:
    system.pace(duration_seconds=20)
    poison = system.submit("ideation", COACH)
    for attempt in (1, 2):
        until_attempt(system, poison, attempt)
        system.wait_for_restart("ideation", system.kill("ideation"))
    until_attempt(system, poison, 3)

    found = until(system, poison, lambda found: set(found) == {"poisoned", "running"}, "the job is suspected")

    assert found["poisoned"]["evidence"]["deaths"] == 2
    only_the_right_verdict_says(
        {"poisoned", "running"},
        snapshot(system, poison),
        planted.blind_to_the_log,
        planted.blames_the_service,
        planted.names_the_first_alone,
    )
    system.reset_simulator()
    system.pace(duration_seconds=0.2)
    innocent = system.submit("ideation", COACH)
    assert not {"poisoned", "no_worker"} & verdict(system, innocent).keys(), "others are not blamed for it"
    assert system.wait(innocent)["status"] == "completed"
