"""A worker is killed during its calls: their cost is recorded and shown as wasted."""

from decimal import Decimal
from typing import Any

import pytest
from support.running_system import RunningSystem
from support.samples import example_input
from support.waiting import eventually_sync


@pytest.fixture
def system(processes: RunningSystem) -> RunningSystem:
    """The system of processes, with calls long enough to be killed while they run."""
    processes.pace(first_byte_seconds=0.05, duration_seconds=6.0)
    return processes


def killed_in_its_calls(system: RunningSystem) -> tuple[str, int]:
    """A job with five open calls, and the pid of their worker, which has been killed."""
    job_id = system.submit("ideation", example_input("ideation-b2b-consultant"))
    eventually_sync(lambda: len(system.calls(job_id)) >= 5, within=40, told="the calls are made")
    eventually_sync(lambda: system.job(job_id)["items"], within=40, told="an item is finished")
    killed = system.kill("ideation")
    system.pace(first_byte_seconds=0.05, duration_seconds=0.3)
    return job_id, killed


def prompt_of(call: dict[str, Any]) -> int:
    """Tokens of the prompt as our ledger has them: those of a call that was cut off all count as uncached."""
    cached = call["cacheReadTokens"] + call["cacheWriteTokens"]
    return int(call["inputTokens"]) + (0 if call["outcome"] == "completed" else cached)


def until_paid(system: RunningSystem, job_id: str) -> dict[str, Any]:
    """The job, once its usage includes the prompt of every call that the provider saw."""

    def paid() -> dict[str, Any] | None:
        job, told = system.job(job_id), sum(map(prompt_of, system.calls(job_id)))
        return job if job["usage"]["inputTokens"] == told else None

    return eventually_sync(paid, within=30, told="every call is settled")


def test_calls_of_a_killed_worker_are_settled_and_the_job_completes(system: RunningSystem) -> None:
    job_id, killed = killed_in_its_calls(system)

    system.wait_for_restart("ideation", killed)
    assert system.wait(job_id, within=60)["status"] == "completed"
    job = until_paid(system, job_id)

    cost, wasted = Decimal(job["usage"]["costUsd"]), Decimal(job["usage"]["wastedUsd"])
    history = system.history(job_id)
    assert 0 < wasted < cost
    assert [event["event"] for event in history].count("job.call_started") == len(system.calls(job_id))
    assert history[-1]["event"] == "job.completed"
    estimated = [event for event in history if event.get("estimated")]
    assert all(event["outcome"] == "wasted" and event["attempt"] == 1 for event in estimated)


def test_calls_of_a_job_that_was_cancelled_after_its_worker_died_are_settled(system: RunningSystem) -> None:
    job_id, killed = killed_in_its_calls(system)
    tag = system.request("GET", f"/api/jobs/{job_id}").headers["ETag"]

    assert system.request("POST", f"/api/jobs/{job_id}/cancel").status_code == 202
    system.wait_for_restart("ideation", killed)
    assert system.wait(job_id, within=60)["status"] == "cancelled"
    job = until_paid(system, job_id)

    assert Decimal(job["usage"]["costUsd"]) == Decimal(job["usage"]["wastedUsd"]) > 0
    assert system.history(job_id)[-1]["event"] == "job.cancelled"
    assert system.request("GET", f"/api/jobs/{job_id}").headers["ETag"] not in (tag, f'"{job["seq"]}"')
