"""What one user may do at once or per time. Per process: with n gateways it is n times as much."""

import math
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from limits import RateLimitItem
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from lodestone.errors import RateLimited

WATCH_RETRY_SECONDS = 5


class SubmissionLimiter:
    """A moving window for each user, in memory."""

    def __init__(self, rate: RateLimitItem) -> None:
        self._rate = rate
        self._windows = MovingWindowRateLimiter(MemoryStorage())

    async def take(self, user_id: UUID) -> None:
        """Counts one submission. Raises RateLimited with the seconds to wait."""
        if await self._windows.hit(self._rate, str(user_id)):
            return
        window = await self._windows.get_window_stats(self._rate, str(user_id))
        seconds = max(1, math.ceil(window.reset_time - time.time()))
        message = f"You may submit {self._rate}; try again in {seconds} s."
        raise RateLimited(message, retryAfterSeconds=seconds)


class WatchLimiter:
    """How many streams and long polls one user may have open; each holds a connection."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: Counter[UUID] = Counter()

    @contextmanager
    def place(self, user_id: UUID) -> Iterator[None]:
        """A place for as long as the block lasts. Raises RateLimited if the user has reached the limit."""
        if self._open[user_id] >= self._most:
            message = f"You already watch in {self._most} places, which is the limit; close one first."
            raise RateLimited(message, retryAfterSeconds=WATCH_RETRY_SECONDS)
        self._open[user_id] += 1
        try:
            yield
        finally:
            self._open[user_id] -= 1
            if not self._open[user_id]:
                del self._open[user_id]
