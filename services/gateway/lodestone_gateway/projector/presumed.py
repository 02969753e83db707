"""Folds that read nothing: onto rows as the gateway made them, or as this process left them.

Nearly every event finds its job's row like that. One statement asks whether rows and cursor are as presumed,
and writes; otherwise it changes nothing, and the batch is folded onto what is read. What calls and results
change besides follows in the same transaction.
"""

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

import psycopg
from lodestone.events import JobCallFinished, JobRequested
from lodestone.job_log import Entry

from lodestone_gateway.projector.cursor import MOVE_CURSOR, Cursor, cursor_values
from lodestone_gateway.projector.dead_events import put_aside, unsaved_in
from lodestone_gateway.projector.effects import apply_effects, ends_with_effects
from lodestone_gateway.projector.fold import Folded, FoldedJob, Kind, fold_batch
from lodestone_gateway.projector.statements import (
    HISTORY_COLUMNS,
    JOB_COLUMNS,
    document,
    history_document,
    job_row,
    names,
    rows_of,
    set_job,
    write_calls,
)
from lodestone_gateway.store.pipeline import KeptConnection
from lodestone_gateway.store.prepared import array_of

ROWS = 1000  # that are remembered; what is forgotten is read
ITEMS = 2000  # of all remembered rows: they may be large

# Written only where they change: the first change with calls alone, the others are large.
OF_CALLS = frozenset(name for name in JOB_COLUMNS if name.endswith(("_calls", "_tokens", "_usd")))
LARGE = frozenset(("items", "result"))
PRESUMED_COLUMNS = {"id": "uuid", "user_id": "uuid", "job_type": "text", "presumed_seq": "int"}


class RecentRows:
    """The rows of living jobs, as committed folds left them."""

    def __init__(self) -> None:
        self._jobs: dict[UUID, FoldedJob] = {}  # those that changed last come last
        self._items = 0  # of all these

    def under(self, entries: Sequence[Entry]) -> Folded | None:
        """What the entries are presumed to be folded onto; None where something has to be read for them."""
        jobs: dict[UUID, FoldedJob] = {}
        for entry in entries:
            if entry.restored:
                return None
            job_id = entry.event.job_id
            job = jobs.get(job_id) or self._jobs.get(job_id) or _untouched(entry)
            if job is None:
                return None
            jobs[job_id] = job
        return Folded(jobs, known=set(), settled=set()) if jobs else None

    def note(self, folded: Folded) -> None:
        """Remembers what a committed fold left; not what has ended."""
        for job_id in folded.changed:
            job = folded.jobs[job_id]
            self._forget(job_id)
            if not job.status.is_terminal:
                self._jobs[job_id] = job
                self._items += len(job.items)
        while len(self._jobs) > ROWS or self._items > ITEMS:
            self._forget(next(iter(self._jobs)))

    def _forget(self, job_id: UUID) -> None:
        if job := self._jobs.pop(job_id, None):
            self._items -= len(job.items)


class OtherwiseThanPresumed(Exception):
    """Rows, cursor or ledger are not as presumed."""


async def fold_presumed(
    tables: KeptConnection, before: Cursor, after: Cursor, onto: Folded, entries: Sequence[Entry]
) -> Folded | None:
    """Commits the fold and moves the cursor; None if nothing was changed, for whatever reason."""
    presumed = dict(onto.jobs)
    folded = fold_batch(onto, entries)
    if not _is_plain(folded):
        return None
    return folded if await _commit(tables, before, after, presumed, folded) else None


def _untouched(entry: Entry) -> FoldedJob | None:
    """The row that the gateway made with the request; it has no events yet."""
    event = entry.event
    if not isinstance(event, JobRequested) or event.redelivery:
        return None
    return FoldedJob(event.job_id, event.user_id, event.job_type, created_at=entry.time)


def _is_plain(folded: Folded) -> bool:
    """Whether it is a fold of new events of living jobs."""
    return not folded.to_erase and all(kind is Kind.FOLDED for kind, _ in folded.kinds)


