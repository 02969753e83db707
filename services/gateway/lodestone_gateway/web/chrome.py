"""What the frame around every page shows: running jobs, usage, who is signed in."""

from dataclasses import dataclass
from uuid import UUID

from lodestone.status import LIVE

from lodestone_gateway.auth import CurrentUser
from lodestone_gateway.parts import Parts
from lodestone_gateway.store import lead_magnet_queries, queries
from lodestone_gateway.store.lead_magnet_queries import Usage
from lodestone_gateway.store.session import transaction
from lodestone_gateway.web.session import Sessions

MAX_COUNTED = 99


@dataclass(frozen=True)
class Chrome:
    """The frame; `position` is where the feed of the user's events continues."""

    user_id: UUID
    running: int
    position: int
    usage: Usage
    account: str | None
    accounts: list[str]


async def read_chrome(parts: Parts, sessions: Sessions, user: CurrentUser, position: int) -> Chrome:
    """The user's frame."""
    async with transaction(parts.engine, user.id) as session:
        running = await queries.count_jobs(session, user.id, LIVE, limit=MAX_COUNTED)
        usage = await lead_magnet_queries.usage(session, user.id)
    return Chrome(user.id, running, position, usage, sessions.name_of(user), list(sessions.local_users))
