"""A plan's lead magnets: reserved with a job, settled or released by its end.

An ideation job uses one, and so does a lead magnet made without one. All happens in the caller's transaction,
so that nothing is reserved for a job that is not made, or settled for one that is not folded.
"""

from datetime import datetime
from uuid import UUID

from lodestone.clock import format_time, now
from lodestone.errors import UsageLimitExceeded
from lodestone.ids import new_id
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from lodestone_gateway.store.lead_magnet_queries import is_within_limit, usage
from lodestone_gateway.store.lead_magnet_tables import UsageReservation

# A user who chose an idea before stopping the job has still used it.
_SETTLE = text("""
    UPDATE usage_reservations SET ended_at = :time, state = CASE
        WHEN :is_completed OR EXISTS (SELECT FROM lead_magnets WHERE ideation_job_id = :job_id)
        THEN 'settled' ELSE 'released' END
    WHERE job_id = :job_id AND state = 'reserved'
""")


async def check_quota(session: AsyncSession, user_id: UUID) -> None:
    """Raises UsageLimitExceeded; until this transaction ends, nothing else can reserve for the user."""
    if await is_within_limit(session, user_id):
        return
    so_far = await usage(session, user_id)
    raise UsageLimitExceeded(
        limit=so_far.monthly_limit,
        used=so_far.used,
        reserved=so_far.reserved,
        resetsAt=format_time(so_far.resets_at),
    )


async def reserve_for_job(session: AsyncSession, user_id: UUID, job_id: UUID) -> None:
    """Reserves one until the job ends."""
    session.add(
        UsageReservation(id=new_id(), user_id=user_id, job_id=job_id, state="reserved", created_at=now())
    )
    await session.flush()


async def settle(session: AsyncSession, job_id: UUID, time: datetime, *, is_completed: bool) -> None:
    """Ends the job's reservation; does nothing if it has none, or if it has already ended."""
    await session.execute(_SETTLE, {"job_id": job_id, "time": time, "is_completed": is_completed})


async def use_for_lead_magnet(session: AsyncSession, user_id: UUID, lead_magnet_id: UUID) -> None:
    """Uses one at once."""
    time = now()
    session.add(
        UsageReservation(
            id=new_id(),
            user_id=user_id,
            lead_magnet_id=lead_magnet_id,
            state="settled",
            created_at=time,
            ended_at=time,
        )
    )
    await session.flush()
