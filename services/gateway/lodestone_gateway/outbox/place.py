"""From which turn on the relay reads, and which rows it leaves alone for now. Pure; times are in seconds.

A row that is done stays in the index until no open transaction can see it as it was; until then, whoever
begins before it reads it in vain. So the relay begins after what it has done. A job may be committed late,
with a turn that has passed: the relay begins where it was some seconds ago, and now and then at the very
beginning.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

SWEEP_SECONDS = 1.0  # between two looks at the rows that could not be done
LATE_SECONDS = 5.0  # that an accepted job may take to its commit without being found late
LOOK_SECONDS = 10.0  # between two looks at everything that waits


class Turns(NamedTuple):
    """A turn for each lane."""

    interactive: int = 0
    bulk: int = 0


START = Turns()


class Turn(NamedTuple):
    """Where a row stands."""

    event_id: str
    is_bulk: bool
    turn: int


@dataclass(frozen=True)
class Look:
    """What a round is to read: so many rows from these turns on, without those that are left alone."""

    limit: int
    since: Turns
    left_alone: frozenset[str] = frozenset()


class Place:
    """Where the relay is in the outbox."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._since = START
        self._reached: deque[tuple[float, Turns]] = deque()  # and when
        self._alone: dict[str, Turn] = {}  # rows that could not be done since the last sweep
        self._sweep_at = self._look_at = 0.0

    def look(self, now: float) -> Look:
        """What the next round reads."""
        if now >= self._look_at:
            self._look_at = now + LOOK_SECONDS
            self._sweep(now, START)
        elif now >= self._sweep_at:
            self._sweep(now, turns_of(self._alone.values(), self._since))
        return Look(self._limit, self._since, frozenset(self._alone))

    def note(self, taken: Sequence[Turn], undone: Iterable[Turn], now: float) -> None:
        """What the round has found, and could not do."""
        self._alone.update((row.event_id, row) for row in undone)
        last = self._reached[-1][1] if self._reached else START
        self._reached.append((now, turns_after(taken, last)))
        while len(self._reached) > 1 and self._reached[1][0] <= now - LATE_SECONDS:
            self._reached.popleft()
        if len(taken) < self._limit and self._reached[0][0] <= now - LATE_SECONDS:
            self._since = self._reached[0][1]

    def _sweep(self, now: float, since: Turns) -> None:
        self._since = since
        self._alone.clear()
        self._sweep_at = now + SWEEP_SECONDS


def turns_after(rows: Iterable[Turn], least: Turns = START) -> Turns:
    """The turns that follow those of the rows, and at least these."""
    turns = list(least)
    for row in rows:
        turns[row.is_bulk] = max(turns[row.is_bulk], row.turn + 1)
    return Turns(*turns)


def turns_of(rows: Iterable[Turn], most: Turns) -> Turns:
    """The first turns of the rows, and at most these."""
    turns = list(most)
    for row in rows:
        turns[row.is_bulk] = min(turns[row.is_bulk], row.turn)
    return Turns(*turns)
