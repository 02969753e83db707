"""What one user may do at once or per time. Per process: with n gateways it is n times as much."""

import itertools
import math
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import UUID

from limits import RateLimitItem
from lodestone.errors import RateLimited
from lodestone.wire import JsonObject

WATCH_RETRY_SECONDS = 5


class SubmissionLimiter:
    """A moving window for each user, in memory. An answer costs the same however many users there are."""

    def __init__(self, rate: RateLimitItem) -> None:
        self._rate = rate
        self._windows: dict[UUID, deque[float]] = {}  # by user, whoever came last at the end

    def take(self, user_id: UUID) -> None:
        """Counts one submission. Raises RateLimited with the seconds to wait."""
        if not self.admits(user_id):
            left = self._windows[user_id][0] + self._rate.get_expiry() - time.monotonic()
            seconds = max(1, math.ceil(left))
            message = f"You may submit {self._rate}; try again in {seconds} s."
            raise RateLimited(message, retryAfterSeconds=seconds)
        window = self._windows.pop(user_id, deque())
        window.append(time.monotonic())
        self._windows[user_id] = window
        self._forget()

    def admits(self, user_id: UUID) -> bool:
        """Whether one more would be admitted now."""
        window = self._windows.get(user_id, deque())
        while window and self._is_over(window[0]):
            window.popleft()
        return len(window) < self._rate.amount

    def give_back(self, user_id: UUID) -> None:
        """Does not count the last one: it made no job."""
        if window := self._windows.get(user_id):
            window.pop()

    def _forget(self) -> None:
        """Drops users who have been away for a whole window: at most two, so that it never takes long."""
        for user_id in list(itertools.islice(self._windows, 2)):
            window = self._windows[user_id]
            if not window or self._is_over(window[-1]):
                del self._windows[user_id]

    def _is_over(self, then: float) -> bool:
        return time.monotonic() - then >= self._rate.get_expiry()


class WatchLimiter:
    """How many streams and long polls one user may have open; each holds a connection.

    A plan may allow fewer than `most`; it is asked for when the user has more than `asked_from`.
    """

    def __init__(self, most: int, asked_from: int, cap_of: Callable[[UUID], Awaitable[int | None]]) -> None:
        self._most = most
        self._asked_from = asked_from
        self._cap_of = cap_of
        self._open: Counter[UUID] = Counter()

    @asynccontextmanager
    async def place(self, user_id: UUID) -> AsyncIterator[None]:
        """A place for as long as the block lasts. Raises RateLimited if the user has reached the limit."""
        most = self._most
        if self._open[user_id] >= self._asked_from:
            cap = await self._cap_of(user_id)
            most = most if cap is None else min(cap, most)
        if (used := self._open[user_id]) >= most:
            message = f"You already watch in {used} places, and the limit is {most}; close one first."
            told: JsonObject = {"cap": "streams", "limit": most, "used": used, "resetsAt": None}
            raise RateLimited(message, retryAfterSeconds=WATCH_RETRY_SECONDS, **told)
        self._open[user_id] += 1
        try:
            yield
        finally:
            self._open[user_id] -= 1
            if not self._open[user_id]:
                del self._open[user_id]
