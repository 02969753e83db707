"""THE LLM CALL: streamed, bounded in time, written into the job's log before and after.

A call that was started is settled exactly once, whatever happens to it. The stop reason is checked before
anyone reads the text. The SDK's own retries are off, so that each provider call is one event in the log.
The SDK takes a second to import, so it is imported for the first call and not at the start.
"""

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

import httpx2
from pydantic import BaseModel

from lodestone.clock import now
from lodestone.deadlines import TimeLimits
from lodestone.jobs import job_type
from lodestone.llm import metrics
from lodestone.llm.accumulator import BrokenFrame, Reply, ReplyAccumulator, has_data
from lodestone.llm.asked_shape import asked_shape
from lodestone.llm.bounded import EndlessReply, bound, expect_reply, most_characters
from lodestone.llm.breaker import Breakers, State
from lodestone.llm.gate import GateState
from lodestone.llm.ledger import CallLedger, CallStart
from lodestone.llm.limiter import Limiter, Share
from lodestone.llm.prefixes import MOST_PREFIXES, Prefixes, Turn
from lodestone.llm.proxies import check_proxies, http_client
from lodestone.llm.sdk_clients import SdkClients
from lodestone.llm.usage import TokenUsage, cost_usd
from lodestone.spend import estimate_tokens
from lodestone.tracing import is_exporting

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic, AsyncStream
    from anthropic.types import RawMessageStreamEvent

PROVIDER_URL = "https://api.anthropic.com"
CONNECT_SECONDS = 5.0


@dataclass(frozen=True)
class Ask:
    """One question to a model."""

    model: str
    max_tokens: int
    system: str  # stable words, which the provider caches
    user: str
    shape: type[BaseModel]  # what the reply must look like
    is_repair: bool = False  # it asks again for what an earlier reply did not bring


