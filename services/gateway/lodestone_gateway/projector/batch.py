"""One batch of events in one transaction: the cursor first, then history, jobs, calls and effects."""

from collections.abc import Sequence

import psycopg
from lodestone.bus.place import Seen
from lodestone.job_log import Entry
from sqlalchemy.dialects.postgresql import insert

from lodestone_gateway.projector.cursor import MOVE_CURSOR, Cursor, CursorMoved, cursor_values
from lodestone_gateway.projector.dead_events import drift_in, put_aside, unsaved_in
from lodestone_gateway.projector.effects import apply_effects
from lodestone_gateway.projector.fold import Folded, FoldedJob, fold_batch
from lodestone_gateway.projector.presumed import RecentRows, fold_presumed
from lodestone_gateway.projector.statements import erase_again, load, write_calls, write_history, write_jobs
from lodestone_gateway.store.erasure_tables import Erasure
from lodestone_gateway.store.faults import is_wait
from lodestone_gateway.store.operations_tables import DeadEvent
from lodestone_gateway.store.pipeline import KeptConnection, Pipeline

_TELL_GATEWAYS = "NOTIFY job_events"  # with the commit


async def commit_batch(
    tables: KeptConnection,
    cursor: Cursor,
    entries: Sequence[Entry],
    last_sequence: int,
    dead: Sequence[DeadEvent] = (),
    seen: Seen | None = None,
    recent: RecentRows | None = None,
) -> tuple[Cursor, Folded]:
    """Folds the entries, puts `dead` and drift aside, and moves the cursor to `last_sequence`.

    `seen` is a message up to there that identifies the stream; without one the previous one stays. `recent`
    spares reading. A result that cannot be saved to its table is put aside; its job still ends. Raises
    CursorMoved, RowsLocked; then nothing changes.
    """
    after = Cursor(cursor.version, last_sequence, seen or cursor.seen)
    recent = recent or RecentRows()
    onto = None if dead else recent.under(entries)
    folded = await fold_presumed(tables, cursor, after, onto, entries) if onto else None
    folded = folded or await _fold_read(tables, cursor, after, entries, dead)
    recent.note(folded)
    return after, folded


async def _fold_read(
    tables: KeptConnection,
    before: Cursor,
    after: Cursor,
    entries: Sequence[Entry],
    dead: Sequence[DeadEvent],
) -> Folded:
    """Reads what the entries are folded onto, and writes."""
    async with tables.transaction() as fold:
        folded = fold_batch(await _begin(fold, before, after, entries), entries)
        await _write(fold, folded)
        await put_aside(fold, [*dead, *drift_in(folded), *unsaved_in(folded)])
        if folded.changed:
            fold.add(_TELL_GATEWAYS)
    return folded


async def _begin(fold: Pipeline, before: Cursor, after: Cursor, entries: Sequence[Entry]) -> Folded:
    """Compares and sets the cursor, and loads what the entries are folded onto, in one round trip."""
    moved = fold.add(f"{MOVE_CURSOR} RETURNING id", *cursor_values(before, after))
    try:
        folded = await load(fold, entries)
    except psycopg.Error as error:
        if is_wait(error) and not moved.is_here:
            raise CursorMoved from error  # whoever locked it is about to move it
        raise
    if not moved.rows:
        raise CursorMoved
    return folded


async def _write(fold: Pipeline, folded: Folded) -> None:
    write_history(fold, folded)
    write_jobs(fold, folded)
    write_calls(fold, folded)
    await _note_erased(fold, [folded.jobs[id] for id in folded.to_erase])
    erase_again(fold, folded)
    await apply_effects(fold, folded)


async def _note_erased(fold: Pipeline, jobs: list[FoldedJob]) -> None:
    if jobs:
        rows = [{"job_id": job.id, "job_type": job.job_type, "user_id": job.user_id} for job in jobs]
        async with fold.session() as session:
            await session.execute(insert(Erasure).values(rows).on_conflict_do_nothing())
