"""Metrics of every process: there, and without anything that grows with users or jobs."""

import re

from support.house import House
from support.samples import example_input

AN_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{32}")


def shown_by(house: House) -> dict[str, str]:
    """The metrics of each process by its name."""
    urls = {"gateway": house.gateway, **house.told["health"]}
    return {name: house.http.get(f"{url}/metrics").text for name, url in urls.items()}


def test_metrics_count_a_job_and_hold_no_ids(house: House) -> None:
    house.pace(duration_seconds=0.3)
    house.wait(house.submit("ideation", example_input("ideation-fitness-coach")))

    shown = shown_by(house)

    assert set(shown) >= {"gateway", "relay", "projector", "ideation"}
    for name, text in shown.items():
        assert not AN_ID.search(text), f"{name}: {AN_ID.search(text)}"
    assert 'lodestone_jobs_total{job_type="ideation",outcome="completed"}' in shown["projector"]
    assert 'gen_ai_client_token_usage_count{gen_ai_request_model="claude-sonnet-5-5"' in shown["ideation"]


def test_the_rights_of_all_in_one_process_are_enough(house: House) -> None:
    run_without_refusals(house)


def test_the_rights_of_each_process_are_enough(processes: House) -> None:
    run_without_refusals(processes)


def run_without_refusals(house: House) -> None:
    house.pace(duration_seconds=0.3)
    before = refused(house)  # a subscriber that was added a moment before the server learnt of it
    jobs = [
        house.submit("posts", example_input("posts")),
        house.submit("ideation", example_input("ideation-fitness-coach")),
    ]

    ended = [house.wait(job_id)["status"] for job_id in jobs]

    assert ended == ["completed", "completed"]
    assert refused(house) == before
    assert "permission denied" not in house.logs


def refused(house: House) -> dict[str, list[str]]:
    """What the bus refused each process so far."""
    counter = 'lodestone_bus_errors_total{kind="permission"}'
    return {
        name: [line for line in text.splitlines() if line.startswith(counter)]
        for name, text in shown_by(house).items()
    }