class Llm:
    """The provider's models; one instance per process, closed when the process ends."""

    def __init__(
        self,
        *,
        api_key: str,
        base_url: str | None = None,
        is_simulator: bool = False,
        limiter: Limiter | None = None,
        prefixes: Prefixes | None = None,
    ) -> None:
        """With `is_simulator`, each call names its job; the real provider never learns it. Without a limiter,
        the rate limits are learnt from the answers and shared with nobody; prefixes likewise.

        Raises Misconfigured for a proxy in the environment that cannot be used.
        """
        self._is_simulator = is_simulator
        self._limiter = limiter or Limiter()
        self._breakers = Breakers(self._limiter.on_recovered)
        self._prefixes = prefixes or Prefixes()
        self._api_key = api_key
        self._url = base_url or PROVIDER_URL
        check_proxies(self._url)
        self._clients: SdkClients | None = None
        self._connecting = asyncio.Lock()

    @property
    def breakers(self) -> Mapping[str, State]:
        """Of the models that were called."""
        return self._breakers.states

    @property
    def limits(self) -> Mapping[str, GateState]:
        """Of the classes of models that were called."""
        return self._limiter.states

    async def close(self) -> None:
        """Closes the connections."""
        await self._limiter.close()
        await self._prefixes.close()
        if self._clients is not None:
            await self._clients.close()

    async def ask(
        self,
        ledger: CallLedger,
        ask: Ask,
        on_text: Callable[[str], object] = lambda text: None,
        take: Callable[[Reply], bool] = has_data,
    ) -> Reply:
        """The model's reply; each piece of its text goes to `on_text` as it arrives.

        `take` gets the whole reply and says whether any of it was useful: a call that brought nothing is
        settled as wasted.

        Raises an AttemptFailed (Refused, IncompleteReply, one that `failures` names, ProviderUnavailable
        while the model's breaker is open, or ProviderLimited while its rate limits are used up), or what the
        ledger raises when the attempt may not go on.
        """
        await self._connect()
        async with self._prefixes.turn(_prefix(ask.model, ask.system, ask.shape)) as turn:
            return await self._enter(ledger, ask, on_text, take, turn)

    async def _enter(
        self,
        ledger: CallLedger,
        ask: Ask,
        on_text: Callable[[str], object],
        take: Callable[[Reply], bool],
        turn: Turn,
    ) -> Reply:
        call = _announced(ask, is_read_from_cache=turn.is_warm)
        with self._breakers[ask.model].acquire() as permit, await self._limiter.enter(ledger, call) as share:

            def on_begun() -> None:
                permit.on_begun()
                turn.on_begun()

            accumulator = ReplyAccumulator(
                ask.model,
                prompt_tokens=call.input_tokens,
                max_tokens=ask.max_tokens,
                on_answered=share.hear,
                on_begun=on_begun,
            )
            call_id = await ledger.start_call(call)
            return await self._call(ledger, ask, call_id, share, accumulator, on_text, take)

    async def _connect(self) -> None:
        """Imports the SDK in a thread, where this is the first call: the jobs of others go on meanwhile."""
        async with self._connecting:
            if self._clients is None:
                self._clients = await asyncio.to_thread(self._make_clients)

    def _make_clients(self) -> SdkClients:
        from anthropic import AsyncAnthropic  # takes a second of processor time

        trust = httpx2.create_ssl_context()  # once: it reads all the system's certificates

        def make() -> AsyncAnthropic:
            return AsyncAnthropic(
                api_key=self._api_key,
                base_url=self._url,
                max_retries=0,
                open_telemetry=None if is_exporting() else False,
                http_client=http_client(self._url, trust, on_answer=bound),
            )

        return SdkClients(make)

    async def _call(
        self,
        ledger: CallLedger,
        ask: Ask,
        call_id: UUID,
        share: Share,
        accumulator: ReplyAccumulator,
        on_text: Callable[[str], object],
        take: Callable[[Reply], bool],
    ) -> Reply:
        from lodestone.llm import failures  # likewise; `_connect` has done it

        started = time.monotonic()
        try:
            await self._receive(ledger, ask, accumulator, on_text)
            return accumulator.reply(take)
        except failures.PROVIDER_ERRORS as error:
            accumulator.is_free = failures.costs_nothing(error)
            accumulator.note_request(getattr(error, "request_id", None))
            failure = failures.explain(error)
            share.on_failed(failure, failures.headers_of(error))
            raise failure from error
        finally:
            result = accumulator.settle(call_id)
            share.settle(result)
            metrics.record(ledger.job_type, ask.model, result, time.monotonic() - started)
            await ledger.finish_call(result)

    async def _receive(
        self, ledger: CallLedger, ask: Ask, accumulator: ReplyAccumulator, on_text: Callable[[str], object]
    ) -> None:
        assert self._clients is not None  # noqa: S101
        limits = job_type(ledger.job_type).limits
        async with (
            asyncio.timeout(limits.call),
            self._clients.lend() as client,
            await self._open(client, ledger, ask, limits) as stream,
        ):
            accumulator.note_answer(stream.response.headers)
            expect_reply(stream.response, ask.max_tokens)
            async for event in _events(stream):
                if text := accumulator.take(event):
                    accumulator.note_text(now())
                    on_text(text)
                if accumulator.characters > most_characters(ask.max_tokens):
                    raise EndlessReply("more text than the requested tokens can hold")

    async def _open(
        self, client: "AsyncAnthropic", ledger: CallLedger, ask: Ask, limits: TimeLimits
    ) -> "AsyncStream[RawMessageStreamEvent]":
        return await client.messages.create(
            model=ask.model,
            max_tokens=ask.max_tokens,
            system=[
                {"type": "text", "text": ask.system, "cache_control": {"type": "ephemeral", "ttl": "1h"}}
            ],
            messages=[{"role": "user", "content": ask.user}],
            output_config={"format": {"type": "json_schema", "schema": asked_shape(ask.shape)}},
            extra_headers=_job_headers(ledger) if self._is_simulator else None,
            timeout=httpx2.Timeout(limits.provider_idle, connect=CONNECT_SECONDS),
            stream=True,
        )


async def _events(
    stream: "AsyncStream[RawMessageStreamEvent]",
) -> "AsyncIterator[RawMessageStreamEvent]":
    try:
        async for event in stream:
            yield event
    except (ValueError, RecursionError) as error:  # not JSON, not UTF-8, or nested too deeply
        raise BrokenFrame(type(error).__name__) from error


@lru_cache(MOST_PREFIXES)
def _prefix(model: str, system: str, shape: type[BaseModel]) -> str:
    """The name of what calls have in common, the same in all processes."""
    parts = (model, system, json.dumps(asked_shape(shape)))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _announced(ask: Ask, *, is_read_from_cache: bool) -> CallStart:
    """What the call may cost: its prefix is written to the provider's cache unless it is there."""
    prompt = TokenUsage(input=estimate_tokens(len(ask.system) + len(ask.user)))
    if not is_read_from_cache:
        written = min(estimate_tokens(len(ask.system)), prompt.input)
        prompt = replace(prompt, input=prompt.input - written, cache_write=written)
    return CallStart(
        model=ask.model,
        max_tokens=ask.max_tokens,
        input_tokens=prompt.input + prompt.cache_write,
        input_cost_usd=cost_usd(ask.model, prompt),
        max_cost_usd=cost_usd(ask.model, replace(prompt, output=ask.max_tokens)),
        repair=ask.is_repair or None,
    )


def _job_headers(ledger: CallLedger) -> dict[str, str]:
    return {
        "x-lodestone-job-id": str(ledger.job_id),
        "x-lodestone-job-type": ledger.job_type,
        "x-lodestone-attempt": str(ledger.attempt),
    }
