"""The TypeScript client survives a restart of the gateway."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from support.running_system import RunningSystem
from support.samples import example_input
from support.typescript import INSTALL_SECONDS, installed_client, run
from support.waiting import eventually_sync

COACH = {"jobType": "ideation", "input": example_input("ideation-fitness-coach")}

pytestmark = pytest.mark.timeout(INSTALL_SECONDS + 240)


def test_a_watch_goes_on_when_the_gateway_was_killed(processes: RunningSystem) -> None:
    installed_client()
    processes.pace(first_byte_seconds=0.2, duration_seconds=4)
    known = {job["id"] for job in newest(processes)}
    command = ("node", "test/wire/journey.ts", processes.gateway, processes.token())

    with ThreadPoolExecutor() as threads:
        journey = threads.submit(run, *command, given=json.dumps(COACH))
        job_id = eventually_sync(
            lambda: next((job["id"] for job in newest(processes) if job["id"] not in known), None),
            within=60,
            told="the job is there",
        )
        eventually_sync(lambda: processes.job(job_id)["progress"]["done"] > 0, within=60, told="an item")
        killed = processes.kill("gateway")
        told = json.loads(journey.result())
    processes.wait_for_restart("gateway", killed)

    history = processes.history(job_id)
    assert told["events"] == history
    assert [event["seq"] for event in history] == list(range(1, len(history) + 1))
    assert told["state"]["status"] == "completed"


def newest(system: RunningSystem) -> list[dict[str, Any]]:
    return list(system.request("GET", "/api/jobs?limit=20").json()["items"])
