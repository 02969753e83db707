"""Folds that read nothing: onto rows as the gateway made them, or as this process left them.

Nearly every event finds its job's row like that. One statement asks whether rows and cursor are as presumed,
and writes; otherwise it changes nothing, and the batch is folded onto what is read.
"""

from collections.abc import Sequence
from uuid import UUID

import psycopg
from lodestone.events import JobCallFinished, JobCallStarted, JobRequested
from lodestone.job_log import Entry

from lodestone_gateway.projector.cursor import MOVE_CURSOR, Cursor, cursor_values
from lodestone_gateway.projector.effects import has_effects
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
)
from lodestone_gateway.store.pipeline import KeptConnection

ROWS = 1000  # that are remembered; what is forgotten is read

# What only calls change stays as it is: no fold of a call is presumed.
OF_CALLS = {name for name in JOB_COLUMNS if name.endswith(("_calls", "_tokens", "_usd"))}
PLAIN_COLUMNS = {name: type for name, type in JOB_COLUMNS.items() if name not in OF_CALLS}
PRESUMED_COLUMNS = {"id": "uuid", "user_id": "uuid", "job_type": "text", "presumed_seq": "int"}


class RecentRows:
    """The rows of living jobs, as committed folds left them."""

    def __init__(self) -> None:
        self._jobs: dict[UUID, FoldedJob] = {}  # those that changed last come last

    def under(self, entries: Sequence[Entry]) -> Folded | None:
        """What the entries are presumed to be folded onto; None where something has to be read for them."""
        jobs: dict[UUID, FoldedJob] = {}
        for entry in entries:
            if entry.restored or isinstance(entry.event, JobCallStarted | JobCallFinished):
                return None
            job_id = entry.event.job_id
            job = jobs.get(job_id) or self._jobs.get(job_id) or _untouched(entry)
            if job is None:
                return None
            jobs[job_id] = job
        return Folded(jobs, known=set(), settled=set()) if jobs else None

    def note(self, folded: Folded) -> None:
        """Remembers what a committed fold left; not what has ended, nor items, which may be large."""
        for job_id in folded.changed:
            job = folded.jobs[job_id]
            self._jobs.pop(job_id, None)
            if not (job.status.is_terminal or job.items):
                self._jobs[job_id] = job
        while len(self._jobs) > ROWS:
            del self._jobs[next(iter(self._jobs))]


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
    """Whether the fold changes only jobs and their history."""
    return not folded.to_erase and all(
        kind is Kind.FOLDED and not has_effects(folded, entry) for kind, entry in folded.kinds
    )


async def _commit(
    tables: KeptConnection, before: Cursor, after: Cursor, presumed: dict[UUID, FoldedJob], folded: Folded
) -> bool:
    jobs = document(_presumed_row(presumed[id], folded.jobs[id]) for id in folded.changed)
    try:
        values = (*cursor_values(before, after), jobs, history_document(folded))
        return bool(await tables.execute(FOLD, *values))
    except psycopg.Error:
        return False  # whoever reads first will see whose fault it is


def _presumed_row(presumed: FoldedJob, job: FoldedJob) -> bytes:
    of_job = {"user_id": job.user_id, "job_type": job.job_type, "presumed_seq": presumed.seq}
    return job_row(job, PLAIN_COLUMNS, of_job)


# The events up to `seq` determine the rest of a row, as long as its job has not ended.
AS_PRESUMED = "job.seq = new.presumed_seq AND job.user_id = new.user_id AND job.job_type = new.job_type"
# Nobody waits for a row that somebody has locked; for the cursor one may have to wait.
FOLD = f"""
    WITH new AS MATERIALIZED (SELECT * FROM {rows_of("$6", PRESUMED_COLUMNS | PLAIN_COLUMNS)}),
    here AS MATERIALIZED (
        SELECT job.id FROM new JOIN background_jobs AS job USING (id)
        WHERE {AS_PRESUMED} FOR NO KEY UPDATE OF job SKIP LOCKED),
    moved AS ({MOVE_CURSOR} AND (SELECT count(*) FROM here) = (SELECT count(*) FROM new) RETURNING id),
    history AS (
        INSERT INTO job_events ({names(HISTORY_COLUMNS)})
        SELECT {names(HISTORY_COLUMNS)} FROM {rows_of("$7", HISTORY_COLUMNS)}
        WHERE EXISTS (SELECT FROM moved) ORDER BY ordinality),
    changed AS (
        UPDATE background_jobs AS job SET {set_job(PLAIN_COLUMNS)} FROM new
        WHERE job.id = new.id AND EXISTS (SELECT FROM moved))
    SELECT pg_notify('job_events', '') FROM moved"""  # noqa: S608
