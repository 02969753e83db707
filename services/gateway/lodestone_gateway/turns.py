"""Turns: a user who asks for much delays only themselves.

One event loop answers all requests of a process. Without turns, a user's hundred requests delay everybody
else's next one. With turns, only as many do as one user may have answered at once, at a pace that leaves time
for everybody.
"""

import asyncio
import math
import time
from uuid import UUID

from lodestone.errors import RateLimited

AT_ONCE = 4  # a browser sends up to six, each of which takes some milliseconds
BURST_SECONDS = 4.0  # the requests of this many seconds may come at once
PATIENCE_SECONDS = 10.0  # a request that would have to wait longer is refused
BYTES_OF_A_REQUEST = 16 * 1024  # of a body: reading them takes as long as answering a small request


class Turns:
    """The users who ask this process for something, each in their own line."""

    def __init__(self, requests_per_second: float) -> None:
        self._seconds = 1 / requests_per_second
        self._lines: dict[UUID, _Line] = {}

    async def take(self, user_id: UUID, body_bytes: int = 0) -> "Turn":
        """Waits until it is this request's turn. Raises RateLimited when that would take too long."""
        line = self._lines.setdefault(user_id, _Line())
        delay = line.reserve(self._seconds * (1 + body_bytes // BYTES_OF_A_REQUEST))
        turn = Turn(self, user_id)
        line.open += 1
        try:
            if delay > 0:
                await asyncio.sleep(delay)
            await line.free.acquire()
        except BaseException:
            self._leave(user_id)
            raise
        return turn

    @property
    def lines(self) -> int:
        """How many users are remembered."""
        return len(self._lines)

    def give_up(self, user_id: UUID) -> None:
        """The user's next request goes on."""
        self._lines[user_id].free.release()
        self._leave(user_id)

    def _leave(self, user_id: UUID) -> None:
        line = self._lines[user_id]
        line.open -= 1
        if not line.open:
            self._forget_later(user_id, line)

    def _forget_later(self, user_id: UUID, line: "_Line") -> None:
        asyncio.get_running_loop().call_later(line.ahead(), self._forget, user_id)

    def _forget(self, user_id: UUID) -> None:
        line = self._lines.get(user_id)
        if line is None or line.open:
            return
        if line.ahead():
            self._forget_later(user_id, line)
        else:
            del self._lines[user_id]


class Turn:
    """One request's right to be answered now; ends with its block at the latest."""

    def __init__(self, turns: Turns, user_id: UUID) -> None:
        self._turns = turns
        self._user_id = user_id
        self._is_held = True

    def give_up(self) -> None:
        """Lets the user's next request go on: this one only waits for news from here on."""
        if self._is_held:
            self._is_held = False
            self._turns.give_up(self._user_id)

    def __enter__(self) -> "Turn":
        """The same."""
        return self

    def __exit__(self, *_: object) -> None:
        """Gives it up."""
        self.give_up()


class _Line:
    """The open requests of one user, and how far all their requests are ahead of their pace."""

    def __init__(self) -> None:
        self.open = 0
        self.free = asyncio.Semaphore(AT_ONCE)
        self._even_at = 0.0  # when the user is within their pace again

    def ahead(self) -> float:
        """Seconds until the user is within their pace; 0 when they are."""
        return max(0.0, self._even_at - time.monotonic())

    def reserve(self, seconds: float) -> float:
        """Counts a request worth `seconds`; returns how long it has to wait. Raises RateLimited."""
        ahead = self.ahead() + seconds
        delay = ahead - BURST_SECONDS
        if delay > PATIENCE_SECONDS:
            wait = math.ceil(delay - PATIENCE_SECONDS)
            raise RateLimited(f"You send too many requests; try again in {wait} s.", retryAfterSeconds=wait)
        self._even_at = time.monotonic() + ahead
        return delay
