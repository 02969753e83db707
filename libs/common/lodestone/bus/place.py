"""Where in the stream a reader stands, and whether the stream is the one that it read. Pure.

A recreated stream never repeats sequences, but one that went back to an older state does: a restored copy, or
a disk that lost its last writes.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Seen:
    """A message that was read, and when the server stored it: no other message has both."""

    sequence: int
    stored_at: datetime


@dataclass(frozen=True)
class Place:
    """How far the stream was read."""

    sequence: int
    seen: Seen | None = None  # the newest message up to there that is known
    is_known: bool = False  # the stream was checked since the connection was made

    @property
    def begins_at(self) -> int:
        """The first sequence to read: the known message's, if it still has to identify the stream."""
        after = self.sequence + 1
        return after if self.is_known or self.seen is None else min(after, self.seen.sequence)


class StreamIsOlder(Exception):
    """The stream is not the one that was read: read it again from its start."""


def check_length(place: Place, last_sequence: int) -> None:
    """Raises StreamIsOlder when the stream ends before the place; read the place before its last sequence."""
    if last_sequence < place.sequence:
        raise StreamIsOlder


def is_new(place: Place, found: Seen) -> bool:
    """Whether a message is unread. Raises StreamIsOlder when it is where another one was known to be."""
    if place.seen and place.seen.sequence == found.sequence and place.seen != found:
        raise StreamIsOlder
    return found.sequence > place.sequence
