"""Dead letters are found by their cause, and a dry run that searches goes on where it was."""

from alembic import op

revision = "0028"
down_revision = "0027"

INDEX = "idx_background_jobs_failed_cause"
SEARCHES = """
ALTER TABLE bulk_actions
    DROP CONSTRAINT bulk_actions_state_check,
    ADD CONSTRAINT bulk_actions_state_check
        CHECK (state IN ('looking', 'dry_run', 'running', 'completed', 'aborted')),
    ADD COLUMN searched integer,
    ADD COLUMN search_after text,
    ADD COLUMN found_at timestamptz;
CREATE INDEX idx_bulk_actions_due ON bulk_actions (next_at) WHERE state IN ('looking', 'running');
DROP INDEX idx_bulk_actions_running;
GRANT UPDATE (found, searched, search_after, found_at) ON bulk_actions TO lodestone_app;
"""
AS_BEFORE = """
DELETE FROM bulk_actions WHERE state = 'looking';
CREATE INDEX idx_bulk_actions_running ON bulk_actions (next_at) WHERE state = 'running';
DROP INDEX idx_bulk_actions_due;
REVOKE UPDATE (found) ON bulk_actions FROM lodestone_app;
ALTER TABLE bulk_actions
    DROP COLUMN searched, DROP COLUMN search_after, DROP COLUMN found_at,
    DROP CONSTRAINT bulk_actions_state_check,
    ADD CONSTRAINT bulk_actions_state_check CHECK (state IN ('dry_run', 'running', 'completed', 'aborted'));
"""


def upgrade() -> None:
    # Concurrently: writers go on meanwhile. An interrupted run leaves an invalid index, which is built again.
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}")
        op.execute(
            f"CREATE INDEX CONCURRENTLY {INDEX} ON background_jobs"
            " (lodestone_cause(error), completed_at DESC, id DESC) WHERE status = 'failed'"
        )
    op.execute(SEARCHES)


def downgrade() -> None:
    op.execute(AS_BEFORE)
    op.execute(f"DROP INDEX {INDEX}")
