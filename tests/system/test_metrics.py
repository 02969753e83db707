"""Every process exposes metrics, and no series grows with users or jobs."""

import re

import pytest
from support.promtool import promtool
from support.running_system import RunningSystem
from support.samples import example_input

AN_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{32}")


def shown_by(system: RunningSystem) -> dict[str, str]:
    """The metrics of each process, by its name."""
    urls = {"gateway": system.gateway, **system.told["health"]}
    return {name: system.http.get(f"{url}/metrics").text for name, url in urls.items()}


def test_metrics_count_a_job_and_hold_no_ids(system: RunningSystem) -> None:
    system.pace(duration_seconds=0.3)
    system.wait(system.submit("ideation", example_input("ideation-fitness-coach")))

    shown = shown_by(system)

    assert set(shown) >= {"gateway", "relay", "projector", "ideation"}
    for name, text in shown.items():
        assert not AN_ID.search(text), f"{name}: {AN_ID.search(text)}"
    assert 'lodestone_jobs_total{job_type="ideation",outcome="completed"}' in shown["projector"]
    assert 'gen_ai_client_token_usage_count{gen_ai_request_model="claude-sonnet-5-5"' in shown["ideation"]


@pytest.mark.parametrize(
    "name", ["gateway", "relay", "projector", "ideation", "extraction", "polish", "content"]
)
def test_prometheus_finds_nothing_wrong_with_what_each_process_shows(
    processes: RunningSystem, name: str
) -> None:
    assert promtool("check", "metrics", given=shown_by(processes)[name]) == ""


def test_the_rights_of_all_in_one_process_are_enough(system: RunningSystem) -> None:
    run_without_refusals(system)


def test_the_rights_of_each_process_are_enough(processes: RunningSystem) -> None:
    run_without_refusals(processes)


def run_without_refusals(system: RunningSystem) -> None:
    system.pace(duration_seconds=0.3)
    before = refused(system)  # an earlier test's subscriber may have been refused before the server knew it
    jobs = [
        system.submit("posts", example_input("posts")),
        system.submit("ideation", example_input("ideation-fitness-coach")),
    ]

    ended = [system.wait(job_id)["status"] for job_id in jobs]

    assert ended == ["completed", "completed"]
    assert refused(system) == before
    assert "permission denied" not in system.logs


def refused(system: RunningSystem) -> dict[str, list[str]]:
    """What the bus has refused each process so far."""
    counter = 'lodestone_bus_errors_total{kind="permission"}'
    return {
        name: [line for line in text.splitlines() if line.startswith(counter)]
        for name, text in shown_by(system).items()
    }
