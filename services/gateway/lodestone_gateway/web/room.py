"""Whether the plan leaves room for something, for a page to say before its form is filled in."""

from collections.abc import Sequence
from uuid import UUID

from lodestone.errors import CapReached
from lodestone.jobs.job_type import JobType
from sqlalchemy.ext.asyncio import AsyncSession

from lodestone_gateway.auth import CurrentUser
from lodestone_gateway.jobs.caps import check_room_to_store, refusal
from lodestone_gateway.lead_magnets.new import check_room_beside
from lodestone_gateway.parts import Parts
from lodestone_gateway.store.lead_magnet_queries import Usage, usage
from lodestone_gateway.store.session import transaction
from lodestone_gateway.web.words import day


async def no_room(
    parts: Parts,
    user: CurrentUser,
    kinds: Sequence[JobType],
    *,
    uses_quota: bool = False,
    stores: bool = False,
    beside: UUID | None = None,
) -> str:
    """Why these jobs cannot be started now, each by itself, in sentences; empty if they can.

    With `stores`, why no lead magnet can be made either, `beside` others of the same ideation job.
    """
    reasons: dict[str, None] = {}
    async with transaction(parts.engine, user.id) as session:
        if uses_quota and (used_up := _used_up(await usage(session, user.id))):
            reasons[used_up] = None
        for kind in kinds:
            if refused := await refusal(session, user.id, [kind.name]):
                reasons[refused.message] = None
        if stores and (full := await _full(session, user.id, beside)):
            reasons[full] = None
    return " ".join(reasons)


async def is_used_up(parts: Parts, user: CurrentUser) -> bool:
    """Whether this month's plan is used up."""
    async with transaction(parts.engine, user.id) as session:
        return bool(_used_up(await usage(session, user.id)))


async def _full(session: AsyncSession, user_id: UUID, beside: UUID | None) -> str:
    try:
        await check_room_to_store(session, user_id)
        if beside:
            await check_room_beside(session, user_id, beside)
    except CapReached as refused:
        return refused.message
    return ""


def _used_up(so_far: Usage) -> str:
    limit = so_far.monthly_limit
    if limit is None or so_far.used + so_far.reserved < limit:
        return ""
    return f"You have used this month’s {limit} idea sets. There are more from {day(so_far.resets_at)}."
