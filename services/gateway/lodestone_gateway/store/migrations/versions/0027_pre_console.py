"""What the operators' pages read: a process's release, when an event was folded, who waits for what."""

from alembic import op

revision = "0027"
down_revision = "0026"

INDEX = "idx_background_jobs_waiting_for"


def upgrade() -> None:
    op.execute("ALTER TABLE service_beats ADD COLUMN IF NOT EXISTS version text")
    # Without a default at first: events that are there already were not folded now.
    op.execute("ALTER TABLE job_events ADD COLUMN IF NOT EXISTS folded_at timestamptz")
    op.execute("ALTER TABLE job_events ALTER COLUMN folded_at SET DEFAULT now()")
    # Concurrently: writers go on meanwhile. An interrupted run leaves an invalid index, which is built again.
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}")
        op.execute(
            f"CREATE INDEX CONCURRENTLY {INDEX} ON background_jobs"
            " (waiting_for, created_at DESC, id DESC) WHERE waiting_for IS NOT NULL"
        )


def downgrade() -> None:
    op.execute(f"DROP INDEX {INDEX}")
    op.execute("ALTER TABLE job_events DROP COLUMN folded_at")
    op.execute("ALTER TABLE service_beats DROP COLUMN version")
