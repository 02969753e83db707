"""Whether the plan leaves room for something, for a page to say before its form is filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from fastapi import Request, Response
from lodestone.errors import CapReached, RateLimited, Rejected
from lodestone.jobs import JOB_TYPES
from lodestone.jobs.job_type import JobType
from sqlalchemy.ext.asyncio import AsyncSession

from lodestone_gateway.auth import CurrentUser
from lodestone_gateway.jobs.caps import check_room_to_store, refusal
from lodestone_gateway.jobs.quota import continues_a_use
from lodestone_gateway.jobs.retry import RETRYABLE
from lodestone_gateway.lead_magnets.new import check_room_beside
from lodestone_gateway.parts import Parts
from lodestone_gateway.store.lead_magnet_queries import Usage, usage
from lodestone_gateway.store.session import transaction
from lodestone_gateway.store.tables import BackgroundJob
from lodestone_gateway.web.pages import show
from lodestone_gateway.web.words import day

QUOTA = "quota"  # in `Refusals`: the plan of this month is used up


@dataclass(frozen=True)
class Refusal:
    """Why something cannot be started now."""

    sentence: str
    lasts: bool = True  # longer than it takes to fill in a form

    @classmethod
    def of(cls, refused: Rejected) -> Self:
        """What the job's submission would answer."""
        return cls(refused.message, lasts=not isinstance(refused, RateLimited))


Refusals = Mapping[str, Refusal]
"""Why something cannot be started now, by job type; what else refuses has a word of its own."""


async def refusals(
    parts: Parts,
    user: CurrentUser,
    kinds: Sequence[JobType],
    *,
    uses_quota: bool = False,
    stores: bool = False,
    beside: UUID | None = None,
) -> Refusals:
    """Why these jobs cannot be started now, each by itself.

    With `stores`, why no lead magnet can be made either, `beside` others of the same ideation job.
    """
    found: dict[str, Refusal] = {}
    async with transaction(parts.engine, user.id) as session:
        if uses_quota and (used_up := _used_up(await usage(session, user.id))):
            found[QUOTA] = Refusal(used_up)
        found |= await _of_types(session, user.id, [kind.name for kind in kinds])
        if stores and (full := await _full(session, user.id, beside)):
            found["store"] = Refusal(full)
    return found


async def refused_again(
    parts: Parts, user: CurrentUser, jobs: Sequence[BackgroundJob]
) -> Mapping[UUID, Refusal]:
    """Why those of these jobs that failed or were stopped cannot be tried again now, by job."""
    ended = [job for job in jobs if job.status in RETRYABLE and job.job_type in JOB_TYPES]
    if not ended:
        return {}
    async with transaction(parts.engine, user.id) as session:
        of_types = await _of_types(session, user.id, sorted({job.job_type for job in ended}))
        used_up = _used_up(await usage(session, user.id))
        found = {job.id: of_types[job.job_type] for job in ended if job.job_type in of_types}
        for job in ended:
            uses_one = used_up and JOB_TYPES[job.job_type].uses_quota
            if uses_one and not await continues_a_use(session, job.id):
                found[job.id] = Refusal(used_up)
    return found


async def _of_types(session: AsyncSession, user_id: UUID, names: Sequence[str]) -> dict[str, Refusal]:
    asked = {name: await refusal(session, user_id, [name]) for name in names}
    return {name: Refusal.of(refused) for name, refused in asked.items() if refused}


def in_sentences(found: Mapping[Any, Refusal]) -> str:
    """Each once; empty if nothing is refused."""
    return " ".join(dict.fromkeys(refusal.sentence for refusal in found.values()))


async def shut_page(request: Request, user: CurrentUser, found: Refusals, form: str) -> Response | None:
    """Instead of a form that would be refused: why, and the way to `form` for later; else None."""
    lasting = {name: refusal for name, refusal in found.items() if refusal.lasts}
    if not lasting:
        return None
    return await show(request, user, "create/shut.html", reasons=in_sentences(lasting), form=form)


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
