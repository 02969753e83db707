"""The settler: books the calls of dead workers, so that nothing is paid for in the dark.

A worker settles its own calls. What it left open when it died is written off here, by the log and the
worker's silence, even after the job's end. Each settlement is an append under the fence: two of us cannot
both write it.
"""

import structlog
from lodestone.bus.ask import ask_owner
from lodestone.bus.connection import BusClient
from lodestone.bus.publisher import JobStream
from lodestone.clock import now
from lodestone.job_log import JobLog
from lodestone.judgement import Owner, on_open_calls
from lodestone.spend import write_off
from prometheus_client import Counter, Gauge
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.reconciler.rounds import Walk, look_at_each
from lodestone_gateway.reconciler.scan import UnsettledJob, read_open_calls, read_unsettled

AT_ONCE = 8
JOBS = 200  # in one round
JOB_SECONDS = 30.0  # for one of them, so that none holds up the others

log = structlog.get_logger(__name__)
written_off = Counter(
    "lodestone_calls_written_off_total", "Calls of dead workers settled by estimate", ["job_type"]
)
open_calls = Gauge("lodestone_ledger_open_calls", "Provider calls of the ledger that are not settled")
oldest_call = Gauge(
    "lodestone_ledger_open_call_oldest_age_seconds", "Age of the oldest call that is not settled"
)


class Settler:
    """Settles while its process leads."""

    def __init__(self, client: BusClient, stream: JobStream, engine: AsyncEngine) -> None:
        self._client = client
        self._stream = stream
        self._engine = engine
        self._unsettled = Walk(lambda after, limit: read_unsettled(engine, now(), after, limit), JOBS)

    async def settle_round(self) -> None:
        """Looks at the next jobs with open calls of attempts that are over."""
        await self._measure()
        jobs = await self._unsettled.next()
        if self._client.is_connected:
            await look_at_each(
                jobs, self._settle, at_once=AT_ONCE, seconds=JOB_SECONDS, failed="could not settle"
            )

    async def _measure(self) -> None:
        count, seconds = await read_open_calls(self._engine, now())
        open_calls.set(count)
        oldest_call.set(seconds)

    async def _settle(self, job: UnsettledJob) -> None:
        gone = await self._ask(job, await self._read(job))
        if not gone:
            return
        newest = await self._read(job)  # a worker may have settled and let go while it was asked
        while calls := on_open_calls(newest, gone=gone):
            appended = await self._stream.append(write_off(newest, calls[0]), newest)
            if not appended.stored:
                return  # somebody else writes: the next round reads again
            written_off.labels(job_type=job.job_type).inc()
            log.warning("wrote off a call", job_id=str(job.job_id), call_id=str(calls[0].call_id))
            newest = appended.log

    async def _ask(self, job: UnsettledJob, found: JobLog) -> set[int]:
        """The attempts with open calls whose worker no longer has the job."""
        attempts = {call.attempt for call in found.open_calls.values()} & found.workers.keys()
        workers = {found.workers[attempt] for attempt in attempts}
        asked = {worker: await ask_owner(self._client, worker, job.job_id) for worker in workers}
        return {attempt for attempt in attempts if asked[found.workers[attempt]] is Owner.GONE}

    async def _read(self, job: UnsettledJob) -> JobLog:
        return await self._stream.read(job.job_type, job.job_id)
