"""Dead letters are found by what failed, and not only grouped by it."""

from alembic import op

revision = "0028"
down_revision = "0027"

INDEX = "idx_background_jobs_failed_cause"


def upgrade() -> None:
    # Concurrently: writers go on meanwhile. An interrupted run leaves an invalid index, which is built again.
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}")
        op.execute(
            f"CREATE INDEX CONCURRENTLY {INDEX} ON background_jobs"
            " (lodestone_cause(error), completed_at DESC, id DESC) WHERE status = 'failed'"
        )


def downgrade() -> None:
    op.execute(f"DROP INDEX {INDEX}")
