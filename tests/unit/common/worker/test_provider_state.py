"""What a heartbeat tells of the provider, and that other releases understand it."""

from decimal import Decimal
from typing import Any

import pytest
from lodestone.bus.heartbeat import MOST_TOLD, Heartbeat, ProviderState
from lodestone.clock import now
from lodestone.errors import ProviderLimited, ProviderUnavailable
from lodestone.jobs.posts import POSTS
from lodestone.llm.amounts import Amount
from lodestone.llm.breaker import THRESHOLD, Breakers
from lodestone.llm.ledger import CallStart
from lodestone.llm.limiter import Limiter
from lodestone.worker.provider_state import provider_state
from lodestone.worker.testing import MemoryContext
from support.waiting import eventually

SONNET, HAIKU = "claude-sonnet-4-5", "claude-haiku-4-5"
BEAT: dict[str, Any] = {
    "workerId": "w-1",
    "service": "content",
    "slots": 4,
    "running": 0,
    "startedAt": "2026-11-29T08:00:00.000Z",
}


def fail(breakers: Breakers, model: str, times: int) -> None:
    """So many calls that the provider does not take."""
    for _ in range(times):
        with pytest.raises(ProviderUnavailable), breakers[model].acquire():
            raise ProviderUnavailable


async def call(limiter: Limiter, model: str, *, is_refused: bool = False) -> None:
    start = CallStart(model, 100, 10, Decimal(0), Decimal(0))
    with await limiter.enter(MemoryContext(POSTS), start) as share:
        if is_refused:
            share.on_failed(ProviderLimited(retry_after_seconds=30), {})


async def told(breakers: Breakers, limiter: Limiter) -> ProviderState:
    """As whoever listens reads it."""
    said = Heartbeat(
        worker_id="w-1",
        service="content",
        slots=4,
        running=0,
        started_at=now(),
        provider=provider_state(breakers.states, limiter.states),
    )
    heard = Heartbeat.model_validate_json(said.model_dump_json(by_alias=True)).provider
    assert heard
    return heard


async def test_a_process_that_has_called_nothing_knows_nothing() -> None:
    assert await told(Breakers(), Limiter()) == ProviderState(models=[], limits=[])


async def test_it_tells_which_breakers_are_open() -> None:
    breakers = Breakers()
    fail(breakers, SONNET, THRESHOLD)
    fail(breakers, HAIKU, 1)

    found = await told(breakers, Limiter())

    assert {each.model: each.breaker for each in found.models} == {SONNET: "open", HAIKU: "closed"}


async def test_it_tells_the_limits_that_it_knows_and_a_pause_that_the_provider_wants() -> None:
    limiter = Limiter({"claude-sonnet": Amount(60, 80_000, 16_000)})
    await call(limiter, SONNET, is_refused=True)
    await call(limiter, HAIKU)

    async def is_closed() -> bool:
        return bool(limiter.states["claude-sonnet"].closed_until)

    await eventually(is_closed)
    found = {each.model_class: each for each in (await told(Breakers(), limiter)).limits}
    sonnet, haiku = found["claude-sonnet"], found["claude-haiku"]

    assert (sonnet.requests, sonnet.input_tokens, sonnet.output_tokens) == (60, 80_000, 16_000)
    assert (haiku.requests, haiku.input_tokens, haiku.output_tokens) == (None, None, None)
    assert sonnet.closed_until
    assert 20 < (sonnet.closed_until - now()).total_seconds() <= 30
    assert (sonnet.waiting, sonnet.is_alone, haiku.closed_until) == (0, False, None)
    await limiter.close()


async def test_more_models_than_a_message_has_room_for_leave_the_process_heard() -> None:
    breakers = Breakers()
    for number in range(MOST_TOLD + 1):
        fail(breakers, f"model-{number}", 1)

    assert len((await told(breakers, Limiter())).models) == MOST_TOLD


def test_a_heartbeat_of_an_older_release_and_one_of_a_newer_are_understood() -> None:
    newer = {"models": [{"model": SONNET, "breaker": "ajar", "since": 1}], "limits": [], "more": {}}

    assert Heartbeat.model_validate(BEAT).provider is None
    heard = Heartbeat.model_validate({**BEAT, "provider": newer, "more": 1}).provider
    assert heard
    assert heard.models[0].breaker == "ajar"
