"""The reconciler finds calls that nobody settled, however long the ledger is."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("CREATE INDEX idx_job_calls_open ON job_calls (job_id) WHERE finished_at IS NULL")


def downgrade() -> None:
    op.execute("DROP INDEX idx_job_calls_open")
