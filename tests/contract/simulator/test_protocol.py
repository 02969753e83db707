"""The simulator's protocol as the official client sees it; every answer is validated strictly."""

import json
import math
import urllib.error
import urllib.request
from typing import Any

import anthropic
import pytest
from anthropic import Anthropic, AsyncAnthropic
from anthropic.types import ErrorResponse, Message
from support.asking import QUESTION, headers, streamed, text_of
from support.simulator import RunningSimulator

PROMPT = {key: QUESTION[key] for key in ("model", "system", "messages")}


async def test_stream_comes_in_the_providers_order(client: AsyncAnthropic) -> None:
    stream = await client.messages.create(**QUESTION, stream=True)
    kinds = [event.type async for event in stream]

    assert kinds[:2] == ["message_start", "content_block_start"]
    assert kinds[-3:] == ["content_block_stop", "message_delta", "message_stop"]
    assert set(kinds[2:-3]) == {"content_block_delta"}
    assert 40 <= len(kinds) - 5 <= 80


async def test_stream_and_whole_message_say_the_same(client: AsyncAnthropic) -> None:
    in_pieces = await streamed(client)
    at_once = await client.messages.create(**QUESTION)

    assert text_of(in_pieces) == text_of(at_once)
    assert (in_pieces.stop_reason, at_once.stop_reason) == ("end_turn", "end_turn")
    assert in_pieces.usage == at_once.usage


def test_blocking_client_is_served_alike(blocking_client: Anthropic) -> None:
    message: Message = blocking_client.messages.create(**QUESTION)
    with blocking_client.messages.stream(**QUESTION) as stream:
        assert stream.get_final_text() == text_of(message)


async def test_pieces_do_not_end_where_items_end(client: AsyncAnthropic) -> None:
    stream = await client.messages.create(**QUESTION, stream=True)
    pieces = [event.delta.text async for event in stream if event.type == "content_block_delta"]

    assert sum(piece.endswith("}") for piece in pieces[:-1]) < 2
    assert len({len(piece) for piece in pieces}) > 3


async def test_message_counting_route_and_ledger_agree_on_tokens(
    simulator: RunningSimulator, client: AsyncAnthropic
) -> None:
    message = await streamed(client)
    counted = await client.messages.count_tokens(**PROMPT)

    [call] = simulator.calls()
    prompt = QUESTION["system"][0]["text"] + QUESTION["messages"][0]["content"]
    assert message.usage.input_tokens == counted.input_tokens == call["inputTokens"]
    assert counted.input_tokens == math.ceil(len(prompt) / 4)
    assert message.usage.output_tokens == call["outputTokens"] == math.ceil(len(text_of(message)) / 4)
    assert message.usage.cache_read_input_tokens == 0


async def test_a_reply_longer_than_allowed_is_cut_at_the_limit(client: AsyncAnthropic) -> None:
    message = await streamed(client, max_tokens=20)

    assert message.stop_reason == "max_tokens"
    assert message.usage.output_tokens == 20
    assert len(text_of(message)) == 80


async def test_without_a_schema_comes_plain_text(client: AsyncAnthropic) -> None:
    message = await client.messages.create(
        model="claude-haiku-5-5", max_tokens=500, messages=[{"role": "user", "content": "What now?"}]
    )

    assert len(text_of(message)) > 20


async def test_models_can_be_listed_page_by_page_and_looked_up(client: AsyncAnthropic) -> None:
    ids = [model.id async for model in client.models.list(limit=3)]
    model = await client.models.retrieve("claude-opus-5-5")

    assert {"claude-sonnet-5-5", "claude-opus-5-5", "claude-haiku-5-5"} <= set(ids)
    assert len(ids) == len(set(ids))
    assert model.line == "opus"
    assert model.capabilities
    assert model.capabilities.structured_outputs.supported


async def test_unknown_model_is_not_found_in_the_list(client: AsyncAnthropic) -> None:
    with pytest.raises(anthropic.NotFoundError):
        await client.models.retrieve("claude-none")


@pytest.mark.parametrize(
    "changes",
    [
        {"model": "claude-none"},
        {"messages": []},
        {"max_tokens": 0},
        {"messages": [{"role": "user", "content": 7}]},
        {"output_config": {"format": {"type": "xml"}}},
    ],
)
async def test_a_wrong_request_is_refused_and_not_a_call(
    simulator: RunningSimulator, client: AsyncAnthropic, changes: dict[str, Any]
) -> None:
    with pytest.raises(anthropic.BadRequestError) as refused:
        await client.messages.create(**(QUESTION | changes))

    assert refused.value.type == "invalid_request_error"
    assert simulator.calls() == []


def post(url: str, body: bytes, sent: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(f"{url}/v1/messages", body, sent)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()


BODY = json.dumps(QUESTION).encode()


@pytest.mark.parametrize("sent", [{"x-api-key": "any"}, {"Authorization": "Bearer any"}])
def test_a_key_in_either_header_is_enough(simulator: RunningSimulator, sent: dict[str, str]) -> None:
    assert post(simulator.url, BODY, sent)[0] == 200


@pytest.mark.parametrize("sent", [{}, {"Authorization": "Bearer "}, {"x-api-key": ""}])
def test_without_a_key_nobody_is_served(simulator: RunningSimulator, sent: dict[str, str]) -> None:
    status, answered, body = post(simulator.url, BODY, sent)

    assert status == 401
    error = ErrorResponse.model_validate_json(body)
    assert error.error.type == "authentication_error"
    assert error.request_id == answered["request-id"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"model": "claude-sonnet-5-5"}', b"\xff"])
def test_a_body_that_is_no_request_is_a_bad_request(simulator: RunningSimulator, body: bytes) -> None:
    status, _, answer = post(simulator.url, body, {"x-api-key": "any"})

    assert status == 400
    assert ErrorResponse.model_validate_json(answer).error.type == "invalid_request_error"


def test_half_a_surrogate_pair_in_the_prompt_does_no_harm(simulator: RunningSimulator) -> None:
    body = BODY.replace(b"Quotes lost", rb"Quotes \ud83d lost")

    assert post(simulator.url, body, {"x-api-key": "any"})[0] == 200


def test_every_answer_carries_request_id_and_organization(simulator: RunningSimulator) -> None:
    _, answered, _ = post(simulator.url, BODY, {"x-api-key": "any", **headers()})

    assert answered["request-id"] == simulator.calls()[0]["id"]
    assert answered["anthropic-organization-id"]
