"""The prompt cache as the official client sees it."""

import asyncio

import anthropic
import pytest
from anthropic import AsyncAnthropic
from anthropic.types import Message
from support.asking import QUESTION, streamed
from support.simulator import RunningSimulator
from support.waiting import eventually

HOUR = {"type": "ephemeral", "ttl": "1h"}
TEXT = "Write three sections. " * 200
SYSTEM = [{"type": "text", "text": TEXT, "cache_control": HOUR}]
PREFIX = 1_100  # tokens


def uses(messages: list[Message]) -> list[tuple[int | None, int | None]]:
    """Tokens written to the cache and read from it, by each call."""
    usages = [message.usage for message in messages]
    return [(usage.cache_creation_input_tokens, usage.cache_read_input_tokens) for usage in usages]


async def test_usage_and_ledger_tell_what_was_written_and_read(
    simulator: RunningSimulator, client: AsyncAnthropic
) -> None:
    first = await streamed(client, system=SYSTEM)
    second = await client.messages.create(**(QUESTION | {"system": SYSTEM}))

    assert uses([first, second]) == [(PREFIX, 0), (0, PREFIX)]
    assert first.usage.cache_creation
    assert first.usage.cache_creation.ephemeral_1h_input_tokens == PREFIX
    assert first.usage.cache_creation.ephemeral_5m_input_tokens == 0
    assert first.usage.input_tokens == second.usage.input_tokens < 30
    told = [(call["cacheWriteTokens"], call["cacheReadTokens"]) for call in simulator.calls()]
    assert told == uses([first, second])


async def test_calls_at_once_all_write(simulator: RunningSimulator, client: AsyncAnthropic) -> None:
    simulator.pace(first_byte=3_000)
    asking = [asyncio.create_task(streamed(client, system=SYSTEM)) for _ in range(4)]
    await eventually(lambda: len(simulator.calls()) == 4)

    assert [call["cacheWriteTokens"] for call in simulator.calls()] == [PREFIX] * 4
    for task in asking:
        task.cancel()


@pytest.mark.parametrize("stream", [True, False])
async def test_it_can_be_read_while_the_first_reply_is_written(
    simulator: RunningSimulator, client: AsyncAnthropic, stream: bool
) -> None:
    simulator.pace(duration=3_000)
    question = QUESTION | {"system": SYSTEM}
    first = await client.messages.create(**question, stream=True)

    second = asyncio.create_task(client.messages.create(**question, stream=stream))
    await eventually(lambda: len(simulator.calls()) == 2)

    assert [call["cacheReadTokens"] for call in simulator.calls()] == [0, PREFIX]
    await first.close()
    second.cancel()


async def test_a_call_that_ends_before_its_reply_begins_writes_nothing(
    simulator: RunningSimulator, client: AsyncAnthropic
) -> None:
    simulator.pace(first_byte=3_000)
    asking = asyncio.create_task(streamed(client, system=SYSTEM))
    await eventually(lambda: simulator.calls())
    asking.cancel()
    await eventually(lambda: simulator.calls()[0]["endedAt"])
    simulator.pace()
    simulator.fault("overloaded")
    with pytest.raises(anthropic.OverloadedError):
        await streamed(client, system=SYSTEM)

    assert uses([await streamed(client, system=SYSTEM)]) == [(PREFIX, 0)]


async def test_another_key_has_a_cache_of_its_own(
    simulator: RunningSimulator, client: AsyncAnthropic
) -> None:
    await streamed(client, system=SYSTEM)

    async with AsyncAnthropic(base_url=simulator.url, api_key="another", max_retries=0) as other:
        assert uses([await streamed(other, system=SYSTEM)]) == [(PREFIX, 0)]


async def test_a_reset_empties_it(simulator: RunningSimulator, client: AsyncAnthropic) -> None:
    await streamed(client, system=SYSTEM)
    simulator.reset()
    simulator.pace()

    assert uses([await streamed(client, system=SYSTEM)]) == [(PREFIX, 0)]


@pytest.mark.parametrize(
    ("mark", "told"),
    [
        ({"type": "eternal"}, "cache_control.type"),
        ({"type": "ephemeral", "ttl": "1d"}, "cache_control.ttl"),
        ("ephemeral", "cache_control.type"),
    ],
)
async def test_a_wrong_mark_is_refused(client: AsyncAnthropic, mark: object, told: str) -> None:
    with pytest.raises(anthropic.BadRequestError) as refused:
        await streamed(client, system=[{"type": "text", "text": TEXT, "cache_control": mark}])

    assert told in refused.value.message


async def test_more_than_four_marks_are_refused(client: AsyncAnthropic) -> None:
    with pytest.raises(anthropic.BadRequestError) as refused:
        await streamed(client, system=SYSTEM * 5)

    assert "maximum of 4 blocks" in refused.value.message
