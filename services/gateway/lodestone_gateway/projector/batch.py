"""One batch of events in one transaction: the cursor first, then history, jobs, calls and effects."""

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from lodestone.bus.place import Place, Seen
from lodestone.job_log import Entry
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col

from lodestone_gateway.projector.dead_events import drift_in, put_aside, unsaved_in
from lodestone_gateway.projector.effects import apply_effects
from lodestone_gateway.projector.fold import Folded, FoldedJob, fold_batch
from lodestone_gateway.projector.statements import load, write_calls, write_history, write_jobs
from lodestone_gateway.store.erasure_tables import Erasure
from lodestone_gateway.store.faults import is_wait
from lodestone_gateway.store.operations_tables import DeadEvent
from lodestone_gateway.store.pipeline import Answer, KeptConnection, Pipeline
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import ProjectorCursor

_TELL_GATEWAYS = "NOTIFY job_events"  # with the commit
_MOVE_CURSOR = """
    UPDATE projector_cursor SET sequence = $3::bigint,
        seen_sequence = coalesce($4::bigint, seen_sequence), seen_at = coalesce($5::timestamptz, seen_at)
    WHERE version = $1::bigint AND sequence = $2::bigint RETURNING id
"""
NO_OBJECTS = {"synchronize_session": False}  # no ORM object holds what an UPDATE changes


class CursorMoved(Exception):
    """Another process folded, or restores a log: what was read from the stream may be out of date."""


@dataclass(frozen=True)
class Cursor:
    """How far the stream is folded; restoring a log raises `version`."""

    version: int
    sequence: int
    seen: Seen | None = None  # a folded message that identifies the stream

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
    tables: KeptConnection,
    cursor: Cursor,
    entries: Sequence[Entry],
    last_sequence: int,
    dead: Sequence[DeadEvent] = (),
    seen: Seen | None = None,
) -> tuple[Cursor, Folded]:
    """Folds the entries, puts `dead` and drift aside, and moves the cursor to `last_sequence`.

    `seen` is a message up to there that identifies the stream; without one the previous one stays. A result
    that cannot be saved to its table is put aside; its job still ends. Raises CursorMoved, RowsLocked;
    then nothing changes.
    """
    after = Cursor(cursor.version, last_sequence, seen or cursor.seen)
    async with tables.transaction() as fold:
        folded = fold_batch(await _begin(fold, cursor, after, entries), entries)
        await _write(fold, folded)
        await put_aside(fold, [*dead, *drift_in(folded), *unsaved_in(folded)])
        if folded.changed:
            fold.add(_TELL_GATEWAYS)
    return after, folded


async def _begin(fold: Pipeline, before: Cursor, after: Cursor, entries: Sequence[Entry]) -> Folded:
    """Compares and sets the cursor, and loads what the entries are folded onto, in one round trip."""
    moved = _move_cursor(fold, before, after)
    try:
        folded = await load(fold, entries)
    except psycopg.Error as error:
        if is_wait(error) and not moved.is_here:
            raise CursorMoved from error  # whoever locked it is about to move it
        raise
    if not moved.rows:
        raise CursorMoved
    return folded


def _move_cursor(fold: Pipeline, before: Cursor, after: Cursor) -> Answer:
    seen = (str(after.seen.sequence), after.seen.stored_at.isoformat()) if after.seen else (None, None)
    return fold.add(_MOVE_CURSOR, str(before.version), str(before.sequence), str(after.sequence), *seen)


async def _write(fold: Pipeline, folded: Folded) -> None:
    write_history(fold, folded)
    write_jobs(fold, folded)
    write_calls(fold, folded)
    await _note_erased(fold, [folded.jobs[id] for id in folded.to_erase])
    await apply_effects(fold, folded)


async def _note_erased(fold: Pipeline, jobs: list[FoldedJob]) -> None:
    if jobs:
        rows = [{"job_id": job.id, "job_type": job.job_type, "user_id": job.user_id} for job in jobs]
        async with fold.session() as session:
            await session.execute(insert(Erasure).values(rows).on_conflict_do_nothing())
