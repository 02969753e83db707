"""How often estimates hold, of all job types: measured by replaying what the tables have of recent runs."""

import asyncio
import time
from collections.abc import Mapping, Sequence

from lodestone.jobs import JOB_TYPES
from lodestone.jobs.job_type import JobType
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.store.run_times import Run, recent_runs, service_slots
from lodestone_gateway.store.session import single_read
from lodestone_gateway.verdict.coverage import Coverage, Kept, coverage, replay

KEEP_SECONDS = 60.0


class Coverages:
    """As one process keeps them, so that all who look share a measurement."""

    def __init__(self, reader: AsyncEngine) -> None:
        self._reader = reader
        self._measuring = asyncio.Lock()
        self._found: Mapping[str, Coverage] = {}
        self._measured_at = float("-inf")

    async def read(self) -> Mapping[str, Coverage]:
        """By job type, measured again once `KEEP_SECONDS` old. Raises what the database raises."""
        async with self._measuring:
            if time.monotonic() - self._measured_at >= KEEP_SECONDS:
                self._found = await measure(self._reader)
                self._measured_at = time.monotonic()
            return self._found


async def measure(engine: AsyncEngine) -> Mapping[str, Coverage]:
    """Of each job type of which enough ran lately; the role sees all rows."""
    async with single_read(engine) as connection:
        runs = await recent_runs(connection, JOB_TYPES)
        slots = await service_slots(connection)
    measured = {
        job_type.name: coverage(await _replayed(job_type, runs, slots.get(job_type.service, 0)))
        for job_type in JOB_TYPES.values()
    }
    return {name: found for name, found in measured.items() if found}


async def _replayed(job_type: JobType, runs: Mapping[str, Sequence[Run]], slots: int) -> list[Kept]:
    """One run takes a millisecond or more: others have their turn after each."""
    kinds = (kind.name for kind in JOB_TYPES.values() if kind.service == job_type.service)
    beside = [run for kind in kinds if kind != job_type.name for run in runs[kind]]
    kept = []
    for each in replay(runs[job_type.name], beside, slots):
        kept.append(each)
        await asyncio.sleep(0)
    return kept
