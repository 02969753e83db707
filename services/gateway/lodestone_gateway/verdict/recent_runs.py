"""Recent runs as one process keeps them for some seconds, so that polls of many jobs share one read."""

import asyncio
import time

from lodestone.jobs import JOB_TYPES
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.store.run_times import Run, recent_runs
from lodestone_gateway.store.session import single_read

KEEP_SECONDS = 10.0


class RecentRuns:
    """Of all job types, read together when they are asked for and older than `KEEP_SECONDS`."""

    def __init__(self, reader: AsyncEngine) -> None:
        self._reader = reader
        self._reading = asyncio.Lock()
        self._runs: dict[str, tuple[Run, ...]] = {}
        self._read_at = float("-inf")

    async def of(self, job_type: str) -> tuple[Run, ...]:
        """The newest first. Raises what the database raises."""
        async with self._reading:
            if time.monotonic() - self._read_at >= KEEP_SECONDS:
                async with single_read(self._reader) as connection:
                    self._runs = await recent_runs(connection, JOB_TYPES)
                self._read_at = time.monotonic()
        return self._runs.get(job_type, ())
