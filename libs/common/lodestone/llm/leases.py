"""How a process takes from the shared buckets, and how it goes on while it cannot reach them."""

import asyncio
import math
import random
import time
from dataclasses import replace
from typing import Protocol

import structlog
from prometheus_client import Counter

from lodestone.clock import now
from lodestone.llm.amounts import NOTHING, WITHOUT_LIMIT, Amount
from lodestone.llm.buckets import (
    BURST_SECONDS,
    LONGEST_CLOSED_SECONDS,
    NO_NEWS,
    Bucket,
    Taken,
    as_json,
    from_json,
    heard,
    limits_of,
    take,
)

TRIES = 5  # while others take at the same moment
AGAIN_SECONDS = 0.02  # between them, at most
AWAY_SECONDS = 5.0  # until shared buckets that could not be reached are tried again
MEMORY_SECONDS = 20.0  # over which a process remembers what it was given
LEAST_SHARE = 1 / 20  # of the limit, for a process that was given nothing lately

log = structlog.get_logger(__name__)
leases = Counter(
    "lodestone_llm_leases_total",
    "Shares of the provider's limits that were asked for, by answer",
    ["model_class", "answer"],
)


class Shelf(Protocol):
    """Keeps small values, each with a version. Raises ConnectionError while it cannot be reached."""

    async def read(self, name: str) -> tuple[bytes, int]:
        """The newest value and its version; `b""` and 0 when there is none."""

    async def write(self, name: str, value: bytes, version: int) -> int | None:
        """Replaces that version; the new one, or None when there is a newer one already."""


class OwnShelf:
    """Of one process alone."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[bytes, int]] = {}

    async def read(self, name: str) -> tuple[bytes, int]:
        """See Shelf."""
        return self._values.get(name, (b"", 0))

    async def write(self, name: str, value: bytes, version: int) -> int | None:
        """See Shelf."""
        if self._values.get(name, (b"", 0))[1] != version:
            return None
        self._values[name] = value, version + 1
        return version + 1


class Leases:
    """One process's leases of one class of models."""

    def __init__(self, name: str, wanted: Amount, shelf: Shelf) -> None:
        """`wanted` are the limits in the settings."""
        self.news = NO_NEWS  # goes into the shared bucket with the next lease
        self._name = name
        self._wanted = wanted
        self._shelf = shelf
        self._bucket = Bucket(_seconds())  # as last seen
        self._version: int | None = None  # of `_bucket`; None where it may be out of date
        self._given, self._given_at = NOTHING, time.monotonic()
        self._share: Amount | None = None  # a minute, while the shared bucket is away
        self._away_until = 0.0
        for answer in ("given", "wait", "alone"):
            leases.labels(name, answer)

    @property
    def limits(self) -> Amount:
        """The limits a minute, as far as they are known here."""
        return limits_of(self._bucket, self._wanted)

    @property
    def told(self) -> Amount | None:
        """What the provider told somebody of its limits, as far as it is known here."""
        return self._bucket.told

    @property
    def closed_until(self) -> float:
        """Until when the provider wants no calls, in seconds since 1970; 0 where it wants some."""
        present, closed = _seconds(), self._bucket.closed_until
        return min(closed, present + LONGEST_CLOSED_SECONDS) if closed > present else 0.0

    @property
    def is_alone(self) -> bool:
        """Whether the shared bucket was away when it was asked last."""
        return self._share is not None

    @property
    def rate(self) -> Amount:
        """What this process was given lately, a minute.

        The rates of all processes together are never above the limit: what all were given in the time that is
        remembered is at most what came in that time, and one full bucket.
        """
        return self._remembered(time.monotonic()) * (60 / (MEMORY_SECONDS + BURST_SECONDS))

    async def take(self, need: Amount) -> Taken:
        """What the shared bucket gives; while it is away, what this process's last rate allows."""
        if time.monotonic() < self._away_until:
            return self._take_alone(need)
        try:
            taken = await self._take_shared(need)
        except ConnectionError as error:
            self._go_alone(error)
            return self._take_alone(need)
        self._share = None
        leases.labels(self._name, "given" if taken.given else "wait").inc()
        if taken.given:
            moment = time.monotonic()
            self._given, self._given_at = self._remembered(moment) + taken.given, moment
        return taken

    async def _take_shared(self, need: Amount) -> Taken:
        for _ in range(TRIES):
            self._bucket, version = await self._newest()
            news = self.news
            taken = self._take_from(heard(self._bucket, news, _seconds()), need)
            if news == NO_NEWS and (taken.given is None or self.limits == WITHOUT_LIMIT):
                return taken
            self._version = await self._shelf.write(self._name, as_json(taken.bucket), version)
            if self._version is not None:
                self._bucket = taken.bucket
                self.news = self.news if self.news is not news else NO_NEWS
                return taken
            await asyncio.sleep(random.random() * AGAIN_SECONDS)  # noqa: S311
        return Taken(self._bucket, None, AGAIN_SECONDS)

    async def _newest(self) -> tuple[Bucket, int]:
        """What was seen last is enough: if it is out of date, nothing can be written on top of it."""
        if self._version is not None and self.limits != WITHOUT_LIMIT:
            return self._bucket, self._version
        value, version = await self._shelf.read(self._name)
        return from_json(value, _seconds()), version

    def _take_from(self, bucket: Bucket, need: Amount) -> Taken:
        return take(bucket, limits_of(bucket, self._wanted), need, _seconds())

    def _go_alone(self, error: ConnectionError) -> None:
        self._away_until = time.monotonic() + AWAY_SECONDS
        self._version = None
        if self._share is None:
            log.warning("the shared limits are away; going on with the last share", error=str(error))
            self._share = self.rate.at_least(self.limits * LEAST_SHARE).at_most(self.limits)
            self._bucket = replace(self._bucket, level=self._bucket.level.at_most(NOTHING))

    def _take_alone(self, need: Amount) -> Taken:
        leases.labels(self._name, "alone").inc()
        bucket = heard(self._bucket, self.news, _seconds())
        self.news = NO_NEWS
        taken = take(bucket, self._share or limits_of(bucket, self._wanted), need, _seconds())
        self._bucket = taken.bucket
        return taken

    def _remembered(self, moment: float) -> Amount:
        return self._given * math.exp((self._given_at - moment) / MEMORY_SECONDS)


def _seconds() -> float:
    return now().timestamp()
