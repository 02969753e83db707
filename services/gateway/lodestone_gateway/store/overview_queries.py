"""The reads behind the operators' overview, for sessions of the reader role.

What ended is read along the index of ends, what lives along that of states, both up to a bound.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

MOST_COUNTED = 200_000  # jobs in one read
MOST_DEAD = 10_000  # failures looked at, the newest first
SAMPLE = 50  # jobs whose calls are looked at


@dataclass(frozen=True)
class EndedGroup:
    """Jobs that ended: all of them (`is_total`), or those of a step, a job type or an error code."""

    is_total: bool = False
    step: int | None = None  # from the beginning of the period, from 0
    job_type: str | None = None
    error_code: str | None = None
    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    recent: int = 0  # ended lately
    last_completed_at: datetime | None = None
    queue_wait_p50: float | None = None
    queue_wait_p95: float | None = None
    run_time_p50: float | None = None
    run_time_p95: float | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal = Decimal(0)
    wasted_usd: Decimal = Decimal(0)


@dataclass(frozen=True)
class LivingGroup:
    """Jobs of a type that have not ended and are in the same state: `waiting`, `running` or `retrying`."""

    job_type: str
    state: str
    waiting_for: str | None
    jobs: int
    overdue: int
    oldest_at: datetime
    retry_at: datetime | None  # the first


async def ended_groups(
    session: AsyncSession, *, since: datetime, until: datetime, step: timedelta, recent: datetime
) -> Sequence[EndedGroup]:
    """What ended in the period, in groups; `recent` is from when it counts as having ended lately."""
    values = {
        "since": since,
        "until": until,
        "recent": recent,
        "step": step.total_seconds(),
        "most": MOST_COUNTED,
    }
    return [EndedGroup(**row._mapping) for row in await session.execute(_ENDED, values)]


async def living_groups(session: AsyncSession, *, overdue: datetime) -> Sequence[LivingGroup]:
    """What has not ended, in groups; those with a deadline before `overdue` are counted again."""
    rows = await session.execute(_LIVING, {"overdue": overdue, "most": MOST_COUNTED})
    return [LivingGroup(**row._mapping) for row in rows]


async def waiting_without_call(session: AsyncSession) -> dict[str, int]:
    """Of the newest jobs that wait for the provider: those whose last attempt made no call, by job type."""
    rows = await session.execute(_WITHOUT_CALL, {"sample": SAMPLE})
    return {job_type: jobs for job_type, jobs in rows}


async def count_waiting_dead(session: AsyncSession) -> int:
    """Failed jobs that were not run again, among the newest failures."""
    return await session.scalar(_WAITING_DEAD, {"most": MOST_DEAD}) or 0


_ENDED = text("""
    WITH ended AS MATERIALIZED (
        SELECT job_type, status, error_code, completed_at, cost_usd, wasted_usd, output_tokens,
            input_tokens + cache_read_tokens + cache_write_tokens AS input_tokens,
            floor(extract(epoch FROM completed_at - CAST(:since AS timestamptz)) / :step)::int AS step,
            extract(epoch FROM started_at - created_at)::float AS waited,
            CASE WHEN status = 'completed'
                THEN extract(epoch FROM completed_at - started_at)::float END AS ran
        FROM background_jobs WHERE completed_at >= :since AND completed_at < :until
        ORDER BY completed_at DESC LIMIT :most)
    SELECT grouping(step, job_type, error_code) = 7 AS is_total, step, job_type, error_code,
        count(*) FILTER (WHERE status = 'completed') AS completed,
        count(*) FILTER (WHERE status = 'failed') AS failed,
        count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
        count(*) FILTER (WHERE completed_at >= :recent) AS recent,
        max(completed_at) FILTER (WHERE status = 'completed') AS last_completed_at,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY waited) AS queue_wait_p50,
        percentile_cont(0.95) WITHIN GROUP (ORDER BY waited) AS queue_wait_p95,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY ran) AS run_time_p50,
        percentile_cont(0.95) WITHIN GROUP (ORDER BY ran) AS run_time_p95,
        coalesce(sum(input_tokens), 0)::bigint AS input_tokens,
        coalesce(sum(output_tokens), 0)::bigint AS output_tokens,
        coalesce(sum(cost_usd), 0) AS cost_usd, coalesce(sum(wasted_usd), 0) AS wasted_usd
    FROM ended GROUP BY GROUPING SETS ((step), (job_type), (error_code), ())
    HAVING grouping(error_code) = 1 OR error_code IS NOT NULL
""")
_LIVING = text("""
    SELECT job_type, state, waiting_for, count(*) AS jobs,
        count(*) FILTER (WHERE deadline_at < :overdue) AS overdue,
        min(created_at) AS oldest_at, min(retry_at) AS retry_at
    FROM (
        SELECT job_type, waiting_for, deadline_at, created_at, retry_at,
            CASE WHEN status = 'processing' AND retry_at IS NOT NULL THEN 'retrying'
                WHEN status = 'processing' AND waiting_for IS NULL THEN 'running'
                ELSE 'waiting' END AS state
        FROM background_jobs WHERE status = 'pending' OR status = 'processing' LIMIT :most) AS living
    GROUP BY job_type, state, waiting_for
""")
_WITHOUT_CALL = text("""
    SELECT job.job_type, count(*) FROM (
        SELECT id, job_type, attempt FROM background_jobs
        WHERE waiting_for = 'provider' ORDER BY created_at DESC, id DESC LIMIT :sample) AS job
    WHERE NOT EXISTS (
        SELECT FROM job_events AS event
        WHERE event.job_id = job.id AND event.attempt = job.attempt AND event.event = 'call_started')
    GROUP BY job.job_type
""")
_WAITING_DEAD = text("""
    SELECT count(*) FROM (
        SELECT id FROM background_jobs WHERE status = 'failed'
        ORDER BY completed_at DESC, id DESC LIMIT :most) AS dead
    WHERE NOT EXISTS (SELECT FROM background_jobs AS again WHERE again.parent_job_id = dead.id)
""")
