"""Runs an ended job again: a new job with the same input that keeps what the old one had finished."""

from uuid import UUID

from lodestone.errors import Conflict
from lodestone.events import KeptItem, Priority, RequestedPart
from lodestone.jobs import JOB_TYPES
from lodestone.jobs.job_type import JobType
from lodestone.status import Status
from lodestone.wire import JsonObject
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.jobs.group_commit import GroupCommit
from lodestone_gateway.jobs.read import own_job
from lodestone_gateway.jobs.submit import Accepted, Submission, Together, check_key, submit
from lodestone_gateway.rates.limiter import RateLimiter
from lodestone_gateway.store import queries
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import BackgroundJob

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

    Raises NotFound, Conflict as `submission_of`; and as `submit`.
    """
    if limiter is not None:
        check_key(idempotency_key)
    async with transaction(engine, user_id) as session:
        parent = await own_job(session, job_id)
        requested = await queries.requested_body(session, job_id)
    submission = submission_of(parent, requested, idempotency_key, priority=Priority(parent.priority))
    return await submit(engine, limiter, group, submission, together)


def submission_of(
    parent: BackgroundJob, requested: JsonObject, idempotency_key: str | None, *, priority: Priority
) -> Submission:
    """What runs the job again; `requested` is the body of its first event.

    Raises Conflict unless the job failed or was cancelled, and if its input is gone or fits its type no more.
    """
    if parent.status not in RETRYABLE:
        raise Conflict(f"Only a failed or cancelled job can be retried; this one is {parent.status}.")
    if parent.erased_at:
        raise Conflict("The texts of this job were deleted, so it cannot run again; start a new one.")
    # the kept items belong to the rows as they were, so the retry uses the same snapshot
    part = RequestedPart.model_validate(requested["part"]) if requested.get("part") else None
    work = part.input if part else requested.get("input")
    return Submission(
        user_id=parent.user_id,
        job_type=_type_that_takes(parent, work),
        input=parent.input,
        lead_magnet_id=parent.lead_magnet_id,
        priority=priority,
        idempotency_key=idempotency_key,
        parent_job_id=parent.id,
        work=work,
        part=part,
        kept=[KeptItem.model_validate(item) for item in parent.items],
    )


def _type_that_takes(parent: BackgroundJob, work: JsonObject | None) -> JobType:
    kind = JOB_TYPES.get(parent.job_type)
    if kind is None:
        raise Conflict(f"There are no jobs of the type {parent.job_type} any more.")
    try:
        kind.work.model_validate(work) if work else kind.input.model_validate(parent.input)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"]))[:100]
        raise Conflict(
            f"Jobs of the type {kind.name} take another input than when this one was accepted ({place}:"
            f" {first['msg'][:100]}), so it cannot run again; start a new one."
        ) from None
    return kind
