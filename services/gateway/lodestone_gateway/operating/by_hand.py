"""An operator submits a job for a user, to see what happens to it; it counts as the user's own."""

import json
from importlib import resources
from uuid import UUID

from lodestone.errors import NotFound, Rejected
from lodestone.jobs import JOB_TYPES
from lodestone.jobs.job_type import JobType
from lodestone.wire import JsonObject
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from lodestone_gateway.jobs.submit import Accepted, Submission, submit
from lodestone_gateway.operating.audit import Action, Actor, Entry, Kind, record, record_refusal
from lodestone_gateway.operating.written_inputs import read_input
from lodestone_gateway.rates.limiter import RateLimiter
from lodestone_gateway.store.erasure_tables import DeletedAccount
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import User


async def submit_by_hand(
    engine: AsyncEngine, limiter: RateLimiter, actor: Actor, submission: Submission
) -> Accepted:
    """The new job of the user, on their quota, caps and rate limit.

    Raises NotFound if there is no such user; and as `submit`.
    """
    user_id, details = submission.user_id, {"jobType": submission.job_type.name}

    async def together(session: AsyncSession, accepted: Accepted) -> None:
        entry = Entry(Action.SUBMIT_JOB, Kind.JOB, str(accepted.job_id), user_id, details)
        await record(session, actor, entry)

    try:
        await _check_user(engine, user_id)
        return await submit(engine, limiter, None, submission, together)
    except Rejected as refusal:
        entry = Entry(Action.SUBMIT_JOB, Kind.USER, str(user_id), user_id, details)
        await record_refusal(engine, actor, entry, refusal)
        raise


def written_by_hand(kind: JobType, user_id: UUID, input: JsonObject) -> Submission:
    """What an operator wrote, as the type's own route takes it. Raises InvalidRequest with the fields."""
    model = read_input(kind, input)
    return Submission(user_id, kind, model.to_wire(), getattr(model, "lead_magnet_id", None))


def example_inputs() -> dict[str, JsonObject]:
    """By job type an input to begin with; a type whose input only names stored rows has none."""
    folder = resources.files("lodestone_gateway.operating") / "examples"
    files = {name: folder / f"{name}.json" for name in JOB_TYPES}
    return {name: json.loads(file.read_text("utf-8")) for name, file in files.items() if file.is_file()}


async def _check_user(engine: AsyncEngine, user_id: UUID) -> None:
    async with transaction(engine, user_id) as session:
        deleted = await session.get(DeletedAccount, user_id)
        is_going = deleted is not None and deleted.done_at is None
        if is_going or await session.get(User, user_id) is None:
            raise NotFound("There is no such user. A user is known from their first request on.")
