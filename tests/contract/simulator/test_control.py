"""Pace, ledger, reset and the control routes' own errors."""

import asyncio
import json
import time
import urllib.error
import urllib.request
from datetime import datetime
from typing import Any

import pytest
from anthropic import AsyncAnthropic
from support.asking import QUESTION, headers, streamed, text_of
from support.simulator import RunningSimulator
from support.waiting import eventually


async def arrivals(client: AsyncAnthropic) -> list[float]:
    """The times at which the first frame and each piece of text arrived."""
    stream = await client.messages.create(**QUESTION, stream=True)
    return [time.monotonic() async for _ in stream]


async def test_pieces_are_spread_over_the_duration(
    simulator: RunningSimulator, client: AsyncAnthropic
) -> None:
    simulator.pace(duration=1.0)

    times = await arrivals(client)

    [call] = simulator.calls()
    taken = datetime.fromisoformat(call["endedAt"]) - datetime.fromisoformat(call["startedAt"])
    in_first_half = sum(moment < (times[0] + times[-1]) / 2 for moment in times)
    assert taken.total_seconds() >= 0.99
    assert 0.25 < in_first_half / len(times) < 0.75


async def test_first_byte_waits_as_long_as_asked(simulator: RunningSimulator, client: AsyncAnthropic) -> None:
    simulator.pace(first_byte=0.5)
    start = time.monotonic()

    times = await arrivals(client)

    assert times[0] - start >= 0.5


async def test_a_client_that_leaves_between_pieces_is_noticed(
    simulator: RunningSimulator, client: AsyncAnthropic
) -> None:
    simulator.pace(duration=3_000)
    stream = await client.messages.create(**QUESTION, stream=True, extra_headers=headers(attempt=3))
    text = ""
    async for event in stream:
        if event.type == "content_block_delta" and event.delta.type == "text_delta":
            text = event.delta.text
            break
    await stream.close()

    call = await eventually(lambda: next((c for c in simulator.calls() if c["endedAt"]), None), within=1)
    assert call["outcome"] == "disconnected"
    assert call["outputTokens"] == -(-len(text) // 4)
    assert (call["jobId"], call["jobType"], call["attempt"]) == ("job-1", "polish", 3)


async def test_a_client_that_leaves_before_the_first_byte_is_noticed(
    simulator: RunningSimulator, client: AsyncAnthropic
) -> None:
    simulator.pace(first_byte=3_000)
    asking = asyncio.create_task(streamed(client))
    await eventually(lambda: simulator.calls())
    asking.cancel()

    call = await eventually(lambda: next((c for c in simulator.calls() if c["endedAt"]), None), within=1)
    assert (call["outcome"], call["outputTokens"]) == ("disconnected", 0)


async def test_a_running_call_stands_in_the_ledger_without_an_end(
    simulator: RunningSimulator, client: AsyncAnthropic
) -> None:
    simulator.pace(duration=3_000)
    stream = await client.messages.create(**QUESTION, stream=True)

    [call] = simulator.calls()
    await stream.close()

    assert (call["endedAt"], call["outcome"]) == (None, None)
    assert call["startedAt"].endswith("Z")


async def test_ledger_lists_calls_oldest_first_with_exactly_its_fields(
    simulator: RunningSimulator, client: AsyncAnthropic
) -> None:
    for job_id in ("job-1", "job-2", "job-3"):
        await streamed(client, extra_headers=headers(job_id))

    calls = simulator.calls()
    assert [call["jobId"] for call in calls] == ["job-1", "job-2", "job-3"]
    assert list(calls[0]) == [
        "id",
        "jobType",
        "jobId",
        "attempt",
        "model",
        "startedAt",
        "endedAt",
        "outcome",
        "inputTokens",
        "cacheReadTokens",
        "cacheWriteTokens",
        "outputTokens",
    ]


async def test_counting_tokens_is_no_call(simulator: RunningSimulator, client: AsyncAnthropic) -> None:
    await client.messages.count_tokens(model=QUESTION["model"], messages=QUESTION["messages"])

    assert simulator.calls() == []


async def test_reset_forgets_faults_and_calls_and_lets_running_calls_go_on(
    simulator: RunningSimulator, client: AsyncAnthropic
) -> None:
    simulator.pace(duration=1.0)
    stream = await client.messages.create(**QUESTION, stream=True)
    simulator.fault("overloaded")

    simulator.reset()
    kinds = [event.type async for event in stream]
    simulator.pace()
    message = await streamed(client)

    assert kinds[-1] == "message_stop"
    assert text_of(message)
    assert [call["outcome"] for call in simulator.calls()] == ["completed"]


def refusal(simulator: RunningSimulator, method: str, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(simulator.url + path, body, method=method)  # noqa: S310
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)  # noqa: S310
    answer: dict[str, Any] = json.loads(refused.value.read())
    return refused.value.code, answer


@pytest.mark.parametrize(
    ("method", "path", "body", "named"),
    [
        ("PUT", "/_sim/pace", {"firstByteSeconds": -1}, "firstByteSeconds"),
        ("PUT", "/_sim/pace", {"durationSecond": 1}, "durationSecond"),
        ("POST", "/_sim/faults", {"fault": {"kind": "explode"}}, "fault.kind"),
        ("POST", "/_sim/faults", {"fault": {"kind": "status"}}, "status"),
        ("POST", "/_sim/faults", {"fault": {"kind": "stall"}, "times": 0}, "times"),
        ("POST", "/_sim/faults", {"fault": {"kind": "stall"}, "match": {"nth": 0}}, "match.nth"),
        ("POST", "/_sim/faults", {"match": {}}, "fault"),
        ("POST", "/_sim/faults", ["stall"], "body"),
    ],
)
def test_a_wrong_control_body_is_refused_with_a_sentence_naming_the_field(
    simulator: RunningSimulator, method: str, path: str, body: Any, named: str
) -> None:
    status, answer = refusal(simulator, method, path, json.dumps(body).encode())

    assert status == 422
    assert named in answer["detail"]
