"""Failed jobs that were not run again, grouped by what failed: type, error code, and the message's cause."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

BUCKETS = 24
MOST_LETTERS = 100_000  # the newest, that are looked at
MOST_GROUPS = 100  # the largest, that are told


@dataclass(frozen=True)
class Wanted:
    """Which failures, of at least one moment; an empty part lets everything through."""

    since: datetime
    until: datetime
    job_types: Sequence[str] = ()
    error_codes: Sequence[str] = ()
    user_id: UUID | None = None


@dataclass(frozen=True)
class LetterGroup:
    """Failures of one cause; `buckets` counts them in equal parts of the time that was asked for."""

    job_type: str
    error_code: str | None
    cause: str
    jobs: int
    users: int
    first_seen: datetime
    last_seen: datetime
    buckets: list[int]


async def letter_groups(session: AsyncSession, wanted: Wanted) -> tuple[list[LetterGroup], int]:
    """The groups, the largest first, and how many failures were looked at."""
    values = {
        "since": wanted.since,
        "until": wanted.until,
        "job_types": list(wanted.job_types),
        "error_codes": list(wanted.error_codes),
        "user_id": wanted.user_id,
        "most": MOST_LETTERS,
        "groups": MOST_GROUPS,
        "last": BUCKETS - 1,
        "seconds": (wanted.until - wanted.since).total_seconds() / BUCKETS,
    }
    rows = (await session.execute(_GROUPS, values)).all()
    return list(map(_group, rows)), rows[0].seen if rows else 0


def _group(row: Row[Any]) -> LetterGroup:
    columns = {name: getattr(row, name) for name in LetterGroup.__dataclass_fields__}
    buckets = [row.buckets.get(str(bucket), 0) for bucket in range(BUCKETS)]
    return LetterGroup(**{**columns, "buckets": buckets})


# Each message is cut to its cause once, however many jobs have it.
_GROUPS = text("""
    WITH letter AS MATERIALIZED (
        SELECT job_type, error_code, coalesce(error, '') AS error, user_id, completed_at,
            least(:last, floor(extract(epoch FROM completed_at - :since) / :seconds))::int AS bucket
        FROM background_jobs AS job
        WHERE status = 'failed' AND completed_at >= :since AND completed_at < :until
            AND (CAST(:job_types AS text[]) = '{}' OR job_type = ANY(:job_types))
            AND (CAST(:error_codes AS text[]) = '{}' OR error_code = ANY(:error_codes))
            AND (CAST(:user_id AS uuid) IS NULL OR user_id = :user_id)
            AND NOT EXISTS (SELECT FROM background_jobs AS again WHERE again.parent_job_id = job.id)
        ORDER BY completed_at DESC, id DESC LIMIT :most
    ), message AS MATERIALIZED (
        SELECT error, lodestone_cause(error) AS cause FROM (SELECT DISTINCT error FROM letter) AS each
    ), part AS MATERIALIZED (
        SELECT job_type, error_code, cause, user_id, bucket, count(*) AS jobs,
            min(completed_at) AS first_seen, max(completed_at) AS last_seen
        FROM letter JOIN message USING (error) GROUP BY 1, 2, 3, 4, 5
    ), moment AS (
        SELECT job_type, error_code, cause, bucket, sum(jobs)::int AS jobs FROM part GROUP BY 1, 2, 3, 4
    )
    SELECT job_type, error_code, cause, sum(jobs)::int AS jobs, count(DISTINCT user_id) AS users,
        min(first_seen) AS first_seen, max(last_seen) AS last_seen,
        (SELECT jsonb_object_agg(moment.bucket, moment.jobs) FROM moment
            WHERE (moment.job_type, moment.cause) = (part.job_type, part.cause)
                AND moment.error_code IS NOT DISTINCT FROM part.error_code) AS buckets,
        (SELECT count(*) FROM letter) AS seen
    FROM part GROUP BY job_type, error_code, cause
    ORDER BY jobs DESC, last_seen DESC, cause LIMIT :groups
""")
