"""Does a batch of a bulk action: one transaction that acts on some jobs and writes what became of them.

It holds the bulk action's row. So one process works on a bulk action at a time, an abort waits for at most a
batch, and a process that dies in the middle leaves nothing half done: whichever looks next goes on.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from lodestone.errors import Conflict, NotFound, Rejected, Unavailable
from lodestone.status import Status
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlmodel import col

from lodestone_gateway.jobs.cancel import ask_for_end
from lodestone_gateway.jobs.holding import hold, let_go
from lodestone_gateway.jobs.retry_together import NO_LONGER, Again, hold_retries, retry_together
from lodestone_gateway.metrics import ACCEPTED
from lodestone_gateway.operating.audit import AS_OPERATOR, Action, Actor, record
from lodestone_gateway.operating.bulk_actions import entry_of
from lodestone_gateway.operating.bulk_search import look_on
from lodestone_gateway.operating.dead_letters import KEY
from lodestone_gateway.store import bulk_queries, queries
from lodestone_gateway.store.bulk_queries import CANCEL, PAUSE, REPLAY, RESUME
from lodestone_gateway.store.bulk_tables import BulkActionJob, BulkActionRow
from lodestone_gateway.store.holds import Holds
from lodestone_gateway.store.session import name_user, transaction

MAX_BATCH = 50  # jobs of one transaction; a longer one would hold others up
BATCHES_A_SECOND = 2  # where the rate allows more than one job in each
SPOILT = "What this would write is refused by the database; the gateway's log says why."

Outcomes = dict[UUID, Again | Rejected | None]
"""By job: what runs it again, or None if it is done, or why it was refused."""


class BatchFailed(Exception):
    """Nothing of a batch was done; its cause says why."""

    def __init__(self, bulk_id: UUID, job_ids: Sequence[UUID]) -> None:
        super().__init__(f"{len(job_ids)} jobs of bulk action {bulk_id}")
        self.bulk_id = bulk_id
        self.job_ids = job_ids


async def do_due(reader: AsyncEngine, engine: AsyncEngine, holds: Holds, *, at_most: int = MAX_BATCH) -> bool:
    """Does what is due of one bulk action: a page of its search, or a batch.

    False if nothing is due, or another process has it. Raises BatchFailed.
    """
    bulk_id, job_ids = None, list[UUID]()
    try:
        async with transaction(engine) as session:
            await session.execute(AS_OPERATOR)
            row = await _claim(session)
            if row is None:
                return False
            if row.state == "looking":
                await look_on(session, reader, row, holds)
                return True
            bulk_id = row.id
            job_ids += await _next_jobs(session, row, at_most)
            made = await _do_batch(reader, session, row, job_ids)
    except Exception as error:
        if bulk_id is None or not job_ids:
            raise
        raise BatchFailed(bulk_id, job_ids) from error
    for job_type, count in made.items():
        ACCEPTED.labels(job_type).inc(count)
    return True


async def give_up(engine: AsyncEngine, bulk_id: UUID, job_id: UUID) -> None:
    """Refuses a job whose batch fails whenever it is tried, unless it had its turn meanwhile."""
    async with transaction(engine) as session:
        await session.execute(AS_OPERATOR)
        row = await session.get(BulkActionRow, bulk_id, with_for_update=True)
        job = await session.get(BulkActionJob, (bulk_id, job_id))
        if row and row.state == "running" and job and job.outcome is None:
            await _note(session, row, {job_id: Unavailable(SPOILT)})


async def _do_batch(
    reader: AsyncEngine, session: AsyncSession, row: BulkActionRow, job_ids: Sequence[UUID]
) -> Counter[str]:
    """Acts on these jobs, user by user; how many new ones of each type that makes."""
    if row.action == REPLAY:
        await hold_retries(session, job_ids)
    async with transaction(reader) as seeing_all:
        owners = await bulk_queries.owners(seeing_all, job_ids)
    outcomes: Outcomes = {job_id: NotFound(NO_LONGER) for job_id in job_ids}
    for user_id, its_job_ids in owners.items():
        await name_user(session, user_id)
        outcomes |= await _ACTIONS[row.action](session, row, its_job_ids)
    await _note(session, row, outcomes)
    return Counter(each.job_type for each in outcomes.values() if isinstance(each, Again) and each.is_new)


_NOTE = text("""
    UPDATE bulk_action_jobs AS job
    SET outcome = new.outcome, result_job_id = new.result_job_id, code = new.code, detail = new.detail,
        ended_at = now()
    FROM unnest(CAST(:job_ids AS uuid[]), CAST(:outcomes AS text[]), CAST(:results AS uuid[]),
        CAST(:codes AS text[]), CAST(:details AS text[]))
        AS new (job_id, outcome, result_job_id, code, detail)
    WHERE job.bulk_action_id = :id AND job.job_id = new.job_id
