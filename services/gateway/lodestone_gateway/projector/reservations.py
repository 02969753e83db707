"""The quota of a job that ends: used by a result, given back otherwise."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# Whoever took one of the ideas before the job was stopped has used it all the same.
_SETTLE = text("""
    UPDATE usage_reservations SET ended_at = :time, state = CASE
        WHEN :is_completed OR EXISTS (SELECT FROM lead_magnets WHERE ideation_job_id = :job_id)
        THEN 'settled' ELSE 'released' END
    WHERE job_id = :job_id AND state = 'reserved'
""")


async def settle(session: AsyncSession, job_id: UUID, time: datetime, *, is_completed: bool) -> None:
    """Ends the job's reservation; nothing when it has none, or it ended before."""
    await session.execute(_SETTLE, {"job_id": job_id, "time": time, "is_completed": is_completed})
