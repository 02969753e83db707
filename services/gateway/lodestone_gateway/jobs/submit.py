"""Accepts a job: one transaction with the job's row, its quota and the outbox row that asks for it.

Nothing here waits for the broker: the relay publishes. An idempotency key makes one job, however often and
however simultaneously it is sent.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeAlias
from uuid import UUID

from lodestone.clock import now
from lodestone.errors import Conflict, InvalidRequest, RateLimited, Rejected, UsageLimitExceeded
from lodestone.events import JobRequested, KeptItem, Priority, RequestedPart
from lodestone.ids import new_id
from lodestone.jobs.job_type import JobType
from lodestone.status import Status
from lodestone.wire import JsonObject
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlmodel import col

from lodestone_gateway.jobs.caps import check_caps
from lodestone_gateway.jobs.group_commit import GroupCommit, NewJob, insert_together
from lodestone_gateway.jobs.one_part import AskedPart, part_of_lead_magnet
from lodestone_gateway.jobs.own_lead_magnet import own_lead_magnet_to_keep
from lodestone_gateway.jobs.quota import check_quota, continues_a_use, reserve_for_job
from lodestone_gateway.jobs.resolve import as_sent, check_not_live, resolve
from lodestone_gateway.metrics import ACCEPTED
from lodestone_gateway.rates.limiter import RateLimiter
from lodestone_gateway.store import queries
from lodestone_gateway.store.lead_magnet_queries import one_at_a_time
from lodestone_gateway.store.outbox import put_row, row_of
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import BackgroundJob

MAX_KEY_LENGTH = 255
CAME_FIRST = "Another request came first; try again."


@dataclass(frozen=True)
class Submission:
    """A job that a user asks for; `input` is what they sent, validated and with defaults filled."""

    user_id: UUID
    job_type: JobType
    input: JsonObject
    lead_magnet_id: UUID | None = None
    priority: Priority = Priority.INTERACTIVE
    idempotency_key: str | None = None
    parent_job_id: UUID | None = None
    work: JsonObject | None = None  # the parent's resolved input, when this is a retry
    kept: list[KeptItem] | None = None  # the parent's finished items
    asked_part: AskedPart | None = None  # the one part to make, as the caller names it; `input` has it too
    part: RequestedPart | None = None  # the same as the service gets it: the parent's, when this is a retry

    @property
    def fingerprint(self) -> str:
        """Equal for requests that ask for the same thing."""
        # The parent of a part is found, not asked for.
        retried = None if self.asked_part else self.parent_job_id
        parts = [self.job_type.name, self.input, self.lead_magnet_id, self.priority, retried]
        return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True)
class Accepted:
    """The job that a submission created, or had created before."""

    job_id: UUID
    status: Status
    is_replay: bool = False


Together: TypeAlias = Callable[[AsyncSession, Accepted], Awaitable[None]]
"""What else is written in the transaction that accepts a job, or finds it."""


def check_key(key: str | None) -> None:
    """Raises InvalidRequest for an invalid idempotency key."""
    if key is not None and not (0 < len(key) <= MAX_KEY_LENGTH and key.isascii() and key.isprintable()):
        message = f"Must be 1 to {MAX_KEY_LENGTH} printable ASCII characters."
        raise InvalidRequest(errors=[{"field": "Idempotency-Key", "message": message}])


async def submit(
    engine: AsyncEngine,
    limiter: RateLimiter | None,
    group: GroupCommit | None,
    submission: Submission,
    together: Together | None = None,
) -> Accepted:
    """Creates the job, or finds the one that the same key created; without a limiter, at any pace and cost.

    With `together` the job is made alone, and is not made if that raises.

    Raises InvalidRequest when the key is none or was used for something else, as `resolve` for rows that the
    request names, UsageLimitExceeded, RateLimited.
    """
    if limiter is not None:  # an operator's replay has a key that no caller could send
        check_key(submission.idempotency_key)
    in_group = None if together else await _accept_in_group(limiter, group, submission)
    accepted = in_group or await _accept_alone(engine, limiter, submission, together)
    if not accepted.is_replay:
        ACCEPTED.labels(submission.job_type.name).inc()
    return accepted


async def _accept_in_group(
    limiter: RateLimiter | None, group: GroupCommit | None, submission: Submission
) -> Accepted | None:
    """The job; None if it has to be judged by stored rows, such as the job that the same key made before."""
    is_judged_by_rows = (
        submission.lead_magnet_id or submission.parent_job_id or submission.job_type.uses_quota
    )
    if group is None or is_judged_by_rows:
        return None
    if limiter:
        try:
            await limiter.take(submission.user_id)
        except RateLimited:
            return None  # perhaps a replay, which costs nothing
    job = _new_job(submission, as_sent(submission.job_type, submission.input, submission.work))
    if await group.insert(job):
        return Accepted(job.row["id"], Status.PENDING)
    if limiter:
        limiter.give_back(submission.user_id)
    return None


async def _accept_alone(
    engine: AsyncEngine,
    limiter: RateLimiter | None,
    submission: Submission,
    together: Together | None,
) -> Accepted:
    async with transaction(engine, submission.user_id) as session:
        if submission.parent_job_id:
            await one_at_a_time(session, f"retry of {submission.parent_job_id}")
        earlier = await _earlier(session, submission)
        accepted = earlier or await _accept(session, limiter, submission)
        if together:
            await together(session, accepted)
        return accepted


async def _accept(session: AsyncSession, limiter: RateLimiter | None, submission: Submission) -> Accepted:
    try:
        return Accepted(await _make(session, limiter, submission), Status.PENDING)
    except (Conflict, UsageLimitExceeded, RateLimited):
        # the conflicting job may be that of the same key, sent at the same time
        earlier = await _earlier(session, submission)
        if earlier is None:
            raise
        return earlier


async def _make(session: AsyncSession, limiter: RateLimiter | None, submission: Submission) -> UUID:
    """The new job's id; refusals come in the order 404, 409, 403, 429."""
    user_id, kind = submission.user_id, submission.job_type
    work = await resolve(session, user_id, kind, submission.input, submission.lead_magnet_id, submission.work)
    submission = await _with_part(session, submission, work)
    uses_one = kind.uses_quota and not await _continues_a_use(session, submission.parent_job_id)
    if uses_one:
        await check_quota(session, user_id)
    if limiter:
        await check_caps(session, user_id, kind.name)
        await limiter.take(user_id)
    job_id = await _insert(session, submission, work)
    if job_id is None:
        await check_not_live(session, kind, submission.lead_magnet_id)
        raise Conflict(CAME_FIRST)
    if uses_one:
        await reserve_for_job(session, user_id, job_id)
    return job_id


