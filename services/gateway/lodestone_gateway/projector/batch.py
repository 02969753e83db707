"""One batch of events in one transaction: the cursor first, then history, jobs, calls and effects."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from lodestone.bus.place import Place, Seen
from lodestone.events import JobCallFinished, JobCallStarted
from lodestone.job_log import Entry
from lodestone.status import Status
from lodestone.wire import JsonObject
from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlmodel import col

from lodestone_gateway.projector.dead_events import drift_in, put_aside, unsaved_in
from lodestone_gateway.projector.effects import apply_effects
from lodestone_gateway.projector.fold import Folded, FoldedJob, HistoryEvent, fold_batch
from lodestone_gateway.store.erasure_tables import Erasure
from lodestone_gateway.store.faults import RowsLocked, is_wait
from lodestone_gateway.store.operations_tables import DeadEvent
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import BackgroundJob, JobCall, JobEventRow, ProjectorCursor

NO_OBJECTS = {"synchronize_session": False}  # no ORM object holds what an UPDATE changes


class CursorMoved(Exception):
    """Another process folded, or restores a log: what was read from the stream may be out of date."""


@dataclass(frozen=True)
class Cursor:
    """How far the stream is folded; restoring a log raises `version`."""

    version: int
    sequence: int
    seen: Seen | None = None  # a folded message, by which the stream is known again

    @property
    def place(self) -> Place:
        """Where the next reading begins."""
        return Place(self.sequence, self.seen)


async def read_cursor(engine: AsyncEngine) -> Cursor:
    """Where the next batch begins."""
    async with transaction(engine) as session:
        row = (await session.execute(select(ProjectorCursor))).scalar_one()
        seen = Seen(row.seen_sequence, row.seen_at) if row.seen_sequence and row.seen_at else None
        return Cursor(row.version, row.sequence, seen)


async def turn_back(engine: AsyncEngine, cursor: Cursor) -> None:
    """Lets the next reading begin at the stream's start; what is folded already is known by its id."""
    async with transaction(engine) as session:
        await session.execute(
            update(ProjectorCursor)
            .where(col(ProjectorCursor.version) == cursor.version)
            .where(col(ProjectorCursor.sequence) == cursor.sequence)
            .values(
                version=col(ProjectorCursor.version) + 1,
                sequence=0,
                seen_sequence=None,
                seen_at=None,
                turned_back_at=func.now(),
            ),
            execution_options=NO_OBJECTS,
        )


async def commit_batch(
    engine: AsyncEngine,
    cursor: Cursor,
    entries: Sequence[Entry],
    last_sequence: int,
    dead: Sequence[DeadEvent] = (),
    seen: Seen | None = None,
) -> tuple[Cursor, Folded]:
    """Folds the entries, puts `dead` and drift aside, and moves the cursor to `last_sequence`.

    `seen` is a message up to there, by which the stream is known again; without one the last such stays. A
    result that cannot be saved to its table is put aside; its job still ends. Raises CursorMoved, RowsLocked;
    then nothing changes.
    """
    after = Cursor(cursor.version, last_sequence, seen or cursor.seen)
    async with transaction(engine) as session:
        await _move_cursor(session, cursor, after)
        folded = fold_batch(await _load(session, entries), entries)
        await _write(session, folded)
        await put_aside(session, [*dead, *drift_in(folded), *unsaved_in(folded)])
    return after, folded


async def _move_cursor(session: AsyncSession, before: Cursor, after: Cursor) -> None:
    moving = (
        update(ProjectorCursor)
        .where(col(ProjectorCursor.version) == before.version)
        .where(col(ProjectorCursor.sequence) == before.sequence)
        .values(sequence=after.sequence, **_columns_of(after.seen))
        .returning(col(ProjectorCursor.id))
    )
    try:
        moved = await session.execute(moving, execution_options=NO_OBJECTS)
    except DBAPIError as error:
        if is_wait(error):
            raise CursorMoved from error  # the one who locked it is about to
        raise
    if not moved.scalars().all():
        raise CursorMoved


def _columns_of(seen: Seen | None) -> JsonObject:
    return {"seen_sequence": seen.sequence, "seen_at": seen.stored_at} if seen else {}


