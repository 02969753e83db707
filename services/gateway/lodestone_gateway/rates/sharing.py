"""Tells the other gateway processes what this one took from its users' buckets, and hears what they took.

The same for the places in which users watch.

Once a second, and at once when somebody asks. While the database does not answer, nobody waits for it: each
process then keeps the limits alone.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Protocol
from uuid import UUID

import structlog
from lodestone.rhythm import seconds_to_next
from prometheus_client import Gauge

from lodestone_gateway.rates.limiter import Rate, RateLimiter
from lodestone_gateway.rates.watching import Heard, WatchLimiter

TELL_SECONDS = 1.0
ASK_SECONDS = 0.25  # how long a request waits for an answer
ROUND_SECONDS = 5.0  # after which the database counts as gone

SHARED = Gauge("lodestone_rate_limits_shared", "1 while the gateway processes share their rate limits")

log = structlog.get_logger(__name__)


class Shared(Protocol):
    """What all processes took. Buckets are counted in seconds, as in `limiter`; anything may be raised."""

    async def tell(self, rate: Rate, taken: Mapping[UUID, float]) -> Mapping[UUID, float]:
        """Takes so much from these users' buckets; returns how far they are from full."""

    async def known(self) -> Mapping[str, Mapping[UUID, float]]:
        """How far the buckets are from full that are not, by rate and user."""

    async def tell_places(self, places: Mapping[UUID, int]) -> Mapping[UUID, Heard]:
        """Tells in how many places these users watch here; returns what is known of them besides."""

    async def close(self) -> None:
        """Ends it."""


class Sharing:
    """Shares the limiters that it makes."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._limiters: list[RateLimiter] = []
        self._watches: list[WatchLimiter] = []
        self._asked = asyncio.Event()
        self._answer: asyncio.Future[None] | None = None  # to those who ask, from the next round
        self._has_learnt = False
        self._is_alone = True
        self.began = asyncio.Event()  # it knows what others know, or that it cannot know

    def limiter(self, rate: Rate) -> RateLimiter:
        """A limiter that is shared from now on."""
        limiter = RateLimiter(rate, self._ask)
        self._limiters.append(limiter)
        return limiter

    def watches(self, most: int, alone: int) -> WatchLimiter:
        """The places to watch from, shared from now on; otherwise as `WatchLimiter`."""
        watches = WatchLimiter(most, alone, self._ask)
        self._watches.append(watches)
        return watches

    async def run(self) -> None:
        """Shares until cancelled, when nobody takes any more; then tells what is left."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                await self._round()
                self.began.set()
                with suppress(TimeoutError):
                    async with asyncio.timeout(seconds_to_next(loop.time(), TELL_SECONDS)):
                        await self._asked.wait()
        finally:
            await self._round()
            await self._shared.close()

    async def _ask(self) -> None:
        """Returns after the next round, or after ASK_SECONDS: then nobody waits until a round succeeds."""
        if self._is_alone:
            return
        if self._answer is None:
            self._answer = asyncio.get_running_loop().create_future()
            self._asked.set()
        done, _ = await asyncio.wait([self._answer], timeout=ASK_SECONDS)
        if not done:
            self._set_alone(True)

    async def _round(self) -> None:
        self._asked.clear()
        answer, self._answer = self._answer, None
        try:
            async with asyncio.timeout(ROUND_SECONDS):
                await self._exchange()
            self._set_alone(False)
        except Exception as error:  # any error at all: requests go on without the others
            log.warning("rate_limits_not_shared", error=type(error).__name__, reason=str(error)[:300])
            self._set_alone(True)
        if answer:
            answer.set_result(None)

    async def _exchange(self) -> None:
        if not self._has_learnt:
            await self._learn()
        for limiter in self._limiters:
            await limiter.tell(self._shared.tell)
        for watches in self._watches:
            await watches.tell(self._shared.tell_places)

    async def _learn(self) -> None:
        known = await self._shared.known()
        for limiter in self._limiters:
            limiter.hear(known.get(limiter.rate.name, {}))
        self._has_learnt = True

    def _set_alone(self, is_alone: bool) -> None:
        self._is_alone = is_alone
        SHARED.set(not is_alone)
        for watches in self._watches if is_alone else ():
            watches.forget_others()
