"""Indexes in the order of the lists, so that a page costs the same however many jobs there are."""

from alembic import op

revision = "0013"
down_revision = "0012"

JOBS = {
    "user_status": "(user_id, status, created_at DESC, id DESC)",
    "user_type": "(user_id, job_type, status, created_at DESC, id DESC)",
    "all_status": "(status, created_at DESC, id DESC)",
    "all_type": "(job_type, status, created_at DESC, id DESC)",
    "error_code": "(error_code, created_at DESC, id DESC) WHERE error_code IS NOT NULL",
    "failed_user": "(user_id, completed_at DESC, id DESC) WHERE status = 'failed'",
    "failed_type": "(job_type, completed_at DESC, id DESC) WHERE status = 'failed'",
    "failed_code": "(error_code, completed_at DESC, id DESC) WHERE status = 'failed'",
    "unerased": "(completed_at) WHERE completed_at IS NOT NULL AND erased_at IS NULL",
}
INDEXES = {
    **{f"idx_background_jobs_{name}": f"background_jobs {columns}" for name, columns in JOBS.items()},
    "idx_erasures_done": "erasures (done_at) WHERE done_at IS NOT NULL",
    "idx_deleted_accounts_waiting": "deleted_accounts (user_id) WHERE done_at IS NULL",
    "idx_deleted_accounts_news": "deleted_accounts (GREATEST(requested_at, done_at))",
}


def upgrade() -> None:
    # Concurrently: writers go on meanwhile. An interrupted run leaves an invalid index, which is built again.
    with op.get_context().autocommit_block():
        for name, on in INDEXES.items():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {on}")


def downgrade() -> None:
    op.execute(f"DROP INDEX {', '.join(INDEXES)}")
