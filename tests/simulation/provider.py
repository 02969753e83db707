"""The provider, and a job whose handler calls it: pieces in parallel calls, with repairs and failures.

The call itself is the product's (`Llm.ask`: announced, made, settled); only the connection is modelled.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx2
from lodestone.errors import AttemptFailed, IncompleteReply
from lodestone.events import Prompt
from lodestone.jobs import JOB_TYPES
from lodestone.llm.accumulator import Reply, ReplyAccumulator, has_data
from lodestone.llm.breaker import Breakers
from lodestone.llm.client import Ask, Llm
from lodestone.llm.ledger import CallLedger, CallResult, CallStart
from lodestone.llm.limiter import Limiter
from lodestone.llm.prefixes import Prefixes
from lodestone.wire import WireModel
from lodestone.worker.context import AttemptContext
from lodestone.worker.handler import JobContext
from lodestone.worker.loading import JobDefinition
from pydantic import BaseModel
from simulation.virtual_loop import Process

if TYPE_CHECKING:
    from simulation.checks import Checks
    from simulation.world import World

BAD = "?"  # replaces a piece that is invalid


class SimWork(WireModel):
    """The input of a job."""

    pieces: int
    calls: int  # concurrent


class SimResult(WireModel):
    """All pieces."""

    pieces: list[str]


class NoShape(BaseModel):
    """An empty schema, which nobody reads."""


class SimLlm(Llm):
    """The product's client over the modelled connection."""

    def __init__(self, world: "World", process: Process) -> None:
        self._world = world
        self._process = process
        self._breakers = Breakers()
        self._limiter = Limiter()
        self._prefixes = Prefixes()

    async def ask(
        self,
        ledger: CallLedger,
        ask: Ask,
        on_text: Callable[[str], object] = lambda text: None,
        take: Callable[[Reply], bool] = has_data,
    ) -> Reply:
        """As the product's; also remembers the id under which the call was announced."""
        assert isinstance(ledger, AttemptContext)
        return await super().ask(Noting(ledger, self._world.checks, self._process), ask, on_text, take)

    async def _connect(self) -> None:
        """There is no provider to connect to."""

    async def _receive(
        self, ledger: CallLedger, ask: Ask, accumulator: ReplyAccumulator, on_text: Callable[[str], object]
    ) -> None:
        assert isinstance(ledger, Noting)
        world, wanted = self._world, ask.user.split(",")
        await world.step(self._process, "call")
        world.checks.on_call(self._process, ledger.job_id, wanted, ledger.call_id)
        try:
            accumulator.take(_START)
            for seconds, text in world.provider.script(wanted):
                await world.nap(seconds)
                await world.step(self._process, "piece")
                if isinstance(text, Exception):
                    raise text
                on_text(text)
            accumulator.take(_DELTA)
            accumulator.take(_STOP)
        finally:
            world.checks.on_call_ended(ledger.call_id)


class Noting:
    """A call's ledger that remembers the call's id, and lets the checks see when the call is permitted."""

    call_id: UUID

    def __init__(self, ledger: AttemptContext, checks: "Checks", process: Process) -> None:
        self._ledger = ledger
        self._checks = checks
        self._process = process
        self.job_id, self.job_type, self.attempt = ledger.job_id, ledger.job_type, ledger.attempt

    async def start_call(self, call: CallStart) -> UUID:
        """See CallLedger."""
        self.call_id = await self._ledger.start_call(call)
        standing = self._ledger.writer.standing
        self._checks.on_permitted(self._process, self.job_id, self.call_id, standing)
        return self.call_id

    async def finish_call(self, result: CallResult) -> None:
        """See CallLedger."""
        await self._ledger.finish_call(result)


_START: Any = SimpleNamespace(
    type="message_start",
    message=SimpleNamespace(
        usage=SimpleNamespace(
            input_tokens=10, output_tokens=1, cache_creation_input_tokens=0, cache_read_input_tokens=0
        )
    ),
)
_DELTA: Any = SimpleNamespace(
    type="message_delta",
    delta=SimpleNamespace(stop_reason="end_turn", stop_details=None),
    usage=SimpleNamespace(
        input_tokens=10, output_tokens=7, cache_creation_input_tokens=0, cache_read_input_tokens=0
    ),
)
_STOP: Any = SimpleNamespace(type="message_stop")


class Provider:
    """The outcomes of calls, from the seed."""

    def __init__(self, rng: random.Random, *, failures: float, seconds: float) -> None:
        self.failures = failures  # probability for each piece
        self._seconds = seconds  # mean seconds for each piece
        self._rng = rng

    def script(self, wanted: list[str]) -> list[tuple[float, str | Exception]]:
        """Pauses, each followed by a piece, a bad piece, or the end of the stream."""
        script: list[tuple[float, str | Exception]] = []
        for piece in wanted:
            seconds, chance = self._rng.expovariate(1 / self._seconds), self._rng.random()
            if chance < self.failures / 2:
                error = TimeoutError() if self._rng.random() < 0.5 else httpx2.ConnectError("away")
                return [*script, (seconds, error)]
            script.append((seconds, BAD if chance < self.failures else piece))
        return script


async def run(work: SimWork, context: JobContext, llm: Llm) -> SimResult:
    """Runs one attempt; as in our own jobs, a batch that fails lets the others finish."""
    context.expect(work.pieces)
    found = {key: str(item["text"]) for key, item in context.finished_items.items()}
    keys = [f"p{index}" for index in range(work.pieces)]
    batches = [keys[start :: work.calls] for start in range(work.calls)]
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_write(batch, found, context, llm)) for batch in batches]
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None
    if failures := [failure for task in tasks if (failure := task.result())]:
        raise failures[0]
    await context.progress("all pieces are there")
    return SimResult(pieces=[found[key] for key in keys])


async def _write(
    batch: list[str], found: dict[str, str], context: JobContext, llm: Llm
) -> AttemptFailed | None:
    def take(text: str) -> None:
        if text != BAD:
            found[text] = text
            context.item(text, int(text[1:]), {"text": text}, f"wrote {text}")

    try:
        for _ in range(2):  # the second round is the repair
            if missing := [key for key in batch if key not in found]:
                await llm.ask(context, Ask(context.model, 100, "", ",".join(missing), NoShape), take)
                await context.progress(f"asked for {','.join(missing)}")
        if any(key not in found for key in batch):
            raise IncompleteReply
    except AttemptFailed as failure:
        return failure
    return None


SIM_JOB = JobDefinition(
    job_type=replace(JOB_TYPES["ideation"], work=SimWork, result=SimResult),
    run=run,  # type: ignore[arg-type]
    stand_in=None,
    make_part=None,
    prompt=Prompt(name="ideation", version=1, sha256="0" * 64),
    model="claude-sonnet-5-5",
    budget_usd=Decimal(1_000_000),  # a token costs a dollar here
)
