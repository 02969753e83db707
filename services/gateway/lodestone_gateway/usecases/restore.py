"""Writing a lost log back from Postgres, to the letter of protocol, section 5. For relay and reconciler."""

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

from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import BackgroundJob, JobEventRow, OutboxRow, ProjectorCursor

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Record:
    """What Postgres knows of a job's log."""

    is_terminal: bool
    requested: Entry | None  # from history or outbox, also where it was never published
    is_published: bool  # whether the request was marked as published, or folded
    later: tuple[Entry, ...]  # folded events by seq, then a cancel that was marked as published

    def missing(self, log: JobLog, *, with_unmarked: bool) -> list[Entry]:
        """The events that the log lacks, in the order in which they are to be written."""
        is_wanted = self.is_published or with_unmarked or log.entries
        first = [self.requested] if self.requested and is_wanted else []
        return [entry for entry in (*first, *self.later) if not log.holds(entry.event_id)]


async def restore(
    stream: JobStream, engine: AsyncEngine, job_type: str, job_id: UUID, *, with_unmarked: bool = False
) -> JobLog:
    """Writes back what the log lacks and gives the newest log; a conflict leaves the rest to the next round.

    `with_unmarked` writes the request also where the outbox never saw it published.
    """
    newest = await stream.read(job_type, job_id)
    while not newest.terminal:
        record = await _take_over(engine, job_id)
        missing = record.missing(newest, with_unmarked=with_unmarked)
        if record.is_terminal or not (missing or newest.is_open):
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


async def read_record(session: AsyncSession, job_id: UUID) -> Record:
    """What Postgres knows, as one transaction sees it."""
    status = await session.scalar(select(col(BackgroundJob.status)).where(col(BackgroundJob.id) == job_id))
    history = await session.execute(
        select(JobEventRow).where(col(JobEventRow.job_id) == job_id).order_by(col(JobEventRow.seq))
    )
    outbox = await session.execute(select(OutboxRow).where(col(OutboxRow.job_id) == job_id))
    return record_of(Status(status or Status.FAILED), history.scalars().all(), outbox.scalars().all())


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


async def _take_over(engine: AsyncEngine, job_id: UUID) -> Record:
    # A fold in flight may hold events of the lost stream: raising the version first makes it fail.
    async with transaction(engine) as session:
        await session.execute(update(ProjectorCursor).values(version=col(ProjectorCursor.version) + 1))
        return await read_record(session, job_id)


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
