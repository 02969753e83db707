"""What a result changes beyond its job, as the table of job types says; in the fold's own transaction."""

from collections.abc import Iterator, Sequence

import psycopg
import structlog
from lodestone.events import TERMINAL_EVENTS, JobCompleted
from lodestone.job_log import Entry
from lodestone.jobs import JOB_TYPES
from sqlalchemy.ext.asyncio import AsyncSession

from lodestone_gateway.job_types.product import PlainStatement
from lodestone_gateway.job_types.table import PRODUCTS
from lodestone_gateway.jobs.quota import plainly_settled, settle
from lodestone_gateway.projector import metrics
from lodestone_gateway.projector.fold import Folded, FoldedJob
from lodestone_gateway.store.faults import Fault, RowsLocked, fault_of, is_wait
from lodestone_gateway.store.pipeline import Pipeline

_SAVEPOINT = "effects"

log = structlog.get_logger(__name__)


async def apply_effects(fold: Pipeline, folded: Folded) -> None:
    """Ends the quota of each job that the batch ended, and saves the result of each that it completed.

    What cannot be saved is recorded in `folded.unsaved`, and changes nothing. Raises RowsLocked.
    """
    ends = ends_with_effects(folded)
    if not ends or await _apply_plainly(fold, folded, ends):
        return
    async with fold.session() as session:
        if await _apply(session, folded, ends) is not None:
            await _apply_each(session, folded, ends)


async def _apply_plainly(fold: Pipeline, folded: Folded, ends: Sequence[Entry]) -> bool:
    """Applies all of them, each as a statement; False if it changed nothing, for whatever reason."""
    try:
        statements = [each for entry in ends for each in _plain(folded.jobs[entry.event.job_id], entry)]
    except Exception:
        return False  # whoever applies them with the models will see what is wrong
    fold.add(f"SAVEPOINT {_SAVEPOINT}")
    await fold.send()  # by itself: to prepare a statement can fail, too
    answers = [(fold.add(statement, *values), is_save) for (statement, values), is_save in statements]
    try:
        await fold.send()
    except psycopg.Error:
        is_done = False
    else:
        is_done = all(answer.rows for answer, is_save in answers if is_save)
    fold.add(f"{'RELEASE' if is_done else 'ROLLBACK TO'} SAVEPOINT {_SAVEPOINT}")
    return is_done


def _plain(job: FoldedJob, entry: Entry) -> Iterator[tuple[PlainStatement, bool]]:
    """What `_end` does, as statements, and whether each saves a result. Raises whatever is wrong with it."""
    event, kind = entry.event, JOB_TYPES[job.job_type]
    is_used = isinstance(event, JobCompleted) or bool(job.items)
    yield plainly_settled(job.id, entry.time, is_used=is_used), False
    if isinstance(event, JobCompleted) and not event.erased and kind.saves_to:
        kind.result.model_validate(event.result)
        yield PRODUCTS[kind.name].saved_plainly(job, event.result, entry.time), True


async def _apply_each(session: AsyncSession, folded: Folded, ends: Sequence[Entry]) -> None:
    """One by one: one type's table or one job's result must not block all others; the job itself ends."""
    for entry in ends:
        if error := await _apply(session, folded, [entry]):
            metrics.unsaved.inc()
            log.warning("result_not_saved", job_id=str(entry.event.job_id), error=str(error)[:300])
            folded.unsaved.append((entry, str(error)))


def ends_with_effects(folded: Folded) -> list[Entry]:
    """The batch's ends of jobs that use the quota or save; of an unknown type, they may."""
    return [row.entry for row in folded.history if _has_effects(folded, row.entry)]


def _has_effects(folded: Folded, entry: Entry) -> bool:
    if entry.event.name not in TERMINAL_EVENTS:
        return False
    kind = JOB_TYPES.get(folded.jobs[entry.event.job_id].job_type)
    return kind is None or kind.uses_quota or kind.saves_to is not None


async def _apply(session: AsyncSession, folded: Folded, ends: Sequence[Entry]) -> Exception | None:
    """Applies all of them, or nothing: then the reason. Raises RowsLocked."""
    try:
        async with session.begin_nested():
            for entry in ends:
                await _end(session, folded.jobs[entry.event.job_id], entry)
    except Exception as error:
        if fault_of(error) is Fault.DATABASE:
            raise
        if is_wait(error):
            raise RowsLocked({entry.event.job_id}) from error
        return error
    return None


async def _end(session: AsyncSession, job: FoldedJob, entry: Entry) -> None:
    event, kind = entry.event, JOB_TYPES.get(job.job_type)
    is_used = isinstance(event, JobCompleted) or bool(job.items)
    await settle(session, job.id, entry.time, is_used=is_used)
    if not isinstance(event, JobCompleted) or event.erased:
        return
    if kind is None:
        raise LookupError(f"This process knows no job type {job.job_type}.")
    if kind.saves_to:
        # Its publisher may be of another version.
        kind.result.model_validate(event.result)
        await PRODUCTS[kind.name].save(session, job, event.result, entry.time)
