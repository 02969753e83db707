"""What an operator does to one run: asks for its end, or runs it again for its owner."""

from dataclasses import replace
from enum import StrEnum
from uuid import UUID

from lodestone.errors import Conflict, NotFound, Rejected
from lodestone.events import Priority
from lodestone.status import Status
from lodestone.wire import JsonObject
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from lodestone_gateway.jobs.cancel import ask_for_end
from lodestone_gateway.jobs.read import own_job
from lodestone_gateway.jobs.retry import submission_of
from lodestone_gateway.jobs.submit import Accepted, Submission, submit
from lodestone_gateway.operating.audit import Action, Actor, Entry, Kind, Outcome, record, record_refusal
from lodestone_gateway.operating.dead_letters import KEY, with_new_job
from lodestone_gateway.operating.written_inputs import read_input
from lodestone_gateway.store import queries
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import BackgroundJob

OWN_KEY = "operator → {key}"  # no caller can send it: theirs are ASCII


class How(StrEnum):
    """From what a run is run again."""

    KEPT = "kept"  # with its input as it was, and from what was finished
    FRESH = "fresh"  # with its input as it was, from the beginning
    EDITED = "edited"  # with an input that an operator wrote, from the beginning


async def cancel_run(reader: AsyncEngine, engine: AsyncEngine, actor: Actor, job_id: UUID) -> None:
    """Asks for its end, in the operator's name; asking twice changes nothing. Raises NotFound, Conflict."""
    job = await _job(reader, job_id)
    entry = Entry(Action.CANCEL_JOB, Kind.JOB, str(job_id), job.user_id)
    try:
        async with transaction(engine, job.user_id) as session:
            await _cancel(session, actor, entry, await own_job(session, job_id))
    except Rejected as refusal:
        await record_refusal(engine, actor, entry, refusal)
        raise


async def _cancel(session: AsyncSession, actor: Actor, entry: Entry, job: BackgroundJob) -> None:
    if Status(job.status).is_terminal:
        raise Conflict(f"The job is already {job.status}.")
    await ask_for_end(session, job, requested_by=actor.id)
    await record(session, actor, entry, Outcome.UNCHANGED if job.cancel_requested else Outcome.DONE)


async def run_again(
    reader: AsyncEngine,
    engine: AsyncEngine,
    actor: Actor,
    job_id: UUID,
    how: How,
    *,
    key: str,
    input: JsonObject | None = None,
) -> Accepted:
    """A new job for its owner, who pays for it with their quota; the same one for the same key.

    One that runs the job again already is answered instead of a second. From what was finished it is the same
    job whoever asks. `input` is for `How.EDITED`.

    Raises NotFound; Conflict unless the job failed or was cancelled, or if its input is gone or fits no more;
    InvalidRequest with the fields of the input that are wrong; and as `submit`.
    """
    job = await _job(reader, job_id)
    entry = Entry(Action.REPLAY_JOB, Kind.JOB, str(job_id), job.user_id, {"how": how.value})
    try:
        submission = await _submission(engine, job, how, key, input)
        return await submit(engine, None, None, submission, with_new_job(actor, entry))
    except Rejected as refusal:
        await record_refusal(engine, actor, entry, refusal)
        raise


async def _submission(
    engine: AsyncEngine, job: BackgroundJob, how: How, key: str, input: JsonObject | None
) -> Submission:
    async with transaction(engine, job.user_id) as session:
        parent = await own_job(session, job.id)
        requested = await queries.requested_body(session, job.id)
    own_key = KEY.format(job_id=job.id) if how is How.KEPT else OWN_KEY.format(key=key)
    submission = submission_of(parent, requested, own_key, priority=Priority(parent.priority))
    if how is How.KEPT:
        return submission
    if how is How.FRESH:
        return replace(submission, kept=None)
    edited = read_input(submission.job_type, input, "input.")
    return replace(submission, input=edited.to_wire(), work=None, kept=None)


async def _job(reader: AsyncEngine, job_id: UUID) -> BackgroundJob:
    async with transaction(reader) as session:
        job = await queries.job(session, job_id)
    if job is None:
        raise NotFound("This job does not exist.")
    return job
