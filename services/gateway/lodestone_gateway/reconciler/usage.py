"""Adds up what each user used on each day, once nothing of that day changes any more.

The sums are only a shorter way to read the jobs and the ledger: emptied, they are made again.
"""

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.reconciler.scan import KEPT
from lodestone_gateway.store.session import transaction

SHOWN = timedelta(days=62)  # a month is read until its end, from any time zone

# A day is complete when its calls are settled and the projector has folded what was written a day later. A
# call whose log is lost is never settled.
_NEXT = text("""
    UPDATE usage_cursor SET until = until + 1
    WHERE (SELECT seen_at AT TIME ZONE 'UTC' FROM projector_cursor) >= until + interval '2 days'
        AND NOT EXISTS (
            SELECT FROM job_calls WHERE finished_at IS NULL
                AND started_at AT TIME ZONE 'UTC' < until + 1 AND started_at > now() - :lost)
    RETURNING until - 1 AS date
""")
# By user, which the ledger's index begins with.
_ADDED = [
    "input_tokens",
    "output_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "cost_usd",
    "cache_saved_usd",
]
_ADD_UP = text(f"""
    INSERT INTO usage_days (user_id, date, job_type, jobs, {", ".join(_ADDED)})
    SELECT user_id, :date, job_type, sum(jobs), {", ".join(f"sum({name})" for name in _ADDED)}
    FROM (
        SELECT user_id, job_type, 1 AS jobs, {", ".join(f"0 AS {name}" for name in _ADDED)}
        FROM background_jobs WHERE created_at >= :began AND created_at < :ended
        UNION ALL
        SELECT call.user_id, call.job_type, 0, {", ".join(f"call.{name}" for name in _ADDED)}
        FROM users, LATERAL (
            SELECT * FROM job_calls
            WHERE user_id = users.id AND started_at >= :began AND started_at < :ended
            UNION ALL
            SELECT * FROM job_calls
            WHERE user_id = users.id AND started_at IS NULL AND finished_at >= :began AND finished_at < :ended
        ) AS call
    ) AS spent
    GROUP BY user_id, job_type
""")  # noqa: S608
_FORGET = (
    text("DELETE FROM usage_days WHERE date < :before"),
    text("DELETE FROM spend_hours WHERE hour < :before"),
)


async def add_up_days(engine: AsyncEngine) -> None:
    """Adds up every day that is complete, each in a transaction of its own."""
    while await _add_up_day(engine):
        pass


async def _add_up_day(engine: AsyncEngine) -> bool:
    async with transaction(engine) as session:
        date = await session.scalar(_NEXT, {"lost": KEPT})
        if date is None:
            return False
        began = datetime.combine(date, time(), UTC)
        values = {"date": date, "began": began, "ended": began + timedelta(days=1)}
        await session.execute(_ADD_UP, values)
        for forget in _FORGET:
            await session.execute(forget, {"before": date - SHOWN})
        return True
