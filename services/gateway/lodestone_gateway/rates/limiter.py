"""A rate as one process keeps it: a token bucket for each user.

A process decides alone as long as what it took without telling the others is a small part of what is left.
Nearer to the limit it tells them first, and hears what they took. So most requests wait for nothing, and the
limit holds for all processes together: each can be wrong by a tenth of it at most.
"""

import itertools
import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from lodestone.errors import RateLimited

ALONE = 0.1  # of what is left in a bucket: what a process takes before it tells the others
WORTH_TELLING = 0.01  # of a full bucket: less than this is not told
ROUNDING = 1e-4  # of a full bucket: the database counts in microseconds
MOST_TOLD = 1_000  # users in one statement


@dataclass(frozen=True)
class Rate:
    """How many requests one user may send in how many seconds; all of them may come at once."""

    name: str
    amount: int
    seconds: int
    refusal: str  # the sentence for the user, which says what there is too much of


Tell = Callable[[Rate, Mapping[UUID, float]], Awaitable[Mapping[UUID, float]]]
"""Tells what was taken, in seconds by user; returns how far each user's bucket is from full, likewise."""

Ask = Callable[[], Awaitable[None]]
"""Returns when everything is told and answered, or when that takes too long."""


class Bucket:
    """One user's bucket. Its content is counted in seconds: those in which it fills up by so much."""

    __slots__ = ("full_at", "untold", "used_at")

    def __init__(self) -> None:
        self.used_at = time.monotonic()
        self.full_at = self.used_at
        self.untold = 0.0  # taken here, and not known to the others

    def missing(self) -> float:
        """Seconds until it is full."""
        return max(0.0, self.full_at - time.monotonic())

    def take(self, seconds: float) -> None:
        """Takes out what fills up in so many seconds; puts it back if that is negative."""
        self.used_at = time.monotonic()
        self.full_at = max(self.full_at, self.used_at) + seconds
        self.untold += seconds

    def hand_over(self) -> float:
        """What is to be told now."""
        taken, self.untold = self.untold, 0.0
        return taken

    def hear(self, missing: float) -> None:
        """Sets what is missing by what all processes took, and what this one has taken since."""
        self.full_at = time.monotonic() + missing + self.untold


class RateLimiter:
    """The buckets of one rate. A decision costs the same however many users there are."""

    def __init__(self, rate: Rate, ask: Ask | None = None) -> None:
        self.rate = rate
        self._pace = rate.seconds / rate.amount
        self._ask = ask
        self._buckets: OrderedDict[UUID, Bucket] = OrderedDict()  # by user, whoever came last at the end
        self._due: dict[UUID, Bucket] = {}  # to be told

    async def take(self, user_id: UUID, cost: float = 1) -> None:
        """Counts a request that is worth so many. Raises RateLimited with the seconds to wait."""
        seconds = min(cost * self._pace, self.rate.seconds)
        bucket = self._bucket(user_id)
        self._check(bucket.missing() + seconds)
        bucket.take(seconds)
        if bucket.untold >= WORTH_TELLING * self.rate.seconds:
            self._due[user_id] = bucket
        if self._ask and bucket.untold > ALONE * (self.rate.seconds - bucket.missing()):
            await self._take_together(self._ask, user_id, bucket, seconds)

    async def _take_together(self, ask: Ask, user_id: UUID, bucket: Bucket, seconds: float) -> None:
        self._due[user_id] = bucket
        await ask()
        try:
            self._check(bucket.missing())
        except RateLimited:
            self._put_back(user_id, bucket, seconds)
            raise

    def give_back(self, user_id: UUID, cost: float = 1) -> None:
        """Does not count a request after all."""
        self._put_back(user_id, self._bucket(user_id), cost * self._pace)

    def _put_back(self, user_id: UUID, bucket: Bucket, seconds: float) -> None:
        bucket.take(-seconds)
        self._due[user_id] = bucket

    def left(self, user_id: UUID) -> tuple[int, int]:
        """How many requests the user may send now, and in how many seconds it is the full number again."""
        bucket = self._buckets.get(user_id)
        missing = bucket.missing() if bucket else 0.0
        return max(0, int((self.rate.seconds - missing) / self._pace + ROUNDING)), math.ceil(missing)

    def hear(self, missing: Mapping[UUID, float]) -> None:
        """Sets the buckets of these users by the seconds until they are full."""
        for user_id, seconds in missing.items():
            self._bucket(user_id).hear(seconds)

    async def tell(self, tell: Tell) -> None:
        """Tells what was taken, and hears what all took. Raises what `tell` raises; then it is told later."""
        due, self._due = self._due, {}
        try:
            while due:
                some = dict(itertools.islice(due.items(), MOST_TOLD))
                await self._tell_some(tell, some)
                for user_id in some:
                    del due[user_id]
        finally:
            self._due = due | self._due

    async def _tell_some(self, tell: Tell, some: Mapping[UUID, Bucket]) -> None:
        taken = {user_id: bucket.hand_over() for user_id, bucket in some.items()}
        heard: Mapping[UUID, float] = {}
        try:
            heard = await tell(self.rate, taken)
        finally:
            for user_id, seconds in taken.items():
                if user_id in heard:
                    some[user_id].hear(heard[user_id])
                else:  # nothing is known of this user yet, or nothing was told
                    some[user_id].untold += seconds

    def _bucket(self, user_id: UUID) -> Bucket:
        """The user's, which is now the last; a full one for a user who has none."""
        self._forget()
        bucket = self._buckets.get(user_id)
        if bucket is None:
            bucket = self._buckets[user_id] = Bucket()
        self._buckets.move_to_end(user_id)
        return bucket

    def _check(self, missing: float) -> None:
        """Raises RateLimited if a bucket is too small for so much to be missing."""
        lacking = missing - self.rate.seconds
        if lacking > ROUNDING * self.rate.seconds:
            wait = math.ceil(lacking)
            raise RateLimited(f"{self.rate.refusal}; try again in {wait} s.", retryAfterSeconds=wait)

    def _forget(self) -> None:
        """Drops users who have been away for a whole window: at most two, so that it never takes long."""
        for user_id in list(itertools.islice(self._buckets, 2)):
            if self._buckets[user_id].used_at + self.rate.seconds < time.monotonic():
                del self._buckets[user_id]
