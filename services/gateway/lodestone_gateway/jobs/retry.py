"""Runs an ended job again: a new job with the same input that keeps what the old one had finished."""

from uuid import UUID

from lodestone.errors import Conflict
from lodestone.events import KeptItem, Priority
from lodestone.jobs import job_type
from lodestone.status import Status
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.jobs.group_commit import GroupCommit
from lodestone_gateway.jobs.read import own_job
from lodestone_gateway.jobs.submit import Accepted, Submission, Together, check_key, submit
from lodestone_gateway.rates.limiter import RateLimiter
from lodestone_gateway.store import queries
from lodestone_gateway.store.session import transaction

RETRYABLE = (Status.FAILED, Status.CANCELLED)


async def retry(
    engine: AsyncEngine,
    limiter: RateLimiter | None,
    group: GroupCommit | None,
    user_id: UUID,
    job_id: UUID,
    idempotency_key: str | None,
    together: Together | None = None,
) -> Accepted:
    """The new job, or the retry of this job that is still going on; `together` as for `submit`.

    Raises NotFound, Conflict unless the job failed or was cancelled; and as `submit`.
    """
    if limiter is not None:
        check_key(idempotency_key)
    async with transaction(engine, user_id) as session:
        parent = await own_job(session, job_id)
        if parent.status not in RETRYABLE:
            raise Conflict(f"Only a failed or cancelled job can be retried; this one is {parent.status}.")
        if parent.erased_at:
            raise Conflict("The texts of this job were deleted, so it cannot run again; start a new one.")
        requested = await queries.requested_body(session, job_id)
    submission = Submission(
        user_id=user_id,
        job_type=job_type(parent.job_type),
        input=parent.input,
        lead_magnet_id=parent.lead_magnet_id,
        priority=Priority(parent.priority),
        idempotency_key=idempotency_key,
        parent_job_id=parent.id,
        # the kept items belong to the rows as they were, so the retry uses the same snapshot
        work=requested.get("input"),
        kept=[KeptItem.model_validate(item) for item in parent.items],
    )
    return await submit(engine, limiter, group, submission, together)
