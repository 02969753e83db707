"""Requests cancellation of a job; the event takes the same path as all others."""

from uuid import UUID

from lodestone.clock import now
from lodestone.errors import Conflict
from lodestone.events import JobCancelRequested
from lodestone.ids import new_id
from lodestone.status import Status
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from lodestone_gateway.jobs.read import own_job
from lodestone_gateway.store.outbox import put
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import BackgroundJob


async def cancel(engine: AsyncEngine, user_id: UUID, job_id: UUID) -> BackgroundJob:
    """The job, now with a cancel request; requesting twice changes nothing. Raises NotFound, Conflict."""
    async with transaction(engine, user_id) as session:
        job = await own_job(session, job_id)
        if Status(job.status).is_terminal:
            raise Conflict(f"The job is already {job.status}.")
        await ask_for_end(session, job)
    return job


async def ask_for_end(session: AsyncSession, job: BackgroundJob, *, requested_by: UUID | None = None) -> None:
    """Puts the request into the outbox; it is the owner's unless it says whose."""
    event = JobCancelRequested(
        job_id=job.id,
        job_type=job.job_type,
        user_id=job.user_id,
        attempt=job.attempt,
        requested_by=requested_by or job.user_id,
    )
    await put(session, event, event_id=str(new_id()), time=now())
