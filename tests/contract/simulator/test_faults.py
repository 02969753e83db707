"""Each kind of fault as the official client sees it, and which call gets it."""

import asyncio
import json
from typing import Any

import anthropic
import httpx2
import pytest
from anthropic import AsyncAnthropic
from support.asking import QUESTION, collect, headers, streamed, text_of
from support.simulator import RunningSimulator
from support.waiting import eventually

PATIENCE = httpx2.Timeout(0.5, connect=10)


async def whole_items(client: AsyncAnthropic, **changes: Any) -> tuple[int, str | None]:
    """How many items arrived whole before the stream ended, and the stop reason."""
    message = await streamed(client, **changes)
    return text_of(message).count("}") if message.content else 0, message.stop_reason


async def test_status_is_answered_with_its_retry_after(
    simulator: RunningSimulator, client: AsyncAnthropic
) -> None:
    simulator.fault("status", status=429, retryAfterSeconds=7)

    with pytest.raises(anthropic.RateLimitError) as refused:
        await streamed(client)

    assert refused.value.type == "rate_limit_error"
    assert refused.value.response.headers["retry-after"] == "7"
    [call] = simulator.calls()
    assert (call["outcome"], call["inputTokens"], call["outputTokens"]) == ("fault", 0, 0)


async def test_status_can_bring_a_body_with_a_cause_that_time_does_not_heal(
    simulator: RunningSimulator, client: AsyncAnthropic
) -> None:
    error = {
        "type": "rate_limit_error",
        "message": "Spend limit",
        "details": {"error_code": "enforced_spend_limit_reached"},
    }
    simulator.fault("status", status=429, body={"type": "error", "error": error})

    with pytest.raises(anthropic.EnforcedSpendLimitReachedError) as refused:
        await streamed(client)

    assert refused.value.response.headers["x-should-retry"] == "false"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, anthropic.AuthenticationError),
        (403, anthropic.PermissionDeniedError),
        (413, anthropic.ContentTooLargeError),
        (500, anthropic.InternalServerError),
        (529, anthropic.OverloadedError),
    ],
)
async def test_every_status_becomes_the_clients_own_error(
    simulator: RunningSimulator, client: AsyncAnthropic, status: int, error: type[Exception]
) -> None:
    simulator.fault("status", status=status)

    with pytest.raises(error):
        await client.messages.create(**QUESTION)


async def test_overloaded_is_529(simulator: RunningSimulator, client: AsyncAnthropic) -> None:
    simulator.fault("overloaded")

    with pytest.raises(anthropic.OverloadedError) as refused:
        await streamed(client)

    assert refused.value.type == "overloaded_error"


