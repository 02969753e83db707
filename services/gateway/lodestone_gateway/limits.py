"""What one user may do at once. Per process: with n gateways it is n times as much."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import UUID

from lodestone.errors import RateLimited
from lodestone.wire import JsonObject

WATCH_RETRY_SECONDS = 5


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
