"""The LLM call over real HTTP: every end of a call is reported correctly and settled exactly once."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from lodestone.errors import (
    AttemptFailed,
    BudgetExceeded,
    IncompleteReply,
    InputTooLarge,
    ProviderLimited,
    ProviderRejected,
    ProviderUnavailable,
    Refused,
)
from lodestone.events import Outcome
from lodestone.jobs.ideation import IDEATION
from lodestone.llm.breaker import THRESHOLD
from lodestone.llm.client import Ask, Llm
from lodestone.wire import WireModel
from lodestone.worker.testing import MemoryContext
from support.provider import Provider
from support.waiting import eventually


class Idea(WireModel):
    title: str
    steps: list[str]


class Ideas(WireModel):
    ideas: list[Idea]


ASK = Ask("claude-sonnet-5-5", 2_000, "You write ideas.", "<pains>\n- Late trains\n</pains>\nWrite.", Ideas)


@pytest.fixture
def job() -> MemoryContext:
    return MemoryContext(IDEATION)


def only_call(job: MemoryContext) -> Any:
    """The only call, which was started and settled once."""
    (started,), (finished,) = job.started_calls, job.finished_calls
    assert started.call_id == finished.call_id
    return finished


async def test_a_reply_comes_in_pieces_and_whole(model_llm: Llm, job: MemoryContext, model: Provider) -> None:
    pieces: list[str] = []

    reply = await model_llm.ask(job, ASK, pieces.append)

    assert len(pieces) > 10
    assert "".join(pieces) == reply.text
    assert Ideas.model_validate(reply.data).ideas
    call = only_call(job)
    assert (call.outcome, call.estimated) == (Outcome.USED, False)


async def test_tokens_and_request_are_those_of_the_provider(
    model_llm: Llm, job: MemoryContext, model: Provider
) -> None:
    await model_llm.ask(job, ASK)

    (told,) = await model.calls()
    call = only_call(job)
    assert (call.input_tokens, call.output_tokens) == (told["inputTokens"], told["outputTokens"])
    assert call.request_id == told["id"]
    assert call.cost_usd * 1_000_000 == 2 * call.input_tokens + 10 * call.output_tokens


async def test_a_simulator_is_told_the_job(model_llm: Llm, job: MemoryContext, model: Provider) -> None:
    await model_llm.ask(job, ASK)

    (told,) = await model.calls()
    assert (told["jobId"], told["jobType"], told["attempt"]) == (str(job.job_id), "ideation", 1)


async def test_the_real_provider_is_not_told_the_job(job: MemoryContext, model: Provider) -> None:
    llm = Llm(api_key="test", base_url=model.url)

    await llm.ask(job, ASK)
    await llm.close()

    (told,) = await model.calls()
    assert (told["jobId"], told["jobType"]) == (None, None)


@pytest.mark.parametrize(
    ("fault", "meaning", "is_free"),
    [
        ({"kind": "status", "status": 400}, ProviderRejected, True),
        ({"kind": "status", "status": 401}, ProviderRejected, True),
        ({"kind": "status", "status": 402}, BudgetExceeded, True),
        ({"kind": "status", "status": 413}, InputTooLarge, True),
        ({"kind": "status", "status": 429}, ProviderLimited, True),
        ({"kind": "status", "status": 500}, ProviderUnavailable, True),
        ({"kind": "overloaded"}, ProviderUnavailable, True),
        ({"kind": "mid_stream_error"}, ProviderUnavailable, False),
        ({"kind": "cut"}, IncompleteReply, False),
        ({"kind": "refusal"}, Refused, False),
    ],
)
async def test_each_failure_has_its_meaning_and_is_paid_for_as_it_was(
    model_llm: Llm,
    job: MemoryContext,
    model: Provider,
    fault: dict[str, Any],
    meaning: type[AttemptFailed],
    is_free: bool,
) -> None:
    await model.fault(**fault)

    with pytest.raises(AttemptFailed) as caught:
        await model_llm.ask(job, ASK)

    assert type(caught.value) is meaning
    call = only_call(job)
    assert call.outcome is Outcome.WASTED
    assert (call.cost_usd == 0) is is_free
    assert len(await model.calls()) == 1, "a call is never repeated behind the log's back"


async def test_while_the_provider_is_down_a_call_is_refused_before_it_is_announced(
    model_llm: Llm, job: MemoryContext, model: Provider
) -> None:
    await model.fault("overloaded", times=THRESHOLD)
    for _ in range(THRESHOLD):
        with pytest.raises(ProviderUnavailable):
            await model_llm.ask(job, ASK)

    with pytest.raises(ProviderUnavailable) as caught:
        await model_llm.ask(job, ASK)

    assert caught.value.retry_after_seconds
    assert len(job.started_calls) == len(await model.calls()) == THRESHOLD
    await model_llm.ask(job, replace(ASK, model="claude-haiku-5-5"))  # another model is unaffected


async def test_the_wait_that_the_provider_asks_for_is_handed_on(
    model_llm: Llm, job: MemoryContext, model: Provider
) -> None:
    await model.fault("status", status=429, retryAfterSeconds=17)

    with pytest.raises(ProviderLimited) as caught:
        await model_llm.ask(job, ASK)

    assert caught.value.retry_after_seconds == 17


async def test_a_spend_limit_ends_the_job(model_llm: Llm, job: MemoryContext, model: Provider) -> None:
    details = {"error_code": "enforced_spend_limit_reached"}
    error = {"type": "rate_limit_error", "message": "limit", "details": details}
    await model.fault("status", status=429, body={"type": "error", "error": error})

    with pytest.raises(BudgetExceeded):
        await model_llm.ask(job, ASK)


@pytest.mark.parametrize("kind", ["cut", "mid_stream_error"])
async def test_a_broken_call_is_settled_with_what_was_received(
    model_llm: Llm, job: MemoryContext, model: Provider, kind: str
) -> None:
    await model.fault(kind)
    pieces: list[str] = []

    with pytest.raises(AttemptFailed):
        await model_llm.ask(job, ASK, pieces.append)

    (told,) = await model.calls()
    call = only_call(job)
    assert call.estimated
    assert pieces, "the text before the break was passed on"
    assert (call.input_tokens, call.output_tokens) == (told["inputTokens"], told["outputTokens"])


async def test_a_reply_at_the_token_limit_is_told_as_cut(
    model_llm: Llm, job: MemoryContext, model: Provider
) -> None:
    reply = await model_llm.ask(job, replace(ASK, max_tokens=20))

    assert reply.is_cut
    assert only_call(job).outcome is Outcome.WASTED


async def test_fenced_json_is_read(model_llm: Llm, job: MemoryContext, model: Provider) -> None:
    await model.fault("fenced_json")

    reply = await model_llm.ask(job, ASK)

    assert reply.text.startswith("```")
    assert Ideas.model_validate(reply.data)


async def test_a_reply_that_is_no_json_is_wasted(model_llm: Llm, job: MemoryContext, model: Provider) -> None:
    await model.fault("invalid_json")

    reply = await model_llm.ask(job, ASK)

    assert reply.data is None
    assert (only_call(job).outcome, only_call(job).estimated) == (Outcome.WASTED, False)


async def test_a_silent_provider_is_given_up_after_the_idle_time(
    model_llm: Llm, job: MemoryContext, model: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    shorten_limits(monkeypatch, provider_idle=0.2)
    await model.fault("stall")

    with pytest.raises(ProviderUnavailable):
        await model_llm.ask(job, ASK)

    assert only_call(job).estimated


async def test_an_endless_reply_is_given_up_after_the_calls_time(
    model_llm: Llm, job: MemoryContext, model: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    shorten_limits(monkeypatch, call=0.3)
    await model.pace(duration_seconds=60)

    with pytest.raises(IncompleteReply):
        await model_llm.ask(job, ASK)

    assert only_call(job).output_tokens > 0


async def test_a_provider_that_is_not_there_costs_nothing(job: MemoryContext) -> None:
    llm = Llm(api_key="test", base_url="http://127.0.0.1:1")

    with pytest.raises(ProviderUnavailable):
        await llm.ask(job, ASK)
    await llm.close()

    call = only_call(job)
    assert (call.input_tokens, call.estimated) == (0, False)


@pytest.mark.parametrize("first_byte_seconds", [0.0, 60.0], ids=["in the middle", "before the first byte"])
async def test_cancelling_closes_the_stream_within_a_second_and_settles_the_call(
    model_llm: Llm, job: MemoryContext, model: Provider, first_byte_seconds: float
) -> None:
    await model.pace(first_byte_seconds, duration_seconds=60)
    pieces: list[str] = []
    task = asyncio.create_task(model_llm.ask(job, ASK, pieces.append))
    await eventually(lambda: begun(model, pieces, waits_for_text=first_byte_seconds == 0))

    started = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (told,) = await eventually(lambda: model.ended_calls())

    assert time.monotonic() - started < 1
    assert told["outcome"] == "disconnected"
    call = only_call(job)
    assert (call.outcome, call.estimated) == (Outcome.WASTED, True)
    assert call.input_tokens == told["inputTokens"]
    assert bool(call.output_tokens) is bool(pieces)


async def test_a_call_that_the_log_forbids_is_not_made(model: Provider, model_llm: Llm) -> None:
    class Forbidding(MemoryContext):
        async def start_call(self, call: Any) -> Any:
            raise LookupError("taken over")

    job = Forbidding(IDEATION)

    with pytest.raises(LookupError):
        await model_llm.ask(job, ASK)

    assert await model.calls() == []
    assert job.finished_calls == []


async def test_a_reader_that_fails_still_has_its_call_settled(
    model_llm: Llm, job: MemoryContext, model: Provider
) -> None:
    def fail(text: str) -> None:
        raise KeyError("a mistake of ours")

    with pytest.raises(KeyError):
        await model_llm.ask(job, ASK, fail)

    assert only_call(job).estimated


def shorten_limits(monkeypatch: pytest.MonkeyPatch, **seconds: float) -> None:
    short = replace(IDEATION, limits=replace(IDEATION.limits, **seconds))
    find: Callable[[str], Any] = lambda name: short  # noqa: E731
    monkeypatch.setattr("lodestone.llm.client.job_type", find)


async def begun(model: Provider, pieces: list[str], *, waits_for_text: bool) -> bool:
    return bool(pieces) if waits_for_text else bool(await model.calls())
