"""From which turn on the relay reads each lane, and which rows it leaves alone for now. Pure; times are in
seconds.

A row that is done stays in the index until no open transaction can see it as it was; until then, whoever
begins before it reads it in vain. So the relay begins after what it has done. A job may be committed late,
with a turn that has passed: the relay begins where it was some seconds ago, and now and then at the very
beginning.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

SWEEP_SECONDS = 1.0  # between two looks at the rows that could not be done
LATE_SECONDS = 5.0  # that an accepted job may take to its commit without being found late
LOOK_SECONDS = 10.0  # between two looks at everything that waits


class Lane(NamedTuple):
    """A queue of its own."""

    job_type: str
    is_bulk: bool


class Turn(NamedTuple):
    """Where a row stands."""

    event_id: str
    lane: Lane
    turn: int
    user_id: UUID | None = None  # None where it does not matter whose it is


@dataclass(frozen=True)
class Look:
    """What a round is to read: so many requests of each job type, from these turns on."""

    rooms: Mapping[str, int]
    since: Mapping[Lane, int] = field(default_factory=dict)  # from the very beginning where it names no lane
    left_alone: frozenset[str] = frozenset()  # event ids
    is_everything: bool = False  # so also job types that only another release knows
    capped: Mapping[str, Mapping[UUID, int]] = field(default_factory=dict)  # of each job type the users whose
    # requests are read apart from the lanes, without the turns above, and how many of them
    resumed: frozenset[str] = frozenset()  # what is resumed gradually and may be published now

    @property
    def is_plain(self) -> bool:
        """Whether there is room in all lanes, and nothing else to heed."""
        others = (self.is_everything, self.left_alone, self.capped, self.resumed)
        return all(self.rooms.values()) and not any(others)


class Place:
    """Where the relay is in the outbox."""

    def __init__(self) -> None:
        self._since: dict[Lane, int] = {}
        self._reached: dict[Lane, deque[tuple[float, int]]] = {}  # when, and the turn
        self._alone: dict[str, Turn] = {}  # rows that could not be done since the last sweep
        self._sweep_at = self._look_at = 0.0

    def look(self, rooms: Mapping[str, int], now: float) -> Look:
        """What the next round reads."""
        is_everything = now >= self._look_at
        if is_everything:
            self._look_at = now + LOOK_SECONDS
            self._sweep(now, {})
        elif now >= self._sweep_at:
            self._sweep(now, _earlier(self._since, self._alone.values()))
        return Look(rooms, dict(self._since), frozenset(self._alone), is_everything)

    def note(self, look: Look, read: Iterable[Lane], taken: Sequence[Turn], now: float) -> None:
        """In which lanes the round found requests, and which it took, in their order.

        A lane is read on from where it was some seconds ago; from the last one that was taken, if that is
        earlier, since the next may have been left.
        """
        last = {row.lane: row.turn for row in taken}
        for lane, turn in last.items():
            reached = self._reached.setdefault(lane, deque([(now, 0)]))
            reached.append((now, max(turn, reached[-1][1])))
        left = set(read) - last.keys()
        for lane, reached in self._reached.items():
            if look.rooms.get(lane.job_type) and lane not in left:
                turn = _turn_at(reached, now - LATE_SECONDS)
                self._since[lane] = min(turn, last.get(lane, turn))

    def look_again(self) -> None:
        """The next round looks at everything: requests may be taken that were passed over."""
        self._look_at = 0.0

    def leave_alone(self, rows: Iterable[Turn]) -> None:
        """What could not be done is not read again before the next sweep."""
        self._alone.update((row.event_id, row) for row in rows)

    def pace(self, lane: Lane, now: float) -> tuple[int, float]:
        """The turn that the lane has reached, and how many it advances in a second; 0 where nobody knows."""
        reached = [(time, turn) for time, turn in self._reached.get(lane, ()) if turn]
        if not reached:
            return 0, 0.0
        (since, first), (_, last) = reached[0], reached[-1]
        return last, (last - first) / (now - since) if now > since else 0.0

    def _sweep(self, now: float, since: dict[Lane, int]) -> None:
        self._since = since
        self._alone.clear()
        self._sweep_at = now + SWEEP_SECONDS


def _turn_at(reached: deque[tuple[float, int]], time: float) -> int:
    """The turn that was reached by then; forgets the ones before."""
    while len(reached) > 1 and reached[1][0] <= time:
        reached.popleft()
    return reached[0][1] if reached[0][0] <= time else 0


def _earlier(since: Mapping[Lane, int], rows: Iterable[Turn]) -> dict[Lane, int]:
    """So that these rows are read too."""
    earlier = dict(since)
    for row in rows:
        earlier[row.lane] = min(row.turn, earlier.get(row.lane, 0))
    return earlier
