"""While the provider is down, jobs wait and it is left in peace; when it is back, all jobs go on."""

from typing import Any

from support.running_system import RunningSystem
from support.samples import example_input
from support.waiting import eventually_sync

JOBS = 3


def calls_of(events: list[dict[str, Any]]) -> list[int]:
    """How many calls each attempt announced."""
    attempts = [event["attempt"] for event in events if event["event"] == "job.started"]
    return [
        sum(event["event"] == "job.call_started" and event["attempt"] == attempt for event in events)
        for attempt in attempts
    ]


def metric(system: RunningSystem, name: str) -> float:
    text = system.http.get(f"{system.gateway}/metrics").text
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))


def open_in(system: RunningSystem) -> set[str]:
    """The services of which a process says that a breaker is open."""
    overview = system.request("GET", "/api/ops/overview", user="operator").json()
    return {service for model in overview["providerReport"]["models"] for service in model["openIn"]}


def test_jobs_wait_without_calls_while_the_provider_is_down_and_complete_when_it_is_back(
    system: RunningSystem,
) -> None:
    system.pace(duration_seconds=0.3)
    system.fault({"kind": "overloaded"}, times=1_000)
    jobs = [system.submit("ideation", example_input("ideation-b2b-consultant")) for _ in range(JOBS)]
    eventually_sync(
        lambda: all(0 in calls_of(system.history(job)) for job in jobs), within=60, told="calls are refused"
    )

    seen = eventually_sync(lambda: system.job(jobs[0])["waitingFor"], within=20, told="the job waits")
    assert seen == "provider"
    assert system.is_whole(), "a service stays ready while its provider is down"
    assert metric(system, "lodestone_llm_breaker_open") == 1
    assert metric(system, "lodestone_llm_refused_calls_total") > 0
    told = "operators see whose breaker is open"
    eventually_sync(lambda: open_in(system) == {"ideation"}, within=20, told=told)
    assert len(system.calls()) < JOBS * 5 + 10, "each job at most once, then only probes"

    system.reset_simulator()
    for job_id in jobs:
        job = system.wait(job_id, within=60)
        assert job["status"] == "completed", job
        retries = [event for event in system.history(job_id) if event["event"] == "job.retrying"]
        assert not any(event["counted"] for event in retries)
    assert metric(system, "lodestone_llm_breaker_open") == 0
    eventually_sync(lambda: not open_in(system), within=20, told="operators see that it is closed again")