async def _load(session: AsyncSession, entries: Sequence[Entry]) -> Folded:
    jobs, event_ids = {entry.event.job_id for entry in entries}, [entry.event_id for entry in entries]
    calls = {entry.event.call_id for entry in entries if isinstance(entry.event, JobCallFinished)}
    columns = [getattr(BackgroundJob, field.name) for field in fields(FoldedJob)]
    unlocked = select(*columns).where(col(BackgroundJob.id).in_(jobs))
    rows = (await session.execute(unlocked.with_for_update(key_share=True, skip_locked=True))).all()
    await _find_locked(session, jobs - {row.id for row in rows})
    in_history = select(col(JobEventRow.event_id)).where(col(JobEventRow.event_id).in_(event_ids))
    in_ledger = select(col(JobCall.finished_event_id)).where(col(JobCall.finished_event_id).in_(event_ids))
    known = await session.execute(in_history.union(in_ledger))
    settled = await session.execute(
        select(col(JobCall.call_id)).where(
            col(JobCall.call_id).in_(calls), col(JobCall.finished_at).is_not(None)
        )
    )
    erased = await session.execute(select(col(Erasure.job_id)).where(col(Erasure.job_id).in_(jobs)))
    return Folded(
        jobs={row.id: _folded_job(row._asdict()) for row in rows},
        known=set(known.scalars()),
        settled=set(settled.scalars()),
        erased=set(erased.scalars()),
    )


async def _find_locked(session: AsyncSession, missing: set[UUID]) -> None:
    if missing:
        found = await session.execute(select(col(BackgroundJob.id)).where(col(BackgroundJob.id).in_(missing)))
        if locked := found.scalars().all():
            raise RowsLocked(locked)


def _folded_job(row: dict[str, Any]) -> FoldedJob:
    return FoldedJob(**{**row, "status": Status(row["status"]), "items": tuple(row["items"])})


async def _write(session: AsyncSession, folded: Folded) -> None:
    if folded.history:
        rows = [_history_row(folded, event) for event in folded.history]
        await session.execute(insert(JobEventRow), rows)
    await _write_jobs(session, [folded.jobs[id] for id in folded.changed])
    for entry in folded.calls:
        await _write_call(session, folded.jobs[entry.event.job_id].user_id, entry)
    await _note_erased(session, [folded.jobs[id] for id in folded.to_erase])
    await apply_effects(session, folded)


async def _note_erased(session: AsyncSession, jobs: list[FoldedJob]) -> None:
    if jobs:
        rows = [{"job_id": job.id, "job_type": job.job_type, "user_id": job.user_id} for job in jobs]
        await session.execute(postgresql.insert(Erasure).values(rows).on_conflict_do_nothing())


def _history_row(folded: Folded, event: HistoryEvent) -> JsonObject:
    entry = event.entry
    return {
        "job_id": entry.event.job_id,
        "user_id": folded.jobs[entry.event.job_id].user_id,
        "seq": event.seq,
        "event_id": entry.event_id,
        "event": entry.event.name,
        "time": entry.time,
        "attempt": entry.event.attempt,
        "body": entry.event.body(),
        "source": entry.source,
        "traceparent": entry.traceparent,
        "stream_sequence": entry.sequence,
    }


async def _write_jobs(session: AsyncSession, jobs: list[FoldedJob]) -> None:
    # The table's guard knows only single moves; a batch may contain both.
    completed = [job.id for job in jobs if job.status is Status.COMPLETED]
    if completed:
        still_pending = col(BackgroundJob.status) == Status.PENDING.value
        await session.execute(
            update(BackgroundJob)
            .where(col(BackgroundJob.id).in_(completed), still_pending)
            .values(status=Status.PROCESSING.value),
            execution_options=NO_OBJECTS,
        )
    if jobs:
        await session.execute(update(BackgroundJob), [_job_row(job) for job in jobs])


def _job_row(job: FoldedJob) -> JsonObject:
    row = {field.name: getattr(job, field.name) for field in fields(job)}
    for name in ("user_id", "job_type", "created_at"):
        del row[name]
    return {**row, "status": job.status.value, "items": list(job.items)}


async def _write_call(session: AsyncSession, user_id: UUID, entry: Entry) -> None:
    event, row = entry.event, _call_columns(entry)
    owner = {"job_id": event.job_id, "user_id": user_id, "job_type": event.job_type, "attempt": event.attempt}
    statement = postgresql.insert(JobCall).values(**row, **owner)
    await session.execute(statement.on_conflict_do_update(index_elements=["call_id"], set_=row))


def _call_columns(entry: Entry) -> JsonObject:
    match entry.event:
        case JobCallStarted() as call:
            return {
                "call_id": call.call_id,
                "model": call.model,
                "max_tokens": call.max_tokens,
                "started_at": entry.time,
            }
        case JobCallFinished() as call:
            columns = call.model_dump(
                exclude={"job_id", "job_type", "user_id", "attempt", "outcome", "cost_usd"}
            )
            return {
                **columns,
                "cost_usd": call.cost_usd,
                "outcome": call.outcome.value,
                "finished_at": entry.time,
                "finished_event_id": entry.event_id,
            }
    raise TypeError(f"job.{entry.event.name} is no call")
