"""A lane of the outbox in plain Python: start-time fair queueing. The oracle of its trigger and its clock."""

import heapq
from collections.abc import Iterator
from typing import NamedTuple


class Queued(NamedTuple):
    """A job in its turn; rows compare as they are served."""

    turn: int
    position: int
    user: str
    tokens: int
    turn_ends: int


def turn_of(clock: int, last_end: int, tokens: int, weight: int) -> tuple[int, int]:
    """Where a turn begins and ends: after the last one of its user, but not before the lane's clock."""
    begins = max(clock, last_end)
    return begins, begins + -(-tokens // weight)


class FairQueue:
    """Whoever is served least, by tokens and weight, comes next."""

    def __init__(self) -> None:
        self.clock = 0  # the turn of the job served last
        self._ends: dict[str, int] = {}  # of each user's last turn
        self._positions = 0
        self._waiting: list[Queued] = []

    def put(self, user: str, tokens: int, weight: int = 1) -> Queued:
        """Adds a job of that user."""
        turn, self._ends[user] = turn_of(self.clock, self._ends.get(user, 0), tokens, weight)
        self._positions += 1
        row = Queued(turn, self._positions, user, tokens, self._ends[user])
        heapq.heappush(self._waiting, row)
        return row

    def take(self) -> Queued | None:
        """The next job, if any waits."""
        if not self._waiting:
            return None
        row = heapq.heappop(self._waiting)
        self.clock = max(self.clock, row.turn)
        return row

    def drain(self) -> Iterator[Queued]:
        """All that waits, in its order."""
        while row := self.take():
            yield row


def jain(shares: list[float]) -> float:
    """Jain's index: 1 where all have the same, 1/n where one has everything."""
    return sum(shares) ** 2 / (len(shares) * sum(share**2 for share in shares))
