"""Counts once a minute what the texts of users take up who do something meanwhile."""

from datetime import datetime, timedelta

from lodestone.clock import now
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.store.session import transaction

OVERLAP = timedelta(minutes=1)  # what was committed late is counted in the next round
FIRST = timedelta(days=1)

_COUNT = text("SELECT lodestone_count_stored(:since)")


class StoredCounter:
    """Counts while its process leads."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._since: datetime | None = None

    async def count_round(self) -> None:
        """Counts for whoever submitted a job or changed a lead magnet since the round before."""
        begun = now()
        async with transaction(self._engine) as session:
            await session.execute(_COUNT, {"since": self._since or begun - FIRST})
        self._since = begun - OVERLAP
