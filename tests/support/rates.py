"""What gateway processes share about rate limits, in memory and on a clock that the test moves."""

from collections.abc import Mapping
from uuid import UUID

import pytest
from lodestone_gateway.rates import limiter
from lodestone_gateway.rates.limiter import Rate


class Clock:
    """Stands in for the module `time`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(limiter, "time", self)

    def monotonic(self) -> float:
        """The time on it."""
        return self.now


class SharedInMemory:
    """The table of the database, for one rate."""

    def __init__(self, clock: Clock, known: Mapping[UUID, float] | None = None) -> None:
        self._clock = clock
        self._full_at = {user_id: clock.now + missing for user_id, missing in (known or {}).items()}
        self.statements: list[dict[UUID, float]] = []
        self.is_closed = False

    async def tell(self, rate: Rate, taken: Mapping[UUID, float]) -> dict[UUID, float]:
        """Adds what was taken."""
        self.statements.append(dict(taken))
        for user_id, seconds in taken.items():
            self._full_at[user_id] = max(self._full_at.get(user_id, 0), self._clock.now) + seconds
        return {user_id: max(0.0, self._full_at[user_id] - self._clock.now) for user_id in taken}

    async def known(self) -> dict[str, dict[UUID, float]]:
        """What the test says, for a rate named `jobs`."""
        return {"jobs": {user_id: at - self._clock.now for user_id, at in self._full_at.items()}}

    async def close(self) -> None:
        """Notes it."""
        self.is_closed = True
