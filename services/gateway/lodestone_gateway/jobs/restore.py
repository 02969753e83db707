"""Writing a lost log back from Postgres, one event at a time (docs/protocol.md). For relay and reconciler."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from lodestone.bus.publisher import JobStream
from lodestone.clock import now
from lodestone.events import EVENTS, JobRequested, Restored
from lodestone.ids import new_id
from lodestone.job_log import Entry, JobLog
from lodestone.status import Status
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlmodel import col

from lodestone_gateway.store.cursor_table import ProjectorCursor
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import BackgroundJob, JobEventRow, OutboxRow

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Record:
    """What Postgres knows of a job's log."""

    is_terminal: bool
    requested: Entry | None  # from history or outbox, even if it was never published
    is_published: bool  # whether the request was marked as published, or folded
    later: tuple[Entry, ...]  # folded events by seq, then a cancel that was marked as published

    def missing(self, log: JobLog, *, with_unmarked: bool) -> list[Entry]:
        """The events that the log lacks, in the order in which to write them."""
        is_wanted = self.is_published or with_unmarked or log.entries
        first = [self.requested] if self.requested and is_wanted else []
        return [entry for entry in (*first, *self.later) if not log.holds(entry.event_id)]


class Unreadable(Exception):
    """The rows of a job are of another version, or damaged."""


class Records:
    """What Postgres knows of jobs that are being restored, read again before each of their events.

    Jobs that ask at the same time share a transaction: each commit is a disk write, and each raised version
    costs the projector a batch.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._asked: dict[UUID, asyncio.Future[Record]] = {}
        self._reading: asyncio.Task[None] | None = None

    async def take_over(self, job_id: UUID) -> Record:
        """The job's record, as a transaction that began after the call sees it."""
        answer = self._asked.setdefault(job_id, asyncio.get_running_loop().create_future())
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
        return await asyncio.shield(answer)

    async def _read(self) -> None:
        while self._asked:
            asked, self._asked = self._asked, {}
            try:
                records = await _take_over(self._engine, list(asked))
            except Exception as error:  # whoever asked raises it, and decides
                for answer in asked.values():
                    answer.set_exception(error)
                continue
            for job_id, answer in asked.items():
                if job_id in records:
                    answer.set_result(records[job_id])
                else:
                    answer.set_exception(Unreadable(job_id))


async def restore(
    stream: JobStream,
    records: Records,
    job_type: str,
    job_id: UUID,
    *,
    with_unmarked: bool = False,
    also_ended: bool = False,
) -> JobLog:
    """Restores what the log lacks and returns the newest log; a conflict leaves the rest to the next round.

    `with_unmarked` writes the request even if the outbox never saw it published; `also_ended` writes the log
    of a job even if it has ended.
    """
    newest = await stream.read(job_type, job_id)
    while not newest.terminal:
        record = await records.take_over(job_id)
        missing = record.missing(newest, with_unmarked=with_unmarked)
        if (record.is_terminal and not also_ended) or not (missing or newest.is_open):
            break
        entry, restored = _next(missing, newest, record)
        if entry is None:
            break
        appended = await stream.append(
            entry.event,
            newest,
            event_id=entry.event_id,
            time=entry.time,
            restored=restored,
            traceparent=entry.traceparent,
        )
        log.info("restored", job_id=str(job_id), event_name=entry.event.name, stored=appended.stored)
        newest = appended.log
        if not appended.stored:
            break
    return newest


async def read_records(session: AsyncSession, job_ids: Sequence[UUID]) -> dict[UUID, Record]:
    """What Postgres knows of each, as one transaction sees it; nothing for a job with unreadable rows."""
    jobs = select(col(BackgroundJob.id), col(BackgroundJob.status)).where(col(BackgroundJob.id).in_(job_ids))
    statuses: dict[UUID, str] = {row.id: row.status for row in await session.execute(jobs)}
    events = select(JobEventRow).where(col(JobEventRow.job_id).in_(job_ids)).order_by(col(JobEventRow.seq))
    history: dict[UUID, list[JobEventRow]] = {job_id: [] for job_id in job_ids}
    for event in await session.scalars(events):
        history[event.job_id].append(event)
    outbox: dict[UUID, list[OutboxRow]] = {job_id: [] for job_id in job_ids}
    for row in await session.scalars(select(OutboxRow).where(col(OutboxRow.job_id).in_(job_ids))):
        outbox[row.job_id].append(row)
    records: dict[UUID, Record] = {}
    for job_id in job_ids:
        try:
            status = Status(statuses.get(job_id, Status.FAILED))
            records[job_id] = record_of(status, history[job_id], outbox[job_id])
        except Exception:
            log.exception("could not read what is known about a job", job_id=str(job_id))
    return records


def record_of(status: Status, history: Sequence[JobEventRow], outbox: Sequence[OutboxRow]) -> Record:
    """The record from a job's rows; a job without a row has nothing to restore."""
    folded = [entry_of(row) for row in history]
    sent = {row.event: row for row in outbox}
    request, cancel = sent.get("requested"), sent.get("cancel_requested")
    requested = (
        entry_of(request) if request else next((e for e in folded if e.event.name == "requested"), None)
    )
    if cancel and cancel.published_at and cancel.event_id not in {entry.event_id for entry in folded}:
        folded.append(entry_of(cancel))
    return Record(
        is_terminal=status.is_terminal,
        requested=requested,
        is_published=bool(history) or bool(request and request.published_at),
        later=tuple(entry for entry in folded if requested is None or entry.event_id != requested.event_id),
    )


async def _take_over(engine: AsyncEngine, job_ids: Sequence[UUID]) -> dict[UUID, Record]:
    # A fold in flight may hold events of the lost stream: raising the version first makes it fail.
    async with transaction(engine) as session:
        await session.execute(update(ProjectorCursor).values(version=col(ProjectorCursor.version) + 1))
        return await read_records(session, job_ids)


def _next(missing: list[Entry], log: JobLog, record: Record) -> tuple[Entry | None, Restored]:
    if missing:
        is_last = len(missing) == 1 and bool(log.entries)
        return missing[0], "whole" if is_last else "open"
    request = record.requested
    if request is None or not isinstance(request.event, JobRequested):
        return None, "open"
    copy = request.event.model_copy(update={"redelivery": True})
    return Entry(sequence=0, event_id=str(new_id()), time=now(), event=copy), "whole"


def entry_of(row: JobEventRow | OutboxRow) -> Entry:
    """The event of a row, as it was published; its place in the stream is left open."""
    return Entry(
        sequence=0,
        event_id=row.event_id,
        time=row.time,
        event=EVENTS[row.event].model_validate(row.body),
        traceparent=row.traceparent,
    )
