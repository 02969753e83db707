"""The TypeScript client on the running system, through proxies that spoil long responses."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.bad_proxy import (
    Fault,
    bad_proxy,
    cut_streams,
    cut_what_waits,
    hold_streams,
    lose_answers,
    stream_a_while_then_hold,
)
from support.running_system import RunningSystem
from support.samples import example_input
from support.typescript import INSTALL_SECONDS, installed_client, run

COACH = {"jobType": "ideation", "input": example_input("ideation-fitness-coach")}
FAULTS: dict[str, tuple[Callable[[], Fault], int]] = {  # with the fewest streams it opens
    "nothing": (lambda: lambda _asked, answer: answer, 1),
    "streams are cut": (lambda: cut_streams(after=6), 3),
    "streams are kept back": (lambda: hold_streams, 1),
    "streams are cut, then kept back": (stream_a_while_then_hold, 2),
    "nothing long gets through": (lambda: cut_what_waits, 3),
    "answers to submits are lost": (lambda: lose_answers(2), 1),
}

pytestmark = pytest.mark.timeout(INSTALL_SECONDS + 120)


@pytest.fixture(scope="module", autouse=True)
def client() -> Path:
    return installed_client()


def journey(url: str, token: str) -> dict[str, Any]:
    """What the client reported about one job, from its submission to its end."""
    given = json.dumps(COACH)
    told: dict[str, Any] = json.loads(run("node", "test/wire/journey.ts", url, token, given=given))
    return told


@pytest.mark.parametrize("name", FAULTS)
def test_every_event_is_told_once_and_the_job_is_what_the_server_says(
    system: RunningSystem, name: str
) -> None:
    system.pace(first_byte_seconds=0.1, duration_seconds=1)
    before = {job["id"] for job in system.request("GET", "/api/jobs?limit=100").json()["items"]}
    make_fault, fewest = FAULTS[name]

    with bad_proxy(system.gateway, make_fault()) as proxy:
        told = journey(proxy.url, system.token())

    job, history = system.job(told["jobId"]), system.history(told["jobId"])
    assert [event["seq"] for event in told["events"]] == list(range(1, len(history) + 1))
    assert told["events"] == history
    for field in ("status", "result", "error", "errorCode", "progress", "items", "seq"):
        assert told["state"][field] == job[field], field
    after = {job["id"] for job in system.request("GET", "/api/jobs?limit=100").json()["items"]}
    assert after - before == {told["jobId"]}
    assert proxy.streams >= fewest, proxy.asked
