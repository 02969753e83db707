"""Where in the stream a reader stands, and whether the stream is the one that it read. Pure.

Sequences never come again in a stream that is made anew, but they do in one that went back to an older state:
a restored copy, or a disk that lost its last writes.
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
    is_known: bool = False  # the stream was looked at since the connection was made

    @property
    def begins_at(self) -> int:
        """The first sequence to read: the kept message's, if the stream is still to be known by it."""
        after = self.sequence + 1
        return after if self.is_known or self.seen is None else min(after, self.seen.sequence)


class StreamIsOlder(Exception):
    """The stream is not what was read: it has to be read anew from its start."""


def check_length(place: Place, last_sequence: int) -> None:
    """Raises StreamIsOlder when the stream ends before the place, which was kept before that was asked."""
    if last_sequence < place.sequence:
        raise StreamIsOlder


def is_new(place: Place, found: Seen) -> bool:
    """Whether a message was not read yet. Raises StreamIsOlder when it has a known one's place."""
    if place.seen and place.seen.sequence == found.sequence and place.seen != found:
        raise StreamIsOlder
    return found.sequence > place.sequence
