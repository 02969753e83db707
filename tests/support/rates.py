"""What gateway processes share about rate limits, in memory and on a clock that the test moves."""

from collections.abc import Mapping
from functools import partial
from types import ModuleType
from uuid import UUID

import pytest
from lodestone_gateway.rates import limiter
from lodestone_gateway.rates.limiter import Rate
from lodestone_gateway.rates.watching import Heard, TellPlaces


class Clock:
    """Stands in for the module `time`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, of: ModuleType = limiter) -> None:
        self.now = 1000.0
        monkeypatch.setattr(of, "time", self)

    def monotonic(self) -> float:
        """The time on it."""
        return self.now


class SharedInMemory:
    """The table of the database, for one rate."""

    def __init__(self, clock: Clock, known: Mapping[UUID, float] | None = None) -> None:
        self._clock = clock
        self._full_at = {user_id: clock.now + missing for user_id, missing in (known or {}).items()}
        self.statements: list[dict[UUID, float]] = []
        self.places = PlacesInMemory(cap=None)
        self.learnt = 0  # how often
        self.is_closed = False

    async def tell(self, rate: Rate, taken: Mapping[UUID, float]) -> dict[UUID, float]:
        """Adds what was taken."""
        self.statements.append(dict(taken))
        for user_id, seconds in taken.items():
            self._full_at[user_id] = max(self._full_at.get(user_id, 0), self._clock.now) + seconds
        return {user_id: max(0.0, self._full_at[user_id] - self._clock.now) for user_id in taken}

    async def known(self) -> dict[str, dict[UUID, float]]:
        """What the test says, for a rate named `jobs`."""
        self.learnt += 1
        return {"jobs": {user_id: at - self._clock.now for user_id, at in self._full_at.items()}}

    async def tell_places(self, places: Mapping[UUID, int]) -> dict[UUID, Heard]:
        """As a process of its own."""
        return await self.places.tell("one", places)

    async def close(self) -> None:
        """Notes it."""
        self.is_closed = True


class PlacesInMemory:
    """The table of open streams; every user's plan has the same cap."""

    def __init__(self, cap: int | None) -> None:
        self.cap = cap
        self.statements: list[dict[UUID, int]] = []
        self._open: dict[UUID, dict[str, int]] = {}

    async def tell(self, process: str, places: Mapping[UUID, int]) -> dict[UUID, Heard]:
        """Notes what the process tells, and adds up what others told."""
        self.statements.append(dict(places))
        for user_id, count in places.items():
            self._open.setdefault(user_id, {})[process] = count
        return {user_id: Heard(self.told_by_others(process, user_id), self.cap) for user_id in places}

    def told_by_others(self, process: str, user_id: UUID) -> int:
        """How many places the others told."""
        told = self._open.get(user_id, {})
        return sum(count for other, count in told.items() if other != process)

    def of(self, process: str) -> TellPlaces:
        """As the process has it."""
        return partial(self.tell, process)
