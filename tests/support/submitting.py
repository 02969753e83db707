"""Jobs as their users ask for them, without HTTP."""

from uuid import UUID

from lodestone.ids import new_id
from lodestone.jobs import job_type
from lodestone_gateway.account.account import make_user
from lodestone_gateway.jobs.submit import Submission
from lodestone_gateway.store.session import transaction
from sqlalchemy.ext.asyncio import AsyncEngine
from support.samples import example_input


async def a_user(engine: AsyncEngine) -> UUID:
    """A new user."""
    user_id = new_id()
    async with transaction(engine, user_id) as session:
        await make_user(session, user_id)
    return user_id


def posts(user_id: UUID, key: str | None = None) -> Submission:
    """A request for posts."""
    kind = job_type("posts")
    input = kind.input.model_validate(example_input("posts")).to_wire()
    return Submission(user_id, kind, input, idempotency_key=key)
