"""The provider is down for a while: jobs wait, it is left in peace, and all go on when it is back."""

from typing import Any

from support.house import House
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


def metric(house: House, name: str) -> float:
    text = house.http.get(f"{house.gateway}/metrics").text
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))


def test_jobs_wait_without_calls_while_the_provider_is_down_and_complete_when_it_is_back(
    house: House,
) -> None:
    house.pace(duration_seconds=0.3)
    house.fault({"kind": "overloaded"}, times=1_000)
    jobs = [house.submit("ideation", example_input("ideation-b2b-consultant")) for _ in range(JOBS)]
    eventually_sync(
        lambda: all(0 in calls_of(house.history(job)) for job in jobs), within=60, told="calls are refused"
    )

    seen = eventually_sync(lambda: house.job(jobs[0])["waitingFor"], within=20, told="the job waits")
    assert seen == "provider"
    assert house.is_whole(), "a service whose provider is down is ready"
    assert metric(house, "lodestone_llm_breaker_open") == 1
    assert metric(house, "lodestone_llm_refused_calls_total") > 0
    assert len(house.calls()) < JOBS * 5 + 10, "each job at most once, then only probes"

    house.reset_simulator()
    for job_id in jobs:
        job = house.wait(job_id, within=60)
        assert job["status"] == "completed", job
        retries = [event for event in house.history(job_id) if event["event"] == "job.retrying"]
        assert not any(event["counted"] for event in retries)
    assert metric(house, "lodestone_llm_breaker_open") == 0
