"""What calls wrote to the provider's cache, and what it saved, in the sums of jobs and of days.

Sums that were made before are completed from the ledger, which says what was written and read; what it saved
is known of newer calls only.
"""

from alembic import op

revision = "0022"
down_revision = "0021"

TOKENS, USD = "bigint NOT NULL DEFAULT 0", "numeric NOT NULL DEFAULT 0"
COLUMNS = {
    "job_calls": {"cache_saved_usd": USD},
    "background_jobs": {"cache_write_tokens": TOKENS, "cache_saved_usd": USD},
    "usage_days": {"cache_read_tokens": TOKENS, "cache_write_tokens": TOKENS, "cache_saved_usd": USD},
}
# Nothing else of a row changes: it keeps the time of its newest event.
JOBS = """
UPDATE background_jobs AS job SET cache_write_tokens = written.tokens, updated_at = job.updated_at
FROM (
    SELECT job_id, sum(cache_write_tokens) AS tokens FROM job_calls
    WHERE cache_write_tokens > 0 AND finished_at IS NOT NULL GROUP BY job_id
) AS written
WHERE job.id = written.job_id
"""
DAYS = """
UPDATE usage_days AS day
SET cache_read_tokens = of_day.read_tokens, cache_write_tokens = of_day.written_tokens
FROM (
    SELECT user_id, job_type, (coalesce(started_at, finished_at) AT TIME ZONE 'UTC')::date AS date,
        sum(cache_read_tokens) AS read_tokens, sum(cache_write_tokens) AS written_tokens
    FROM job_calls WHERE cache_read_tokens + cache_write_tokens > 0 GROUP BY 1, 2, 3
) AS of_day
WHERE (day.user_id, day.job_type, day.date) = (of_day.user_id, of_day.job_type, of_day.date)
"""


def upgrade() -> None:
    for table, columns in COLUMNS.items():
        added = ", ".join(f"ADD COLUMN IF NOT EXISTS {name} {of}" for name, of in columns.items())
        op.execute(f"ALTER TABLE {table} {added}")
    # The tables are free again meanwhile. An interrupted run starts again.
    with op.get_context().autocommit_block():
        op.execute(JOBS)
        op.execute(DAYS)


def downgrade() -> None:
    for table, columns in COLUMNS.items():
        op.execute(f"ALTER TABLE {table} {', '.join(f'DROP COLUMN {name}' for name in columns)}")
