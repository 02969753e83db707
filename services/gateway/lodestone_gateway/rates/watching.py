"""How many streams and long polls one user may have open; each holds a connection.

A process decides alone while the user has few at it, as nearly everybody has. Of the others it tells how many
they have, at once when they want one more and every few seconds, and hears what they have elsewhere. What was
told is good for some seconds: a process that was killed leaves nothing behind.
"""

import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from uuid import UUID

from lodestone.errors import RateLimited
from lodestone.wire import JsonObject

from lodestone_gateway.rates.limiter import Ask

WATCH_RETRY_SECONDS = 5
TELL_AGAIN_SECONDS = 5.0  # a third of the time for which what was told is good


@dataclass(frozen=True)
class Heard:
    """What is known of a user besides the places at this process."""

    elsewhere: int = 0  # places at the others
    cap: int | None = None  # of the plan, on all of them


TellPlaces = Callable[[Mapping[UUID, int]], Awaitable[Mapping[UUID, Heard]]]
"""Tells how many places users have here; returns what is known of them besides."""


class WatchLimiter:
    """The places of one process: at most `most` for each user, and with the others the cap of the plan."""

    def __init__(self, most: int, alone: int, ask: Ask | None = None) -> None:
        """Whoever wants more than `alone` places asks first; what is up to there the others need not know."""
        self._most = most
        self._alone = alone
        self._ask = ask
        self._open: Counter[UUID] = Counter()
        self._asking: Counter[UUID] = Counter()  # for one more, at this moment
        self._told: dict[UUID, int] = {}
        self._heard: dict[UUID, Heard] = {}
        self._tell_again_at = 0.0

    @asynccontextmanager
    async def place(self, user_id: UUID) -> AsyncIterator[None]:
        """A place for as long as the block lasts. Raises RateLimited if the user has reached the limit."""
        if self._ask and self._open[user_id] + self._asking[user_id] >= self._alone:
            with _counted(self._asking, user_id):
                await self._ask()
        self._check(user_id)
        with _counted(self._open, user_id):
            yield

    async def tell(self, tell: TellPlaces) -> None:
        """Tells what the others need to know, and hears of those who ask. Raises what `tell` raises."""
        if news := self._news():
            known = self._heard | dict(await tell(news))
            self._told = {user_id: count for user_id, count in (self._told | news).items() if count}
            self._heard = {user_id: heard for user_id, heard in known.items() if user_id in self._told}

    def forget_others(self) -> None:
        """Nothing is known of them from now on: the process goes on alone."""
        self._heard.clear()

    def _news(self) -> dict[UUID, int]:
        counts = {user_id: self._worth_telling(user_id) for user_id in self._told.keys() | self._asking}
        if counts and time.monotonic() >= self._tell_again_at:
            self._tell_again_at = time.monotonic() + TELL_AGAIN_SECONDS
            return counts
        return {
            user_id: count
            for user_id, count in counts.items()
            if user_id in self._asking or count != self._told[user_id]
        }

    def _worth_telling(self, user_id: UUID) -> int:
        """The user's places and those asked for; 0 where nobody needs to know of so few."""
        count = self._open[user_id] + self._asking[user_id]
        return count if count > self._alone else 0

    def _check(self, user_id: UUID) -> None:
        """Raises RateLimited unless there is room for one more."""
        here, heard = self._open[user_id], self._heard.get(user_id, Heard())
        for used, most in ((here, self._most), (here + heard.elsewhere, heard.cap)):
            if most is not None and used >= most:
                message = f"You already watch in {used} places, and the limit is {most}; close one first."
                told: JsonObject = {"cap": "streams", "limit": most, "used": used, "resetsAt": None}
                raise RateLimited(message, retryAfterSeconds=WATCH_RETRY_SECONDS, **told)


@contextmanager
def _counted(counts: Counter[UUID], user_id: UUID) -> Iterator[None]:
    counts[user_id] += 1
    try:
        yield
    finally:
        counts[user_id] -= 1
        if not counts[user_id]:
            del counts[user_id]
