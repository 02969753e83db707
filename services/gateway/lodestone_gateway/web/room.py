"""Whether the plan leaves room for something, for a page to say before its form is filled in."""

from collections.abc import Sequence

from lodestone.jobs.job_type import JobType

from lodestone_gateway.auth import CurrentUser
from lodestone_gateway.jobs.caps import refusal
from lodestone_gateway.parts import Parts
from lodestone_gateway.store.lead_magnet_queries import Usage, usage
from lodestone_gateway.store.session import transaction
from lodestone_gateway.web.words import day


async def no_room(
    parts: Parts, user: CurrentUser, kinds: Sequence[JobType], *, uses_quota: bool = False
) -> str:
    """Why these jobs cannot be started now, each by itself, in sentences; empty if they can."""
    reasons: dict[str, None] = {}
    async with transaction(parts.engine, user.id) as session:
        if uses_quota and (used_up := _used_up(await usage(session, user.id))):
            reasons[used_up] = None
        for kind in kinds:
            if refused := await refusal(session, user.id, [kind.name]):
                reasons[refused.message] = None
    return " ".join(reasons)


def _used_up(so_far: Usage) -> str:
    limit = so_far.monthly_limit
    if limit is None or so_far.used + so_far.reserved < limit:
        return ""
    return f"You have used this month’s {limit} idea sets. There are more from {day(so_far.resets_at)}."
