"""How many jobs one user may submit in a time. Per process: with n gateways it is n times as many."""

import math
import time
from uuid import UUID

from limits import RateLimitItem
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from lodestone.errors import RateLimited


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
