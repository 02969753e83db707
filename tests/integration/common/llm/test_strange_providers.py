"""Misbehaviour of a provider beyond plain errors harms neither the process nor the reply nor the ledger."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from lodestone.errors import (
    AttemptFailed,
    IncompleteReply,
    InvalidOutput,
    Misconfigured,
    ProviderLimited,
    ProviderUnavailable,
)
from lodestone.events import Outcome
from lodestone.jobs.ideation import IDEATION
from lodestone.llm.bounded import BYTES_BESIDE, BYTES_PER_TOKEN, MOST_ERROR_BYTES
from lodestone.llm.client import Ask, Llm
from lodestone.llm.loose_json import JsonValue
from lodestone.llm.structured import ask_for
from lodestone.wire import WireModel
from lodestone.worker.testing import MemoryContext
from support.provider import Provider
from support.raw_provider import STREAM, frame, raw_provider, reply
from support.waiting import eventually


class Idea(WireModel):
    title: str


ASK = Ask("claude-sonnet-5-5", 1_000, "You write ideas.", "Write one.", Idea)
ON_ITS_WAY = 20 * 1024 * 1024  # bytes that sockets and reader may buffer beyond what is read


@pytest.fixture
def job() -> MemoryContext:
    return MemoryContext(IDEATION)


@contextlib.asynccontextmanager
async def asking(url: str) -> AsyncIterator[Llm]:
    llm = Llm(api_key="test", base_url=url)
    try:
        yield llm
    finally:
        await llm.close()


async def failure(llm: Llm, job: MemoryContext) -> AttemptFailed:
    with pytest.raises(AttemptFailed) as caught:
        await llm.ask(job, ASK)
    return caught.value


@pytest.mark.parametrize("of", ["text", "pings", "frame"])
async def test_a_reply_without_end_is_cut_at_what_was_asked_for_and_settled(
    model: Provider, model_llm: Llm, job: MemoryContext, of: str
) -> None:
    await model.fault("endless", of=of)

    assert type(await failure(model_llm, job)) is IncompleteReply

    (call,) = job.finished_calls
    assert (call.outcome, call.estimated) == (Outcome.WASTED, True)
    assert 0 < call.output_tokens <= ASK.max_tokens
    assert call.cost_usd > 0
    (told,) = await eventually(model.ended_calls)
    assert told["outcome"] == "disconnected", "the connection is closed, so no more tokens are paid for"


@pytest.mark.parametrize(
    "again",
    [
        b": a comment\n\n",
        b"data: x\n" * 100,
        b"x\n" * 1_000,
        frame("content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": "h" * 99}) * 9,
        frame("content_block_start", index=0, content_block={"type": "text", "text": "h" * 999}) * 9,
    ],
    ids=["comments", "lines", "short lines", "thoughts", "blocks"],
)
async def test_events_without_end_are_cut(job: MemoryContext, again: bytes) -> None:
    async with raw_provider(STREAM, again=again) as provider, asking(provider.url) as llm:
        assert type(await failure(llm, job)) is IncompleteReply

        most = ASK.max_tokens * BYTES_PER_TOKEN + BYTES_BESIDE
        assert provider.sent_bytes < most + ON_ITS_WAY
        assert job.finished_calls[0].estimated


@pytest.mark.parametrize("status", [429, 503, 529])
async def test_an_error_without_end_is_what_its_status_says(job: MemoryContext, status: int) -> None:
    head = f"HTTP/1.1 {status} No\r\nContent-Type: application/json\r\nretry-after: 7\r\n\r\n".encode()

    async with raw_provider(head, again=b"x" * 4_096) as provider, asking(provider.url) as llm:
        refused = await failure(llm, job)

        assert isinstance(refused, ProviderLimited if status == 429 else ProviderUnavailable)
        assert refused.retry_after_seconds == 7
        assert provider.sent_bytes < MOST_ERROR_BYTES + ON_ITS_WAY


async def test_headers_without_end_are_given_up(job: MemoryContext) -> None:
    async with raw_provider(b"HTTP/1.1 200 OK\r\n", again=b"x-more: and more\r\n") as provider:
        async with asking(provider.url) as llm:
            assert isinstance(await failure(llm, job), ProviderUnavailable)
        assert provider.sent_bytes < ON_ITS_WAY


@pytest.mark.parametrize(
    ("usage", "last"),
    [
        (None, {"usage": None}),
        ({"input_tokens": None, "output_tokens": None}, {"usage": {"output_tokens": None}}),
        ({}, {}),
        ({"input_tokens": 7, "output_tokens": 1}, {}),
        ({"input_tokens": -4, "output_tokens": 1}, {"usage": {"output_tokens": 10**30}}),
        ({"input_tokens": "7"}, {"usage": {"output_tokens": 2.5}}),
    ],
    ids=["null", "null counts", "missing", "missing in the last frame", "absurd", "no integers"],
)
async def test_a_reply_whose_usage_is_not_told_is_kept_and_booked_by_estimate(
    job: MemoryContext, usage: Any, last: dict[str, Any]
) -> None:
    text = '{"title": "' + "t" * 400 + '"}'
    async with raw_provider(*reply([text], usage=usage, last=last)) as provider, asking(provider.url) as llm:
        told = await llm.ask(job, ASK)

        assert told.text == text
        (call,) = job.finished_calls
        assert (call.outcome, call.estimated) == (Outcome.USED, True)
        assert call.input_tokens > 0
        assert call.output_tokens == (len(text) + 3) // 4
        assert call.cost_usd > 0
        assert provider.requests == 1, "it is paid for only once"


async def test_halves_of_a_character_in_two_pieces_are_one(job: MemoryContext) -> None:
    pieces = ['{"title": "up \ud83d', "\ude80 and \ud83d", '\ude80"}']
    heard: list[str] = []

    async with raw_provider(*reply(pieces)) as provider, asking(provider.url) as llm:
        told = await llm.ask(job, ASK, heard.append)

    assert told.data == {"title": "up 🚀 and 🚀"}
    assert "".join(heard) == told.text


@pytest.mark.parametrize(
    "broken",
    [
        frame("content_block_delta", index=0, delta=None),
        frame("content_block_delta", index=0, delta={"type": "text_delta"}),
        frame("content_block_delta", index=0, delta={"type": "text_delta", "text": 5}),
        frame("message_start", message=None),
        frame("message_delta", delta=None),
        b"event: message_start\ndata: []\n\n",
        b"event: message_start\ndata: null\n\n",
        b"event: message_start\ndata: {\n\n",
        b"event: message_start\ndata: " + b"[" * 100_000 + b"\n\n",
        b"event: x\ndata: \xff\n\n",
    ],
)
async def test_a_frame_without_its_parts_is_a_broken_reply(job: MemoryContext, broken: bytes) -> None:
    async with raw_provider(STREAM, broken) as provider, asking(provider.url) as llm:
        assert type(await failure(llm, job)) is IncompleteReply
        assert job.finished_calls[0].outcome is Outcome.WASTED


async def test_an_answer_of_the_wrong_shape_is_wasted_and_what_it_cost_is_shown(
    model: Provider, model_llm: Llm, job: MemoryContext
) -> None:
    def read(data: JsonValue) -> str:
        raise ValueError("not what was asked for")

    with pytest.raises(InvalidOutput):
        await ask_for(model_llm, job, ASK, read, repair_max_tokens=1_000)

    assert [call.outcome for call in job.finished_calls] == [Outcome.WASTED, Outcome.WASTED]
    assert all(call.cost_usd > 0 and not call.estimated for call in job.finished_calls)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY", "HTTPS_PROXY"])
@pytest.mark.parametrize("proxy", ["http://127.0.0.1:1", "socks5://127.0.0.1:1", "ftp://proxy", "://"])
async def test_the_loopback_address_never_goes_by_a_proxy(
    monkeypatch: pytest.MonkeyPatch, model: Provider, job: MemoryContext, name: str, proxy: str
) -> None:
    monkeypatch.setenv(name, proxy)

    async with asking(model.url) as llm:
        assert (await llm.ask(job, ASK)).data


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "ALL_PROXY"])
@pytest.mark.parametrize("scheme", ["http", "socks5", "socks5h"])
async def test_another_provider_is_reached_by_the_proxy_unless_its_host_is_taken_out(
    monkeypatch: pytest.MonkeyPatch, job: MemoryContext, name: str, scheme: str
) -> None:
    knocks: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        knocks.append(await reader.read(1))
        writer.close()

    server = await asyncio.start_server(proxy, "127.0.0.1", 0)
    async with server:
        monkeypatch.setenv(name, f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        async with asking("https://provider.invalid") as llm:
            await failure(llm, job)
        for no_proxy in ("NO_PROXY", "no_proxy"):
            monkeypatch.setenv(no_proxy, "provider.invalid")
        async with asking("https://provider.invalid") as llm:
            await failure(llm, job)

    assert knocks == [b"C" if scheme == "http" else b"\x05"]


@pytest.mark.parametrize("proxy", ["ftp://me:secret@proxy", "http://[::", "socks4://proxy"])
def test_a_proxy_that_cannot_be_used_is_told_in_a_sentence_without_its_password(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)

    with pytest.raises(Misconfigured, match="ALL_PROXY") as refused:
        Llm(api_key="test")

    assert "secret" not in str(refused.value)
