"""A user's usage in the current month."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from lodestone.wire import Usd, UtcTime, WireModel
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.store import lead_magnet_queries as queries
from lodestone_gateway.store.session import transaction


class DayOfUsage(WireModel):
    """A day and job type: jobs by when they were asked for, tokens and cost by when they were used; UTC."""

    date: date
    job_type: str
    jobs: int
    input_tokens: int
    output_tokens: int
    cost_usd: Usd = Decimal(0)


class UsageOverview(WireModel):
    """The plan and how much of it is used until `resetsAt`; a null limit means unlimited."""

    plan: str
    limit: int | None
    used: int
    reserved: int
    resets_at: UtcTime
    days: list[DayOfUsage]


async def read_usage(engine: AsyncEngine, user_id: UUID) -> UsageOverview:
    """The user's current month."""
    async with transaction(engine, user_id) as session:
        so_far = await queries.usage(session, user_id)
        days = await queries.usage_days(session, user_id, so_far)
    return UsageOverview(
        plan=so_far.plan,
        limit=so_far.monthly_limit,
        used=so_far.used,
        reserved=so_far.reserved,
        resets_at=so_far.resets_at,
        days=[DayOfUsage.model_validate(vars(day)) for day in days],
    )
