"""What is to be erased, and has been: texts and rows of jobs, and accounts. The reconciler carries it out."""

from alembic import op

revision = "0009"
down_revision = "0008"

TABLES = """
ALTER TABLE background_jobs ADD COLUMN erased_at timestamptz;
COMMENT ON COLUMN background_jobs.erased_at IS 'When its texts were deleted; the rest stays';
CREATE INDEX idx_background_jobs_ended ON background_jobs (completed_at) WHERE completed_at IS NOT NULL;

-- Neither has a foreign key: they outlive what they are about, so that nobody takes it for lost.
CREATE TABLE erasures (
    job_id uuid PRIMARY KEY,
    job_type text NOT NULL,
    user_id uuid NOT NULL,
    removes_row boolean NOT NULL DEFAULT false,
    requested_at timestamptz NOT NULL DEFAULT now(),
    done_at timestamptz
);
CREATE INDEX idx_erasures_waiting ON erasures (job_id) WHERE done_at IS NULL;

CREATE TABLE deleted_accounts (
    user_id uuid PRIMARY KEY,
    requested_at timestamptz NOT NULL DEFAULT now(),
    done_at timestamptz
);
"""

# The owner asks, and changes no job; the reconciler empties columns, and removes rows of jobs and users.
RIGHTS = """
GRANT SELECT, INSERT ON erasures, deleted_accounts TO lodestone_app;
GRANT UPDATE (requested_at, done_at) ON deleted_accounts TO lodestone_app;
GRANT DELETE ON brand_kits TO lodestone_app;
GRANT SELECT ON erasures TO lodestone_projector;
GRANT SELECT ON erasures, deleted_accounts TO lodestone_reader;

GRANT SELECT, INSERT, DELETE ON erasures TO lodestone_reconciler;
GRANT UPDATE (removes_row, done_at) ON erasures TO lodestone_reconciler;
GRANT SELECT ON deleted_accounts TO lodestone_reconciler;
GRANT UPDATE (done_at) ON deleted_accounts TO lodestone_reconciler;
GRANT UPDATE (input, result, error, progress_message, items, idempotency_key, idempotency_hash,
    parent_job_id, erased_at, updated_at), DELETE ON background_jobs TO lodestone_reconciler;
GRANT UPDATE (body) ON job_events TO lodestone_reconciler;
GRANT DELETE ON outbox TO lodestone_reconciler;
GRANT SELECT, DELETE, UPDATE (email, name) ON users TO lodestone_reconciler;
GRANT SELECT, DELETE ON wizard_drafts TO lodestone_reconciler;
"""

OWN = "user_id = (SELECT lodestone_user_id())"
OF_OWN_JOB = "EXISTS (SELECT FROM background_jobs WHERE id = job_id)"  # of those that are seen
POLICIES = f"""
ALTER TABLE erasures ENABLE ROW LEVEL SECURITY;
ALTER TABLE deleted_accounts ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows_seen ON erasures FOR SELECT TO lodestone_app USING ({OWN});
CREATE POLICY own_rows_made ON erasures FOR INSERT TO lodestone_app
    WITH CHECK ({OWN} AND NOT removes_row AND done_at IS NULL AND {OF_OWN_JOB});
CREATE POLICY all_rows_seen ON erasures FOR SELECT TO lodestone_projector, lodestone_reader USING (true);
CREATE POLICY reconciled ON erasures TO lodestone_reconciler USING (true) WITH CHECK (true);

CREATE POLICY own_rows_seen ON deleted_accounts FOR SELECT TO lodestone_app USING ({OWN});
CREATE POLICY own_rows_made ON deleted_accounts FOR INSERT TO lodestone_app
    WITH CHECK ({OWN} AND done_at IS NULL);
CREATE POLICY own_rows_changed ON deleted_accounts FOR UPDATE TO lodestone_app
    USING ({OWN}) WITH CHECK ({OWN} AND done_at IS NULL);
CREATE POLICY all_rows_seen ON deleted_accounts FOR SELECT TO lodestone_reader USING (true);
CREATE POLICY reconciled ON deleted_accounts TO lodestone_reconciler USING (true) WITH CHECK (true);

CREATE POLICY own_rows_deleted ON brand_kits FOR DELETE TO lodestone_app USING ({OWN});
CREATE POLICY erased ON background_jobs FOR UPDATE TO lodestone_reconciler USING (true) WITH CHECK (true);
CREATE POLICY removed ON background_jobs FOR DELETE TO lodestone_reconciler USING (true);
CREATE POLICY erased ON job_events FOR UPDATE TO lodestone_reconciler USING (true) WITH CHECK (true);
CREATE POLICY removed ON outbox FOR DELETE TO lodestone_reconciler USING (true);
CREATE POLICY reconciled ON users TO lodestone_reconciler USING (true) WITH CHECK (true);
CREATE POLICY reconciled ON wizard_drafts TO lodestone_reconciler USING (true);
"""

DOWN = """
DROP POLICY own_rows_deleted ON brand_kits;
DROP POLICY erased ON background_jobs;
DROP POLICY removed ON background_jobs;
DROP POLICY erased ON job_events;
DROP POLICY removed ON outbox;
DROP POLICY reconciled ON users;
DROP POLICY reconciled ON wizard_drafts;
REVOKE DELETE ON brand_kits FROM lodestone_app;
REVOKE UPDATE (input, result, error, progress_message, items, idempotency_key, idempotency_hash,
    parent_job_id, erased_at, updated_at), DELETE ON background_jobs FROM lodestone_reconciler;
REVOKE UPDATE (body) ON job_events FROM lodestone_reconciler;
REVOKE DELETE ON outbox FROM lodestone_reconciler;
REVOKE ALL ON users, wizard_drafts FROM lodestone_reconciler;
DROP TABLE deleted_accounts, erasures;
ALTER TABLE background_jobs DROP COLUMN erased_at;
DROP INDEX idx_background_jobs_ended;
"""


def upgrade() -> None:
    for sql in (TABLES, RIGHTS, POLICIES):
        op.execute(sql)


def downgrade() -> None:
    op.execute(DOWN)
