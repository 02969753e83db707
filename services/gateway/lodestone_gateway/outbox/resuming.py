"""How many requests may be published of what is resumed gradually. Pure; times are in seconds.

Each pace has a bucket that fills evenly. It begins empty, also when a relay begins, and holds what comes in
about a second; so no minute, whenever it begins, has more than the pace allows, across relays too.
"""

from collections.abc import Iterator, Mapping
from math import ceil
from uuid import UUID

from lodestone.ids import parse_id

from lodestone_gateway.outbox.place import Turn
from lodestone_gateway.store.operations_tables import EVERYTHING

MINUTE = 60.0


class Bucket:
    """The requests that one pace allows now."""

    def __init__(self, per_minute: int, now: float) -> None:
        self.per_minute = per_minute
        self._burst = ceil(per_minute / MINUTE) if per_minute >= MINUTE else 0  # beside the one that is due
        self._left = 0.0
        self._filled_at = now

    def fill(self, now: float) -> None:
        """Adds what came since it was filled last."""
        came = (now - self._filled_at) * (self.per_minute - self._burst) / MINUTE
        self._left, self._filled_at = min(self._left + came, 1 + self._burst), now

    @property
    def left(self) -> int:
        """How many requests."""
        return int(self._left)

    def take(self) -> None:
        """One is published."""
        self._left -= 1


class Resuming:
    """What is resumed gradually: job types, users by their ids as text, and everything."""

    def __init__(self) -> None:
        self._buckets: dict[str, Bucket] = {}

    def hear(self, paces: Mapping[str, int], now: float) -> None:
        """What Postgres says of it, and how many requests of each a minute."""
        self._buckets = {
            name: kept
            if (kept := self._buckets.get(name)) and kept.per_minute == per_minute
            else Bucket(per_minute, now)
            for name, per_minute in paces.items()
        }

    def fill(self, now: float) -> None:
        """Before a round."""
        for bucket in self._buckets.values():
            bucket.fill(now)

    @property
    def is_active(self) -> bool:
        """Whether there is anything."""
        return bool(self._buckets)

    @property
    def open(self) -> frozenset[str]:
        """Of what at least one request may be published."""
        return frozenset(name for name, bucket in self._buckets.items() if bucket.left)

    def rooms(self, rooms: Mapping[str, int]) -> dict[str, int]:
        """The rooms of the job types, as far as the paces let them."""
        return {
            job_type: min([room, *(self._buckets[name].left for name in self._of(job_type))])
            for job_type, room in rooms.items()
        }

    def users(self) -> dict[UUID, int]:
        """The users among them who may have a request published, and how many."""
        ids = {id: bucket.left for name, bucket in self._buckets.items() if (id := parse_id(name))}
        return {id: left for id, left in ids.items() if left}

    def allows(self, row: Turn) -> bool:
        """Whether every pace that holds for the row allows one more."""
        return all(self._buckets[name].left for name in self._names(row))

    def take(self, row: Turn) -> bool:
        """The row is published; always true."""
        for name in self._names(row):
            self._buckets[name].take()
        return True

    def _names(self, row: Turn) -> Iterator[str]:
        yield from self._of(row.lane.job_type)
        if str(row.user_id) in self._buckets:
            yield str(row.user_id)

    def _of(self, job_type: str) -> Iterator[str]:
        return (name for name in (job_type, EVERYTHING) if name in self._buckets)