""")
# The rate counts from when a batch began: what it took is part of the pause.
_COUNT = text("""
    UPDATE bulk_actions SET done = done + :done, refused = refused + :refused,
        next_at = now() + make_interval(secs => :pause),
        state = CASE WHEN done + refused + :done + :refused >= total THEN 'completed' ELSE state END,
        ended_at = CASE WHEN done + refused + :done + :refused >= total THEN now() END
    WHERE id = :id RETURNING state
""")


async def _claim(session: AsyncSession) -> BulkActionRow | None:
    goes_on = col(BulkActionRow.state).in_(bulk_queries.GOING_ON)
    is_due = col(BulkActionRow.next_at) <= func.clock_timestamp()
    is_known = col(BulkActionRow.action).in_(list(_ACTIONS))  # others are left to another release
    first = select(BulkActionRow).where(goes_on, is_due, is_known).order_by(col(BulkActionRow.next_at))
    return (await session.scalars(first.limit(1).with_for_update(skip_locked=True))).first()


async def _next_jobs(session: AsyncSession, row: BulkActionRow, at_most: int) -> Sequence[UUID]:
    by_rate = max(1, row.rate_per_minute // (60 * BATCHES_A_SECOND))
    job_id, outcome = col(BulkActionJob.job_id), col(BulkActionJob.outcome)
    waiting = select(job_id).where(col(BulkActionJob.bulk_action_id) == row.id, outcome.is_(None))
    return (await session.scalars(waiting.order_by(job_id).limit(min(at_most, by_rate)))).all()


async def _replay(session: AsyncSession, row: BulkActionRow, job_ids: Sequence[UUID]) -> Outcomes:
    return {**await retry_together(session, job_ids, lambda job_id: KEY.format(job_id=job_id))}


async def _cancel(session: AsyncSession, row: BulkActionRow, job_ids: Sequence[UUID]) -> Outcomes:
    outcomes: Outcomes = {}
    for job_id, job in (await queries.jobs_by_id(session, job_ids)).items():
        if Status(job.status).is_terminal:
            outcomes[job_id] = Conflict(f"The job is already {job.status}.")
        else:
            await ask_for_end(session, job, requested_by=row.operator_id)
            outcomes[job_id] = None
    return outcomes


async def _pause(session: AsyncSession, row: BulkActionRow, job_ids: Sequence[UUID]) -> Outcomes:
    return {**await hold(session, job_ids, row.id)}


async def _resume(session: AsyncSession, row: BulkActionRow, job_ids: Sequence[UUID]) -> Outcomes:
    return {**await let_go(session, job_ids)}


_ACTIONS: dict[str, Callable[[AsyncSession, BulkActionRow, Sequence[UUID]], Awaitable[Outcomes]]] = {
    REPLAY: _replay,
    CANCEL: _cancel,
    PAUSE: _pause,
    RESUME: _resume,
}
"""On jobs of the session's user."""


async def _note(session: AsyncSession, row: BulkActionRow, outcomes: Outcomes) -> None:
    became = list(outcomes.values())
    refused = [isinstance(each, Rejected) for each in became]
    await session.execute(
        _NOTE,
        {
            "id": row.id,
            "job_ids": list(outcomes),
            "outcomes": ["refused" if is_refused else "done" for is_refused in refused],
            "results": [each.job_id if isinstance(each, Again) else None for each in became],
            "codes": [each.code if isinstance(each, Rejected) else None for each in became],
            "details": [each.message if isinstance(each, Rejected) else None for each in became],
        },
    )
    counts = {"done": len(became) - sum(refused), "refused": sum(refused)}
    pause = len(became) * 60 / row.rate_per_minute
    state = await session.scalar(_COUNT, {"id": row.id, "pause": pause, **counts})
    if state == "completed":
        await session.refresh(row)
        await record(session, Actor(row.operator_id), entry_of(Action.END_BULK_ACTION, row))
