"""Works on the bulk actions that run, in each gateway; what one leaves undone, another finds."""

import asyncio
from collections.abc import Callable

import structlog
from lodestone.rhythm import seconds_to_next
from lodestone.tasks import first_of
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.operating.bulk_batch import MAX_BATCH, BatchFailed, do_due, give_up
from lodestone_gateway.store.bulk_queries import seconds_until_due
from lodestone_gateway.store.faults import Fault, fault_of
from lodestone_gateway.store.holds import Holds
from lodestone_gateway.store.session import single_read

LOOK_SECONDS = 5.0  # how often a process looks for what another one began or left
BUSY_SECONDS = 0.5  # while another process has the batch that is due

log = structlog.get_logger(__name__)


class BulkWorker:
    """Does what is due, for as long as its process lives."""

    def __init__(self, reader: AsyncEngine, engine: AsyncEngine, holds: Callable[[], Holds]) -> None:
        self._reader = reader
        self._engine = engine
        self._holds = holds  # what holds jobs up now
        self._woken = asyncio.Event()
        self._at_most = MAX_BATCH  # 1 after a batch that failed: to find the job that spoils it

    def wake(self) -> None:
        """A bulk action has begun, or looks for its jobs."""
        self._woken.set()

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            self._woken.clear()
            try:
                seconds = await self._round()
            except Exception as error:  # the next round begins where this one did
                log.warning("bulk_batch_failed", error=type(error).__name__, reason=str(error)[:300])
                seconds = LOOK_SECONDS
            if seconds > 0:
                to_next = seconds_to_next(asyncio.get_running_loop().time(), LOOK_SECONDS)
                await first_of(self._woken.wait(), timeout=min(seconds, to_next))

    async def _round(self) -> float:
        """Does what is due; the seconds until there may be more."""
        async with single_read(self._reader) as connection:
            seconds = await seconds_until_due(connection)
        if seconds is None or seconds > 0:
            return LOOK_SECONDS if seconds is None else seconds
        try:
            has_worked = await do_due(self._reader, self._engine, self._holds(), at_most=self._at_most)
        except BatchFailed as failed:
            error = failed.__cause__ or failed
            if fault_of(error) is not Fault.WORK:
                raise error from None
            await self._close_in(failed)
            return 0.0
        self._at_most = MAX_BATCH
        return 0.0 if has_worked else BUSY_SECONDS

    async def _close_in(self, failed: BatchFailed) -> None:
        """After a batch that its own jobs spoil, one job goes alone; if that fails too, it is refused."""
        jobs, error = failed.job_ids, failed.__cause__
        log.warning("bulk_batch_refused", jobs=len(jobs), error=type(error).__name__)
        if len(jobs) == 1:
            await give_up(self._engine, failed.bulk_id, jobs[0])
        self._at_most = MAX_BATCH if len(jobs) == 1 else 1