async def _commit(
    tables: KeptConnection, before: Cursor, after: Cursor, presumed: dict[UUID, FoldedJob], folded: Folded
) -> bool:
    columns = columns_to_write(presumed, folded)
    jobs = document(_presumed_row(presumed[id], folded.jobs[id], columns) for id in folded.changed)
    statement = fold_statement(columns)
    values = (*cursor_values(before, after), jobs, history_document(folded))
    try:
        if folded.calls or ends_with_effects(folded):
            await _commit_more(tables, statement, values, folded)
            return True
        return bool(await tables.execute(statement, *values))
    except (psycopg.Error, OtherwiseThanPresumed):
        return False  # whoever reads first will see whose fault it is


async def _commit_more(
    tables: KeptConnection, statement: str, values: tuple[bytes | str | None, ...], folded: Folded
) -> None:
    """The same with the ledger and with what results change, which wait until it is known that all is as
    presumed: they could meet rows that somebody has locked. Raises psycopg.Error, RowsLocked."""
    async with tables.transaction() as fold:
        settled = fold.add(FIND_SETTLED, array_of(presumed_open(folded)))
        moved = fold.add(statement, *values)
        await fold.send()
        if settled.rows or not moved.rows:
            raise OtherwiseThanPresumed
        write_calls(fold, folded)
        await apply_effects(fold, folded)
        await put_aside(fold, unsaved_in(folded))


def presumed_open(folded: Folded) -> set[UUID]:
    """The calls that the batch settles: nothing was read of them."""
    return {entry.event.call_id for entry in folded.calls if isinstance(entry.event, JobCallFinished)}


def columns_to_write(presumed: dict[UUID, FoldedJob], folded: Folded) -> tuple[str, ...]:
    """The columns of jobs that the fold may change."""
    jobs = [(presumed[id], folded.jobs[id]) for id in folded.changed]
    left_out = OF_CALLS if not folded.calls else frozenset()
    if all(job.items is before.items and job.result is before.result for before, job in jobs):
        left_out |= LARGE
    return tuple(name for name in JOB_COLUMNS if name not in left_out)


def _presumed_row(presumed: FoldedJob, job: FoldedJob, columns: Sequence[str]) -> bytes:
    of_job = {"user_id": job.user_id, "job_type": job.job_type, "presumed_seq": presumed.seq}
    return job_row(job, columns, of_job)


# The events up to `seq` determine the rest of a row, as long as its job has not ended.
AS_PRESUMED = "job.seq = new.presumed_seq AND job.user_id = new.user_id AND job.job_type = new.job_type"
FIND_SETTLED = "SELECT call_id FROM job_calls WHERE call_id = ANY($1::uuid[]) AND finished_at IS NOT NULL"


@lru_cache
def fold_statement(columns: tuple[str, ...]) -> str:
    """The statement that folds onto presumed rows and writes these columns of them."""
    typed = PRESUMED_COLUMNS | {name: JOB_COLUMNS[name] for name in columns}
    # Nobody waits for a row that somebody has locked; for the cursor one may have to wait. A plan that was
    # made while there were no jobs is kept, and to an empty table every index costs the same: so the id alone
    # finds a row, and the limit keeps it so.
    return f"""
    WITH new AS MATERIALIZED (SELECT * FROM {rows_of("$6", typed)}),
    here AS MATERIALIZED (
        SELECT FROM new CROSS JOIN LATERAL (
            SELECT seq, user_id, job_type FROM background_jobs WHERE id = new.id
            LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED) AS job
        WHERE {AS_PRESUMED}),
    moved AS ({MOVE_CURSOR} AND (SELECT count(*) FROM here) = (SELECT count(*) FROM new) RETURNING id),
    history AS (
        INSERT INTO job_events ({names(HISTORY_COLUMNS)})
        SELECT {names(HISTORY_COLUMNS)} FROM {rows_of("$7", HISTORY_COLUMNS)}
        WHERE EXISTS (SELECT FROM moved) ORDER BY ordinality),
    changed AS (
        UPDATE background_jobs AS job SET {set_job(columns)} FROM new
        WHERE job.id = new.id AND EXISTS (SELECT FROM moved))
    SELECT pg_notify('job_events', '') FROM moved"""  # noqa: S608
