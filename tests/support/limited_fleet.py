"""Processes that share a provider's rate limits, on virtual time: minutes of work in a moment, exact counts.

The limiter is the product's. The provider has the real one's buckets, full at first, and counts what comes.
"""

import asyncio
import contextlib
import heapq
import math
import random
import types
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from lodestone.errors import ProviderLimited
from lodestone.events import Outcome
from lodestone.ids import new_id
from lodestone.jobs.posts import POSTS
from lodestone.llm import gate, leases
from lodestone.llm.amounts import NOTHING, Amount
from lodestone.llm.leases import OwnShelf, Shelf
from lodestone.llm.ledger import CallResult, CallStart
from lodestone.llm.limiter import Limiter
from lodestone.worker.testing import MemoryContext
from simulation.virtual_loop import VirtualLoop
from support.waiting import let_pass

MODEL, CLASS = "claude-sonnet-5-5", "claude-sonnet"
PROMPT, OUTPUT, MAX_TOKENS = 1_500, 400, 16_000  # tokens of a call; the prompt as we estimate it
CALL_SECONDS = 4.0
START = CallStart(MODEL, MAX_TOKENS, PROMPT, Decimal(0), Decimal(0))
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


@contextlib.contextmanager
def virtual_time(seed: int = 0) -> Iterator[VirtualLoop]:
    """A loop whose time the limiter takes for real."""
    loop, rng = VirtualLoop(), random.Random(seed)  # noqa: S311
    clock = types.SimpleNamespace(monotonic=loop.time)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gate, "time", clock)
        patch.setattr(leases, "time", clock)
        patch.setattr(leases, "now", lambda: BEGAN + timedelta(seconds=loop.time()))
        patch.setattr(gate, "random", rng)
        patch.setattr(leases, "random", rng)
        yield loop
    loop.close()


class LimitedProvider:
    """Token buckets of a minute's size; refuses what they do not hold."""

    def __init__(self, limits: Amount, clock: Callable[[], float], *, tells: bool = True) -> None:
        self.limits = limits
        self.answered: list[float] = []  # when
        self.refused: list[float] = []
        self.used = NOTHING
        self.down_until = 0.0
        self.edit: Callable[[dict[str, str]], dict[str, str]] = lambda told: told  # lets its headers lie
        self._tells = tells
        self._left = limits
        self._as_of = 0.0
        self._clock = clock

    @property
    def left(self) -> Amount:
        """What the buckets hold now."""
        now = self._clock()
        self._left = (self._left + self.limits * ((now - self._as_of) / 60)).at_most(self.limits)
        self._as_of = now
        return self._left

    def begin(self, input_tokens: float) -> tuple[int, dict[str, str]]:
        """The status and the headers with which it answers a call."""
        if self._clock() < self.down_until:
            return 503, {}
        missing = Amount(1, input_tokens, 1) - self.left
        if missing.most_of(self.limits) > 1e-9:
            self.refused.append(self._clock())
            return 429, self.headers() | {"retry-after": str(math.ceil(missing.most_of(self.limits) * 60))}
        self.answered.append(self._clock())
        self._use(Amount(1, input_tokens, 0))
        return 200, self.headers()

    def write(self, output_tokens: float) -> None:
        """Counts output."""
        self._use(Amount(0, 0, output_tokens))

    def headers(self) -> dict[str, str]:
        """What it tells of its limits."""
        if not self._tells:
            return {}
        parts = (("requests", "requests"), ("input", "input-tokens"), ("output", "output-tokens"))
        told = {}
        for name, of in parts:
            told[f"anthropic-ratelimit-{of}-limit"] = f"{getattr(self.limits, name):.0f}"
            told[f"anthropic-ratelimit-{of}-remaining"] = f"{max(getattr(self.left, name), 0):.0f}"
        return self.edit(told)

    def _use(self, amount: Amount) -> None:
        self._left = self.left - amount
        self.used += amount


class SlowShelf:
    """The shared values as if they were kept across a network."""

    def __init__(self, seconds: float = 0.001) -> None:
        self.seconds = seconds
        self.is_away = False
        self.asked = 0
        self._values = OwnShelf()

    async def read(self, name: str) -> tuple[bytes, int]:
        """See Shelf."""
        await self._go()
        return await self._values.read(name)

    async def write(self, name: str, value: bytes, version: int) -> int | None:
        """See Shelf."""
        await self._go()
        return await self._values.write(name, value, version)

    async def _go(self) -> None:
        self.asked += 1
        await let_pass(self.seconds)
        if self.is_away:
            raise ConnectionError("away")


class Fleet:
    """Processes with a number of slots each, and the jobs that they share."""

    def __init__(
        self,
        provider: LimitedProvider,
        shelf: Shelf,
        *,
        processes: int,
        slots: int = 16,
        limits: Mapping[str, Amount],
    ) -> None:
        self.provider = provider
        self.done = 0
        self.handed_back = 0
        self.waits: list[float] = []  # that jobs were told when they gave their slots back
        self.limiters = [Limiter(limits, shelf) for _ in range(processes)]
        self._slots = slots
        self._waiting: list[tuple[float, int]] = []  # when a job may start, and its number
        self._rng = random.Random(0)  # noqa: S311

    async def work(self, jobs: int, *, seconds: float) -> None:
        """Works off so many jobs, or as many as it can in that time."""
        self._waiting += [(0.0, number) for number in range(jobs)]
        heapq.heapify(self._waiting)
        slots = [self._slot(limiter) for limiter in self.limiters for _ in range(self._slots)]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await asyncio.gather(*slots)
        for limiter in self.limiters:
            await limiter.close()

    async def _slot(self, limiter: Limiter) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            start, job = heapq.heappop(self._waiting)
            if start > loop.time():
                heapq.heappush(self._waiting, (start, job))
                await let_pass(min(start - loop.time(), 0.5) + 0.01)
                continue
            try:
                await self.call(limiter)
                self.done += 1
            except ProviderLimited as failure:
                self.handed_back += 1
                wait = (failure.retry_after_seconds or 0.0) + self._rng.random()
                self.waits.append(wait)
                heapq.heappush(self._waiting, (loop.time() + wait, job))

    async def call(self, limiter: Limiter, attempt: MemoryContext | None = None) -> None:
        """One call, as the client makes it."""
        with await limiter.enter(attempt or MemoryContext(POSTS), START) as share:
            status, headers = self.provider.begin(PROMPT)
            if status != 200:
                failure = ProviderLimited(retry_after_seconds=float(headers.get("retry-after", 1)))
                share.on_failed(failure, headers)
                raise failure
            share.hear(headers)
            output = OUTPUT * self._rng.uniform(0.5, 1.5)
            for _ in range(4):
                await let_pass(CALL_SECONDS / 4)
                self.provider.write(output / 4)
            share.settle(_result(PROMPT, output))


def _result(input_tokens: int, output_tokens: float) -> CallResult:
    return CallResult(
        call_id=new_id(),
        request_id=None,
        input_tokens=input_tokens,
        output_tokens=round(output_tokens),
        cache_read_tokens=0,
        cache_write_tokens=0,
        cost_usd=Decimal(0),
        cache_saved_usd=Decimal(0),
        outcome=Outcome.USED,
        estimated=False,
    )
