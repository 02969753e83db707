"""A user's usage in the current month."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Self
from uuid import UUID

from lodestone.jobs import JOB_TYPES
from lodestone.wire import JsonObject, Usd, UtcTime, WireModel
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from lodestone_gateway.store import draft_queries
from lodestone_gateway.store import lead_magnet_queries as queries
from lodestone_gateway.store.cap_queries import JobCap, cap_of, job_caps
from lodestone_gateway.store.session import transaction


class DayOfUsage(WireModel):
    """A day and job type: jobs by when they were asked for, tokens and cost by when they were used; UTC."""

    date: date
    job_type: str
    jobs: int
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int = Field(
        default=0, description="Tokens sent that the provider had in its cache, which cost less."
    )
    cache_write_tokens: int = Field(
        default=0, description="Tokens sent that the provider wrote to its cache, which cost more."
    )
    cost_usd: Usd = Decimal(0)
    cache_saved_usd: Usd = Field(
        default=Decimal(0),
        description=(
            "What the provider's cache saved, in US dollars; below zero where writing to it cost more."
        ),
    )


class SpendCap(WireModel):
    """US dollars until `resetsAt`; `reserved` is set aside for jobs that have not ended."""

    limit: Usd
    used: Usd
    reserved: Usd
    resets_at: UtcTime


class CountCap(WireModel):
    """How many; where nothing resets, what is used is free again when it ends or goes."""

    limit: int
    used: int
    resets_at: UtcTime | None = None


class OpenCap(WireModel):
    """How many, of which nobody keeps a sum."""

    limit: int


class CapsOverview(WireModel):
    """What the plan bounds besides lead magnets, and how much of it is used; null is no cap."""

    spend_a_day: SpendCap | None = None
    spend_a_month: SpendCap | None = None
    jobs_a_day: dict[str, CountCap] = Field(default={}, description="By job type, where there is a cap.")
    live_jobs: CountCap | None = None
    lead_magnets_per_ideation: OpenCap | None = None
    drafts: CountCap | None = None
    draft_bytes: CountCap | None = None
    stored_bytes: CountCap | None = Field(default=None, description="As counted at most a minute ago.")
    streams: OpenCap | None = Field(default=None, description="At all processes of the gateway together.")

    @classmethod
    def of(cls, caps: Sequence[JobCap], others: Mapping[str, JsonObject]) -> Self:
        """The view of the plan's caps on jobs, and of the others by name."""
        by_type = {cap.job_type: _shown(cap) for cap in caps if cap.job_type}
        on_jobs = {cap.cap: _shown(cap) for cap in caps}
        return cls.model_validate({**on_jobs, **others, "jobsADay": by_type})


class UsageOverview(WireModel):
    """The plan and how much of it is used until `resetsAt`; a null limit means unlimited."""

    plan: str
    limit: int | None
    used: int
    reserved: int
    resets_at: UtcTime
    days: list[DayOfUsage]
    caps: CapsOverview = CapsOverview()


async def read_usage(engine: AsyncEngine, user_id: UUID) -> UsageOverview:
    """The user's current month."""
    async with transaction(engine, user_id) as session:
        so_far = await queries.usage(session, user_id)
        days = await queries.usage_days(session, user_id, so_far)
        caps = await job_caps(session, user_id, list(JOB_TYPES))
        others = await _other_caps(session, user_id)
    return UsageOverview(
        plan=so_far.plan,
        limit=so_far.monthly_limit,
        used=so_far.used,
        reserved=so_far.reserved,
        resets_at=so_far.resets_at,
        days=[DayOfUsage.model_validate(vars(day)) for day in days],
        caps=CapsOverview.of(caps, others),
    )


async def _other_caps(session: AsyncSession, user_id: UUID) -> dict[str, JsonObject]:
    drafts, _, size = await draft_queries.room_for_drafts(session, user_id)
    used = {"drafts": drafts, "draftBytes": size, "leadMagnetsPerIdeation": None, "streams": None}
    limits = {name: await cap_of(session, user_id, name) for name in used}
    return {name: {"limit": most, "used": used[name]} for name, most in limits.items() if most is not None}


def _shown(cap: JobCap) -> dict[str, object]:
    return {"limit": cap.most, "used": cap.used, "reserved": cap.reserved, "resetsAt": cap.resets_at}
