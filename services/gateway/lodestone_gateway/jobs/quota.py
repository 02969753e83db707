"""A plan's lead magnets: reserved with a job, settled or released by its end.

An ideation job uses one if it ends with an idea that its owner could read, and so does a lead magnet made
without one. All happens in the caller's transaction,
so that nothing is reserved for a job that is not made, or settled for one that is not folded.
"""

from datetime import datetime
from uuid import UUID

from lodestone.clock import format_time, now
from lodestone.errors import UsageLimitExceeded
from lodestone.ids import new_id
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from lodestone_gateway.job_types.product import PlainStatement
from lodestone_gateway.store.lead_magnet_queries import is_within_limit, usage
from lodestone_gateway.store.lead_magnet_tables import UsageReservation

_SETTLE = text("""
    UPDATE usage_reservations
    SET ended_at = :time, state = CASE WHEN :is_used THEN 'settled' ELSE 'released' END
    WHERE job_id = :job_id AND state = 'reserved'
""")
_SETTLE_PLAINLY = """
    UPDATE usage_reservations
    SET ended_at = $2::timestamptz, state = CASE WHEN $3::boolean THEN 'settled' ELSE 'released' END
    WHERE job_id = $1::uuid AND state = 'reserved'"""
_WAS_RELEASED = text("SELECT FROM usage_reservations WHERE job_id = :job_id AND state = 'released'")
_WAS_RETRIED = text("SELECT FROM background_jobs WHERE parent_job_id = :job_id LIMIT 1")


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


async def settle(session: AsyncSession, job_id: UUID, time: datetime, *, is_used: bool) -> None:
    """Ends the job's reservation; does nothing if it has none, or if it has already ended."""
    await session.execute(_SETTLE, {"job_id": job_id, "time": time, "is_used": is_used})


def plainly_settled(job_id: UUID, time: datetime, *, is_used: bool) -> PlainStatement:
    """The same as a statement with its values."""
    return _SETTLE_PLAINLY, (str(job_id), time.isoformat(), str(is_used))


async def was_released(session: AsyncSession, job_id: UUID) -> bool:
    """Whether the job ended before it had an idea to show, so that it counts for nothing."""
    return (await session.execute(_WAS_RELEASED, {"job_id": job_id})).first() is not None


async def continues_a_use(session: AsyncSession, parent_job_id: UUID) -> bool:
    """Whether a new retry of this ended job counts as the same use: its first one, when the job was counted.

    It keeps the finished ideas and adds only those that are missing. A second retry would make others.
    """
    if await was_released(session, parent_job_id):
        return False
    return (await session.execute(_WAS_RETRIED, {"job_id": parent_job_id})).first() is None


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
