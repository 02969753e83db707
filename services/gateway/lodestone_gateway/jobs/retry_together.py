"""Runs many failed jobs again in one transaction, for an operator; what is refused does not stop the rest."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from lodestone.errors import Conflict, NotFound, Rejected
from lodestone.events import Priority
from lodestone.status import Status
from lodestone.wire import JsonObject
from sqlalchemy.ext.asyncio import AsyncSession

from lodestone_gateway.jobs.retry import submission_of
from lodestone_gateway.jobs.submit import Submission, make_together
from lodestone_gateway.store import queries
from lodestone_gateway.store.lead_magnet_queries import hold_all
from lodestone_gateway.store.tables import BackgroundJob

NO_LONGER = "This job does not exist any more."


@dataclass(frozen=True)
class Again:
    """The job that runs a failed one again; not new if somebody had asked for it before."""

    job_id: UUID
    job_type: str
    is_new: bool


async def hold_retries(session: AsyncSession, job_ids: Iterable[UUID]) -> None:
    """Nobody else runs these jobs again before this transaction ends."""
    await hold_all(session, [f"retry of {job_id}" for job_id in job_ids])


async def retry_together(
    session: AsyncSession, job_ids: Sequence[UUID], key_of: Callable[[UUID], str]
) -> dict[UUID, Again | Rejected]:
    """By failed job the bulk job that runs it again, or why none does.

    The jobs are those of the session's user, and `hold_retries` holds them.
    """
    jobs = await queries.jobs_by_id(session, job_ids)
    earlier = await queries.first_retries(session, job_ids)
    requested = await queries.requested_bodies(session, job_ids)
    outcomes: dict[UUID, Again | Rejected] = {}
    to_make: dict[UUID, Submission] = {}
    for job_id in job_ids:
        try:
            if (job := jobs.get(job_id)) is None:
                raise NotFound(NO_LONGER)
            if again := earlier.get(job_id):
                outcomes[job_id] = Again(again, job.job_type, is_new=False)
            else:
                to_make[job_id] = _submission(job, requested.get(job_id, {}), key_of(job_id))
        except Rejected as refusal:
            outcomes[job_id] = refusal
    made = await make_together(session, list(to_make.values()))
    for (job_id, asked), came in zip(to_make.items(), made, strict=True):
        outcomes[job_id] = Again(came, asked.job_type.name, is_new=True) if isinstance(came, UUID) else came
    return outcomes


def _submission(job: BackgroundJob, requested: JsonObject, key: str) -> Submission:
    if job.status != Status.FAILED:
        raise Conflict(f"Only a failed job can be replayed; this one is {job.status}.")
    return submission_of(job, requested, key, priority=Priority.BULK)
