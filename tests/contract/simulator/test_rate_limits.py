"""The provider's rate limits as the official client sees them."""

import asyncio
import urllib.error
import urllib.request
from datetime import UTC, datetime

import anthropic
import pytest
from anthropic import AsyncAnthropic
from support.asking import QUESTION, streamed
from support.simulator import RunningSimulator
from support.waiting import eventually

HEADERS = {
    f"anthropic-ratelimit-{of}-{what}"
    for of in ("requests", "input-tokens", "output-tokens", "tokens")
    for what in ("limit", "remaining", "reset")
}


async def headers_of(client: AsyncAnthropic, *, stream: bool = True) -> dict[str, str]:
    """The rate-limit headers of an answer, which is read to its end."""
    answer = await client.messages.with_raw_response.create(**QUESTION, stream=stream)
    await answer.read()
    return {name: value for name, value in answer.headers.items() if name.startswith("anthropic-ratelimit-")}


async def refusal_of(client: AsyncAnthropic, **changes: object) -> anthropic.RateLimitError:
    with pytest.raises(anthropic.RateLimitError) as refused:
        await streamed(client, **changes)
    return refused.value


async def test_without_limits_nothing_is_told(client: AsyncAnthropic) -> None:
    assert await headers_of(client) == {}


@pytest.mark.parametrize("stream", [True, False])
async def test_every_answer_tells_what_is_left(
    simulator: RunningSimulator, client: AsyncAnthropic, stream: bool
) -> None:
    simulator.limit(50, 30_000, 8_000)

    first, second = await headers_of(client, stream=stream), await headers_of(client, stream=stream)

    assert set(first) == HEADERS
    assert first["anthropic-ratelimit-requests-limit"] == "50"
    assert first["anthropic-ratelimit-requests-remaining"] == "49"
    assert second["anthropic-ratelimit-requests-remaining"] in ("48", "49")
    assert first["anthropic-ratelimit-tokens-limit"] == "38000"
    assert datetime.fromisoformat(first["anthropic-ratelimit-requests-reset"]).tzinfo == UTC


async def test_one_request_too_many_is_refused_with_the_providers_words(
    simulator: RunningSimulator, client: AsyncAnthropic
) -> None:
    simulator.limit(requests=1)
    await streamed(client)

    refused = await refusal_of(client)

    assert refused.type == "rate_limit_error"
    assert "rate limit of 1 requests per minute (org: " in refused.message
    assert "model: claude-sonnet-5-5)" in refused.message
    assert 1 <= int(refused.response.headers["retry-after"]) <= 60
    assert refused.response.headers["anthropic-ratelimit-requests-remaining"] == "0"
    assert set(refused.response.headers) >= HEADERS
    assert [call["outcome"] for call in simulator.calls()] == ["completed", "limited"]
    assert simulator.calls()[1]["inputTokens"] == 0


async def test_output_counts_as_it_is_written_and_max_tokens_does_not(
    simulator: RunningSimulator, client: AsyncAnthropic
) -> None:
    simulator.limit(output_tokens=1_000)
    await streamed(client, max_tokens=100_000)
    simulator.limit(output_tokens=10)
    await streamed(client)

    refused = await refusal_of(client)

    assert "rate limit of 10 output tokens per minute" in refused.message


async def test_output_of_a_running_call_counts(simulator: RunningSimulator, client: AsyncAnthropic) -> None:
    simulator.limit(output_tokens=1)
    simulator.pace(duration=3_000)
    stream = await client.messages.create(**QUESTION, stream=True)
    await eventually(lambda: simulator.calls()[0]["outputTokens"])

    refused = await refusal_of(client)
    await stream.close()

    assert "output tokens" in refused.message


async def test_input_read_from_the_prompt_cache_does_not_count(
    simulator: RunningSimulator, client: AsyncAnthropic
) -> None:
    mark = {"type": "ephemeral"}
    system = [{"type": "text", "text": "Write three sections. " * 200, "cache_control": mark}]
    simulator.limit(input_tokens=1_500)  # the prompt has 1,117

    messages = [await streamed(client, system=system) for _ in range(5)]
    refused = await refusal_of(client, system="Write three sections. " * 210)

    assert [message.usage.cache_creation_input_tokens for message in messages] == [1_100, 0, 0, 0, 0]
    assert [message.usage.cache_read_input_tokens for message in messages] == [0, *[1_100] * 4]
    assert "input tokens" in refused.message


async def test_classes_of_models_have_their_own_limits(
    simulator: RunningSimulator, client: AsyncAnthropic
) -> None:
    simulator.limit(requests=1)

    await streamed(client)
    await streamed(client, model="claude-opus-5-5")

    await refusal_of(client, model="claude-sonnet-4-6")


async def test_limits_can_be_lifted(simulator: RunningSimulator, client: AsyncAnthropic) -> None:
    simulator.limit(requests=1)
    await streamed(client)
    simulator.unlimit()

    await asyncio.gather(*(streamed(client) for _ in range(5)))


async def test_headers_can_lie_and_be_missing(simulator: RunningSimulator, client: AsyncAnthropic) -> None:
    simulator.limit(requests=50)
    lie, reset = "anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset"
    simulator.fault("headers", headers={lie: "-7", reset: None})

    told, then = await headers_of(client), await headers_of(client)

    assert told[lie] == "-7"
    assert set(told) == HEADERS - {reset}
    assert set(then) == HEADERS
    assert [call["outcome"] for call in simulator.calls()] == ["completed"] * 2


async def test_a_refusal_uses_up_no_fault(simulator: RunningSimulator, client: AsyncAnthropic) -> None:
    simulator.limit(requests=1)
    await streamed(client)
    simulator.fault("overloaded")

    await refusal_of(client)

    simulator.unlimit()
    with pytest.raises(anthropic.OverloadedError):
        await streamed(client)


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"requests": 0, "inputTokens": 1, "outputTokens": 1}',
        b'{"requests": -1, "inputTokens": 1, "outputTokens": 1}',
        b'{"requests": NaN, "inputTokens": 1, "outputTokens": 1}',
        b'{"requests": 1e12, "inputTokens": 1, "outputTokens": 1}',
    ],
)
def test_limits_that_no_provider_has_are_refused(simulator: RunningSimulator, body: bytes) -> None:
    request = urllib.request.Request(f"{simulator.url}/_sim/limits", body, method="PUT")  # noqa: S310

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)  # noqa: S310

    assert refused.value.code == 422
    assert b"requests" in refused.value.read()
