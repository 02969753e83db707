"""One job, lists and histories, for their owner."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from lodestone.clock import now
from lodestone.errors import NotFound
from lodestone.status import Status
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from lodestone_gateway.jobs.view import TURN, waiting_for
from lodestone_gateway.live.hub import Hub
from lodestone_gateway.paging import Page, page_of, place_of
from lodestone_gateway.store import queries
from lodestone_gateway.store.holds import Holds, estimated_start
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.stored_log import StoredLog, StoredLogs
from lodestone_gateway.store.tables import BackgroundJob

NO_SUCH_JOB = "You have no such job."


async def own_job(session: AsyncSession, job_id: UUID) -> BackgroundJob:
    """The job, if the session's user owns it. Raises NotFound."""
    job = await queries.job(session, job_id)
    if job is None:
        raise NotFound(NO_SUCH_JOB)
    return job


async def read_log(logs: StoredLogs, user_id: UUID, job_id: UUID, *, after: int) -> StoredLog:
    """The user's job with its events after a cursor. Raises NotFound."""
    log = await logs.read(user_id, job_id, after=after)
    if log is None:
        raise NotFound(NO_SUCH_JOB)
    return log


async def read_job(engine: AsyncEngine, user_id: UUID, job_id: UUID) -> BackgroundJob:
    """The user's job. Raises NotFound."""
    async with transaction(engine, user_id) as session:
        return await own_job(session, job_id)


async def start_of(engine: AsyncEngine, job: BackgroundJob, holds: Holds) -> datetime | None:
    """About when a job starts that waits for its turn; None for others, and where nobody can say."""
    pace = holds.pace_of(job)
    if pace is None or waiting_for(job, holds) != TURN:
        return None
    async with transaction(engine, job.user_id) as session:
        turn = await queries.turn(session, job.id)
    return None if turn is None else estimated_start(turn, pace, now())


async def wait_for_change(
    engine: AsyncEngine,
    hub: Hub,
    user_id: UUID,
    job_id: UUID,
    *,
    seconds: float,
    is_known: Callable[[BackgroundJob], bool] | None,
) -> BackgroundJob:
    """The job as soon as it is not `is_known` to the caller, or is terminal, or after `seconds`.

    Without `is_known`, the caller counts as knowing the state at the time of the request. Raises NotFound.
    """
    until = asyncio.get_running_loop().time() + seconds
    with hub.watch_job(job_id) as subscription:
        first = job = await read_job(engine, user_id, job_id)
        is_known = is_known or (lambda now: now.seq == first.seq)
        while is_known(job) and not Status(job.status).is_terminal and subscription.ended is None:
            left = until - asyncio.get_running_loop().time()
            if left <= 0:
                break
            await subscription.take(left)
            job = await read_job(engine, user_id, job_id)
    return job


async def list_jobs(
    engine: AsyncEngine,
    user_id: UUID,
    *,
    statuses: Sequence[str],
    job_types: Sequence[str],
    cursor: str | None,
    limit: int,
) -> Page[BackgroundJob]:
    """The user's jobs, newest first. Raises InvalidRequest for an invalid cursor."""
    before = place_of(cursor)
    async with transaction(engine, user_id) as session:
        rows = await queries.jobs(
            session, user_id, statuses=statuses, job_types=job_types, before=before, limit=limit + 1
        )
    return page_of(rows, limit)
