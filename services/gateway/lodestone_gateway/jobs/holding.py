"""Holds requests that nobody has published, one by one, and lets them go, for an operator.

A held request leaves the indexes by which the relay reads, so that it costs the others nothing. A cancel
takes it along all the same.
"""

from collections.abc import Sequence
from uuid import UUID

from lodestone.errors import Conflict, Rejected
from lodestone.status import Status
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from lodestone_gateway.store import queries
from lodestone_gateway.store.outbox import wake_relay
from lodestone_gateway.store.tables import BackgroundJob


async def hold(
    session: AsyncSession, job_ids: Sequence[UUID], bulk_action_id: UUID
) -> dict[UUID, Rejected | None]:
    """By job of the session's user None once its request is held, or why it is not."""
    held = set(await session.scalars(_HOLD, {"job_ids": list(job_ids), "bulk": bulk_action_id}))
    jobs = await queries.jobs_by_id(session, job_ids)
    return {id: None if id in held else _why_not_held(job) for id, job in jobs.items()}


async def let_go(session: AsyncSession, job_ids: Sequence[UUID]) -> dict[UUID, Rejected | None]:
    """By job of the session's user None once its request takes its turn again, or why it does not."""
    freed = set(await session.scalars(_LET_GO, {"job_ids": list(job_ids)}))
    await wake_relay(session)
    jobs = await queries.jobs_by_id(session, job_ids)
    return {id: None if id in freed else _why_not_let_go(job) for id, job in jobs.items()}


def _why_not_held(job: BackgroundJob) -> Conflict:
    if Status(job.status).is_terminal:
        return Conflict(f"The job is already {job.status}.")
    if job.held_by:
        return Conflict(f"Bulk action {job.held_by} has paused it already.")
    return Conflict("Its request is published: it runs, or is about to. Cancel it to stop it.")


def _why_not_let_go(job: BackgroundJob) -> Conflict:
    if Status(job.status).is_terminal:
        return Conflict(f"The job is already {job.status}.")
    return Conflict("No bulk action has paused it, or another one has resumed it.")


# Where the relay has just tried a row, this waits for its commit, looks again and leaves the row.
_HOLD = text("""
    UPDATE outbox SET held_by = :bulk
    WHERE job_id = ANY(:job_ids) AND event = 'requested' AND published_at IS NULL AND NOT tried
        AND held_by IS NULL AND NOT EXISTS (SELECT FROM background_jobs WHERE id = job_id AND seq > 0)
    RETURNING job_id
""")
_LET_GO = text("""
    UPDATE outbox SET held_by = NULL WHERE job_id = ANY(:job_ids) AND held_by IS NOT NULL RETURNING job_id
""")