async def test_mid_stream_error_comes_after_whole_items_under_status_200(
    simulator: RunningSimulator, client: AsyncAnthropic
) -> None:
    simulator.fault("mid_stream_error", afterItems=2)
    pieces: list[str] = []

    with pytest.raises(anthropic.APIStatusError) as broken:
        await collect(client, pieces)

    text = "".join(pieces)
    assert (broken.value.status_code, broken.value.type) == (200, "overloaded_error")
    assert text.count("}") == 2
    [call] = simulator.calls()
    assert (call["outcome"], call["outputTokens"]) == ("fault", -(-len(text) // 4))


@pytest.mark.parametrize("items", [0, 1, 3])
async def test_cut_ends_the_stream_cleanly_without_a_stop(
    simulator: RunningSimulator, client: AsyncAnthropic, items: int
) -> None:
    simulator.fault("cut", afterItems=items)

    assert await whole_items(client) == (items, None)
    assert simulator.calls()[0]["outcome"] == "fault"


async def test_stall_is_silent_until_the_client_leaves(
    simulator: RunningSimulator, client: AsyncAnthropic
) -> None:
    simulator.fault("stall", afterItems=1)
    pieces: list[str] = []

    with pytest.raises(httpx2.ReadTimeout):
        await collect(client, pieces, timeout=PATIENCE)

    assert "".join(pieces).count("}") == 1
    call = await eventually(lambda: next((c for c in simulator.calls() if c["endedAt"]), None))
    assert call["outcome"] == "fault"


async def test_endless_goes_on_far_beyond_what_was_asked_for_until_the_client_leaves(
    simulator: RunningSimulator, client: AsyncAnthropic
) -> None:
    simulator.fault("endless")
    characters = 0

    async with client.messages.stream(**QUESTION) as stream:
        async for piece in stream.text_stream:
            characters += len(piece)
            if characters > 100 * QUESTION["max_tokens"]:
                break

    call = await eventually(lambda: next((c for c in simulator.calls() if c["endedAt"]), None))
    assert call["outcome"] == "disconnected"


async def test_max_tokens_stops_after_whole_items(
    simulator: RunningSimulator, client: AsyncAnthropic
) -> None:
    simulator.fault("max_tokens", afterItems=2)

    assert await whole_items(client) == (2, "max_tokens")
    assert simulator.calls()[0]["outcome"] == "completed"


async def test_refusal_says_so_and_why(simulator: RunningSimulator, client: AsyncAnthropic) -> None:
    simulator.fault("refusal")

    message = await streamed(client)

    assert message.stop_reason == "refusal"
    assert message.stop_details
    assert message.stop_details.category


async def test_invalid_json_ends_as_if_all_were_well(
    simulator: RunningSimulator, client: AsyncAnthropic
) -> None:
    simulator.fault("invalid_json")

    message = await streamed(client)

    assert message.stop_reason == "end_turn"
    with pytest.raises(json.JSONDecodeError):
        json.loads(text_of(message))


async def test_fenced_json_is_right_inside_its_fence(
    simulator: RunningSimulator, client: AsyncAnthropic
) -> None:
    simulator.fault("fenced_json")

    text = text_of(await streamed(client))

    assert text.startswith("```json\n")
    assert text.endswith("\n```")
    assert len(json.loads(text[8:-4])["sections"]) == 3


async def test_wrong_count_is_one_item_too_few(simulator: RunningSimulator, client: AsyncAnthropic) -> None:
    simulator.fault("wrong_count")

    assert len(json.loads(text_of(await streamed(client)))["sections"]) == 2


async def test_missing_fields_takes_a_required_field_from_each_item_but_never_its_key(
    simulator: RunningSimulator, client: AsyncAnthropic
) -> None:
    simulator.fault("missing_fields")

    sections = json.loads(text_of(await streamed(client)))["sections"]

    assert [set(section) for section in sections] == [{"id", "sectionName"}] * 3


@pytest.mark.parametrize("kind", ["wrong_count", "missing_fields"])
async def test_a_fault_in_items_is_invalid_json_where_there_are_none(
    simulator: RunningSimulator, client: AsyncAnthropic, kind: str
) -> None:
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "parts": {"type": "array", "items": {"type": "string"}}},
        "required": ["name", "parts"],
        "additionalProperties": False,
    }
    simulator.fault(kind)

    message = await streamed(client, output_config={"format": {"type": "json_schema", "schema": schema}})

    with pytest.raises(json.JSONDecodeError):
        json.loads(text_of(message))


async def test_slow_first_byte_outlasts_the_clients_patience(
    simulator: RunningSimulator, client: AsyncAnthropic
) -> None:
    simulator.fault("slow_first_byte")

    with pytest.raises(anthropic.APITimeoutError):
        await streamed(client, timeout=PATIENCE)

    call = await eventually(lambda: next((c for c in simulator.calls() if c["endedAt"]), None))
    assert (call["outcome"], call["outputTokens"]) == ("disconnected", 0)


async def outcomes(simulator: RunningSimulator, client: AsyncAnthropic, calls: list[Any]) -> list[str]:
    """Makes the calls one after another; returns their outcomes."""
    for call in calls:
        await asyncio.gather(streamed(client, **call), return_exceptions=True)
    return [call["outcome"] for call in simulator.calls()]


def of_job(job_id: str, job_type: str = "polish", model: str = "claude-sonnet-5-5") -> dict[str, Any]:
    return {"model": model, "extra_headers": headers(job_id, job_type)}


@pytest.mark.parametrize(
    ("match", "hit"),
    [
        ({"jobId": "job-2"}, 1),
        ({"jobType": "posts"}, 2),
        ({"model": "claude-haiku-5-5"}, 3),
        ({"jobType": "polish", "nth": 2}, 1),
    ],
)
async def test_a_fault_hits_the_call_it_is_meant_for(
    simulator: RunningSimulator, client: AsyncAnthropic, match: dict[str, Any], hit: int
) -> None:
    simulator.fault("overloaded", match)
    calls = [of_job("job-1"), of_job("job-2"), of_job("job-3", "posts")]
    without_job = {"model": "claude-haiku-5-5"}

    found = await outcomes(simulator, client, [*calls, without_job])

    assert [place for place, outcome in enumerate(found) if outcome == "fault"] == [hit]


async def test_a_fault_is_gone_after_its_times(simulator: RunningSimulator, client: AsyncAnthropic) -> None:
    simulator.fault("overloaded", times=2)

    found = await outcomes(simulator, client, [{}] * 3)

    assert found == ["fault", "fault", "completed"]


async def test_faults_are_tried_in_the_order_in_which_they_were_set(
    simulator: RunningSimulator, client: AsyncAnthropic
) -> None:
    simulator.fault("status", status=500)
    simulator.fault("status", status=429)

    with pytest.raises(anthropic.InternalServerError):
        await streamed(client)
    with pytest.raises(anthropic.RateLimitError):
        await streamed(client)
