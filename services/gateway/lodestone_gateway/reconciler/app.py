"""The reconciler: checks jobs that make no progress and repairs what a fault left.

It reads the log first and the row after it, acts on neither alone, and does one thing for a job in a round.
Most jobs only run: those are told apart by a few statements for all of them.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import structlog
from lodestone.bus.ask import ask_owner
from lodestone.bus.connection import BusClient
from lodestone.bus.publisher import JobStream
from lodestone.clock import now
from lodestone.events import JobEvent, JobRequested
from lodestone.job_log import JobLog
from lodestone.jobs import JOB_TYPES
from lodestone.judgement import AskOwner, Cancel, Fail, Owner, Redeliver, Repair, Restore, Wait, on_reconcile
from nats.js.api import ConsumerInfo
from prometheus_client import Counter, Gauge
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.jobs.endings import cancelled, failed
from lodestone_gateway.jobs.restore import Records, restore
from lodestone_gateway.reconciler.presence import Broker, Presence
from lodestone_gateway.reconciler.rounds import Walk, look_at_each
from lodestone_gateway.reconciler.scan import (
    Living,
    RowView,
    Suspect,
    read_idle,
    read_living,
    read_overdue,
    read_rows,
)

AT_ONCE = 64  # jobs that are checked at the same time
JOBS = 200  # of each kind in one round
JOB_SECONDS = 30.0  # for one job of a round, so that none blocks the others
LAG = timedelta(seconds=10)  # after which an event that is not folded counts as drift

log = structlog.get_logger(__name__)
repairs = Counter("lodestone_reconciler_repairs_total", "Actions of the reconciler", ["job_type", "repair"])
drifting = Gauge("lodestone_drifting_jobs", "Idle jobs whose row lacks events of their log")
age = Gauge("lodestone_nonterminal_job_oldest_age_seconds", "Age of the oldest unfinished job", ["job_type"])
stuck = Gauge("lodestone_stuck_jobs", "Unfinished jobs more than 30 s past their deadline", ["job_type"])


class Reconciler:
    """Repairs while its process leads."""

    def __init__(self, client: BusClient, stream: JobStream, engine: AsyncEngine, presence: Presence) -> None:
        self._client = client
        self._stream = stream
        self._engine = engine
        self._presence = presence
        self._records = Records(engine)
        self._idle = Walk(lambda after, limit: read_idle(engine, now(), after, limit), JOBS)

    async def reconcile_round(self) -> None:
        """Checks every overdue job and the next idle ones."""
        are_living = await self._measure()
        if not self._client.is_connected:
            return
        suspects = await self._suspects() if are_living else []
        broker = await self._presence.take()

        async def look(suspect: Suspect) -> None:
            await self._reconcile(suspect, broker.get(suspect.job_type))

        await self._look_at_each(await self._in_need(suspects, broker), look)

    async def _suspects(self) -> list[Suspect]:
        overdue = await read_overdue(self._engine, now(), JOBS)
        return [*overdue, *await self._idle.next()]

    async def _in_need(self, suspects: list[Suspect], broker: Broker) -> list[Suspect]:
        """Those that are not to be left alone; all logs are read first, and all rows after them.

        What is done for one of them is decided again, since its log may have gone on before its row was read.
        """
        logs: dict[UUID, JobLog] = {}

        async def read(suspect: Suspect) -> None:
            logs[suspect.job_id] = await self._stream.read(suspect.job_type, suspect.job_id)

        await self._look_at_each(suspects, read)
        rows = await read_rows(self._engine, logs.keys()) if logs else {}
        looked_at = [(each, logs[each.job_id], rows[each.job_id]) for each in suspects if each.job_id in logs]
        drifting.set(sum(_is_drifting(*each) for each in looked_at))
        return [
            suspect
            for suspect, found, row in looked_at
            if _decide(suspect, found, row, broker.get(suspect.job_type), Owner.NOT_ASKED) != Wait()
        ]

    async def _look_at_each(
        self, suspects: list[Suspect], look: Callable[[Suspect], Awaitable[None]]
    ) -> None:
        await look_at_each(suspects, look, at_once=AT_ONCE, seconds=JOB_SECONDS, failed="could not reconcile")

    async def _reconcile(self, suspect: Suspect, consumer: ConsumerInfo | None) -> None:
        found, row = await self._read(suspect)
        repair, owner = _decide(suspect, found, row, consumer, Owner.NOT_ASKED), Owner.NOT_ASKED
        if isinstance(repair, AskOwner):
            owner = await ask_owner(self._client, repair.worker_id, suspect.job_id)
            found, row = await self._read(suspect)  # the log may have gone on meanwhile
            repair = _decide(suspect, found, row, consumer, owner)
        if isinstance(repair, Redeliver) and consumer:
            # What the log holds by now may have been published after the broker was asked.
            newest = await self._presence.ask(consumer.name)
            repair = _decide(suspect, found, row, newest, owner)
        if isinstance(repair, AskOwner | Wait):
            return  # an owner that began in between is asked in the next round
        kind = type(repair).__name__.lower()
        repairs.labels(job_type=suspect.job_type, repair=kind).inc()
        log.warning("repairing", job_id=str(suspect.job_id), repair=kind)
        await self._repair(suspect, repair, found)

    async def _read(self, suspect: Suspect) -> tuple[JobLog, RowView]:
        found = await self._stream.read(suspect.job_type, suspect.job_id)
        return found, (await read_rows(self._engine, [suspect.job_id]))[suspect.job_id]

    async def _repair(self, suspect: Suspect, repair: Repair, found: JobLog) -> None:
        if isinstance(repair, Restore):
            await restore(
                self._stream,
                self._records,
                suspect.job_type,
                suspect.job_id,
                with_unmarked=repair.with_unmarked,
            )
        elif found.requested:
            await self._stream.append(_event_for(repair, found.requested, found), found)

    async def _measure(self) -> bool:
        """Tells how old the oldest living jobs are, and which are stuck; returns whether there are any."""
        living = await read_living(self._engine, now())
        for job_type in JOB_TYPES:
            found = living.get(job_type, Living())
            age.labels(job_type=job_type).set(found.oldest_seconds)
            stuck.labels(job_type=job_type).set(found.stuck)
        return bool(living)


def _is_drifting(suspect: Suspect, found: JobLog, row: RowView) -> bool:
    """Whether the row does not follow its log, which is reported: only the projector can correct that."""
    if row.is_terminal or not found.entries or now() - found.entries[-1].time < LAG:
        return False
    behind = [entry.event.name for entry in found.entries if entry.event_id not in row.event_ids]
    if behind:
        log.warning("drift", kind="row_behind", job_id=str(suspect.job_id), events=behind[:10])
    return bool(behind)


def _decide(
    suspect: Suspect, found: JobLog, row: RowView, consumer: ConsumerInfo | None, owner: Owner
) -> Repair:
    if row.is_terminal:
        return Wait()
    return on_reconcile(
        found,
        lacks_events=any(not found.holds(event_id) for event_id in row.event_ids),
        deadline_at=suspect.deadline_at,
        now=now(),
        broker_holds_message=_may_deliver(consumer, found),
        owner=owner,
    )


def _may_deliver(consumer: ConsumerInfo | None, found: JobLog) -> bool:
    """Whether the durable may still hold a message of the job; true if in doubt."""
    if consumer is None:
        return True
    is_empty = not consumer.num_pending and not consumer.num_ack_pending
    acknowledged = (consumer.ack_floor.stream_seq or 0) if consumer.ack_floor else 0
    requests = [entry.sequence for entry in found.entries if isinstance(entry.event, JobRequested)]
    return not is_empty and acknowledged < max(requests, default=0)


def _event_for(repair: Repair, requested: JobRequested, found: JobLog) -> JobEvent:
    if isinstance(repair, Fail):
        return failed(requested, found, repair.reason)
    if isinstance(repair, Cancel):
        return cancelled(requested, found)
    return requested.model_copy(update={"redelivery": True})
