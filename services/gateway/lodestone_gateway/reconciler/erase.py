"""The erasers: remove the texts of deleted jobs and accounts from tables and stream.

What to erase is in Postgres from the moment it is requested. Each step is repeated until it is done, whatever
crashes in between. The tables come first, even while the broker is down; then the job's log: its end is
appended again without texts, and everything before it is purged.
"""

from functools import partial

import structlog
from lodestone.bus.publisher import JobStream
from lodestone.erasure import AppendEnd, Clean, Purge, on_erasure
from nats.aio.client import Client
from prometheus_client import Counter, Gauge
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.reconciler.erasure_rows import (
    Erasing,
    close_accounts,
    count_waiting,
    finish,
    read_end,
    read_stripped,
    read_unstripped,
    spread_to_jobs,
    strip,
)
from lodestone_gateway.reconciler.rounds import Walk, look_at_each

AT_ONCE = 8
JOBS = 100  # in one round
FAILED = "could not erase"

log = structlog.get_logger(__name__)
erased = Counter("lodestone_erased_total", "Erased texts, jobs and accounts", ["what"])
waiting = Gauge("lodestone_erasures_waiting", "Jobs and accounts still to be erased")
oldest = Gauge("lodestone_erasure_oldest_age_seconds", "Age of the oldest erasure that waits")


class RowEraser:
    """Erases in the tables while its process leads; needs no broker."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def erase_round(self) -> None:
        """Removes the texts of ended jobs, and closes accounts that have no jobs left."""
        count, seconds = await count_waiting(self._engine)
        waiting.set(count)
        oldest.set(seconds)
        if not count:
            return
        await spread_to_jobs(self._engine)
        due = await read_unstripped(self._engine, JOBS)
        await look_at_each(due, self._strip, at_once=AT_ONCE, failed=FAILED)
        for user_id in await close_accounts(self._engine):
            erased.labels(what="account").inc()
            log.info("an account is erased", user_id=str(user_id))

    async def _strip(self, erasing: Erasing) -> None:
        await strip(self._engine, erasing.job_id)


class LogEraser:
    """Erases in the stream while its process leads: the logs of jobs whose rows no longer have texts."""

    def __init__(self, client: Client, stream: JobStream, engine: AsyncEngine) -> None:
        self._client = client
        self._stream = stream
        self._engine = engine
        self._stripped = Walk(partial(read_stripped, engine), JOBS)

    async def erase_round(self) -> None:
        """Does the next step in each log; removes the rows to be erased."""
        if not self._client.is_connected:
            return
        due = await self._stripped.next()
        await look_at_each(due, self._clean, at_once=AT_ONCE, failed=FAILED)

    async def _clean(self, erasing: Erasing) -> None:
        if await self._is_clean(erasing):
            await finish(self._engine, erasing)
            erased.labels(what="job" if erasing.removes_row else "texts").inc()
            log.info("erased a job", job_id=str(erasing.job_id), removes_row=erasing.removes_row)

    async def _is_clean(self, erasing: Erasing) -> bool:
        """Does the next step in the job's log; returns whether nothing is left to do there."""
        newest = await self._stream.read(erasing.job_type, erasing.job_id)
        end, folded_to = await read_end(self._engine, erasing.job_id)
        match on_erasure(newest, end, folded_to=folded_to):
            case Clean():
                return True
            case AppendEnd(entry):
                await self._stream.append(
                    entry.event,
                    newest,
                    event_id=entry.event_id,
                    time=entry.time,
                    restored="whole",
                    traceparent=entry.traceparent,
                )
            case Purge(before):
                await self._stream.purge(erasing.job_type, erasing.job_id, before=before)
        return False