async def _with_part(session: AsyncSession, submission: Submission, work: JsonObject) -> Submission:
    """With the part as its service gets it, and the job that made the whole. Raises InvalidRequest."""
    if submission.asked_part is None or submission.lead_magnet_id is None:
        return submission
    row = await own_lead_magnet_to_keep(session, submission.lead_magnet_id)
    found = await part_of_lead_magnet(session, submission.job_type, submission.asked_part, row, work)
    return replace(submission, part=found.requested, parent_job_id=found.parent_job_id)


async def make_together(session: AsyncSession, submissions: Sequence[Submission]) -> list[UUID | Rejected]:
    """For each the id of a new job or why there is none, in the caller's transaction, at any pace and cost.

    All are of the session's user. Those that no stored row has to judge are written by one statement.
    """
    plain = {
        place: _new_job(each, as_sent(each.job_type, each.input, each.work))
        for place, each in enumerate(submissions)
        if not (each.lead_magnet_id or each.job_type.uses_quota)
    }
    made = await insert_together(session, list(plain.values())) if plain else set()
    outcomes: list[UUID | Rejected] = []
    for place, each in enumerate(submissions):
        if place in plain:
            job_id: UUID = plain[place].row["id"]
            outcomes.append(job_id if job_id in made else Conflict(CAME_FIRST))
            continue
        try:
            outcomes.append(await _make(session, None, each))
        except Rejected as refusal:
            outcomes.append(refusal)
    return outcomes


async def _earlier(session: AsyncSession, submission: Submission) -> Accepted | None:
    """The job that the same key made, or the retry of the same job that has not ended."""
    return await _of_same_key(session, submission) or await _living_retry(session, submission)


async def _of_same_key(session: AsyncSession, submission: Submission) -> Accepted | None:
    if submission.idempotency_key is None:
        return None
    row = await queries.job_of_key(session, submission.user_id, submission.idempotency_key)
    if row is None:
        return None
    if row.idempotency_hash != submission.fingerprint:
        message = "This key was used for a different request; send a new one."
        raise InvalidRequest(errors=[{"field": "Idempotency-Key", "message": message}])
    return Accepted(row.id, Status(row.status), is_replay=True)


async def _living_retry(session: AsyncSession, submission: Submission) -> Accepted | None:
    if submission.parent_job_id is None:
        return None
    row = await queries.living_retry(session, submission.parent_job_id)
    return Accepted(row.id, Status(row.status), is_replay=True) if row else None


async def _continues_a_use(session: AsyncSession, parent_job_id: UUID | None) -> bool:
    return parent_job_id is not None and await continues_a_use(session, parent_job_id)


async def _insert(session: AsyncSession, submission: Submission, work: JsonObject) -> UUID | None:
    """The new job's id; None if a job with the same key, or on the same lead magnet, conflicts."""
    job = _new_job(submission, work)
    statement = (
        insert(BackgroundJob).values(job.row).on_conflict_do_nothing().returning(col(BackgroundJob.id))
    )
    job_id: UUID | None = await session.scalar(statement)
    if job_id is not None:
        await put_row(session, job.outbox)
    return job_id


def _new_job(submission: Submission, work: JsonObject) -> NewJob:
    event_id, row, parts = new_id(), _row(submission), submission.job_type.parts
    requested = JobRequested(
        job_id=row["id"],
        job_type=submission.job_type.name,
        user_id=submission.user_id,
        attempt=0,
        input=parts.blank(work) if parts and submission.part else work,
        part=submission.part,
        priority=submission.priority,
        max_attempts=submission.job_type.max_attempts,
        deadline_at=row["deadline_at"],
        parent_job_id=submission.parent_job_id,
        kept=submission.kept or None,
    )
    outbox = row_of(requested, event_id=str(event_id), time=row["created_at"])
    return NewJob({**row, "trigger_task_id": str(event_id)}, outbox)


def _row(submission: Submission) -> dict[str, Any]:
    time, job_type = now(), submission.job_type
    return {
        "id": new_id(),
        "user_id": submission.user_id,
        "job_type": job_type.name,
        "input": submission.input,
        "created_at": time,
        "updated_at": time,
        "priority": submission.priority.value,
        "max_attempts": job_type.max_attempts,
        "deadline_at": time + timedelta(seconds=job_type.limits.deadline),
        "parent_job_id": submission.parent_job_id,
        "lead_magnet_id": submission.lead_magnet_id,
        "idempotency_key": submission.idempotency_key,
        "idempotency_hash": submission.fingerprint if submission.idempotency_key else None,
    }
