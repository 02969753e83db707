"""Bulk actions of operators: what was asked, how far it is, and what became of each job."""

from alembic import op

revision = "0026"
down_revision = "0025"

# Jobs are named and not referred to: a bulk action may outlive them.
TABLES = """
CREATE TABLE bulk_actions (
    id uuid PRIMARY KEY,
    action text NOT NULL,
    filter jsonb NOT NULL,
    operator_id uuid NOT NULL,
    state text NOT NULL DEFAULT 'dry_run',
    found jsonb NOT NULL,
    rate_per_minute integer NOT NULL,
    total integer NOT NULL DEFAULT 0,
    done integer NOT NULL DEFAULT 0,
    refused integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    next_at timestamptz,
    ended_at timestamptz,
    ended_by uuid,
    CONSTRAINT bulk_actions_action_check CHECK (action IN ('replay', 'cancel')),
    CONSTRAINT bulk_actions_state_check CHECK (state IN ('dry_run', 'running', 'completed', 'aborted')),
    CONSTRAINT bulk_actions_rate_check CHECK (rate_per_minute > 0)
);
CREATE INDEX idx_bulk_actions_list ON bulk_actions (created_at DESC, id DESC);
CREATE INDEX idx_bulk_actions_running ON bulk_actions (next_at) WHERE state = 'running';
CREATE INDEX idx_bulk_actions_ended ON bulk_actions (created_at) WHERE state <> 'running';

CREATE TABLE bulk_action_jobs (
    bulk_action_id uuid NOT NULL,
    job_id uuid NOT NULL,
    outcome text,
    result_job_id uuid,
    code text,
    detail text,
    ended_at timestamptz,
    PRIMARY KEY (bulk_action_id, job_id),
    CONSTRAINT bulk_action_jobs_outcome_check CHECK (outcome IN ('done', 'refused'))
);
CREATE INDEX idx_bulk_action_jobs_open ON bulk_action_jobs (bulk_action_id, job_id) WHERE outcome IS NULL;
CREATE INDEX idx_bulk_action_jobs_refused ON bulk_action_jobs (bulk_action_id, job_id)
    WHERE outcome = 'refused';
CREATE INDEX idx_bulk_action_jobs_busy ON bulk_action_jobs (job_id) WHERE outcome IS NULL;
"""

# What a failure says without what differs from one job to the next. Groups and filters share it.
CAUSE = """
CREATE FUNCTION lodestone_cause(message text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT left(regexp_replace(coalesce(message, ''),
        '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-z]*[0-9][0-9a-z]{11,}|[0-9]+([.,:][0-9]+)*',
        '…', 'gi'), 300)
$$;
"""

RIGHTS = """
GRANT SELECT, INSERT ON bulk_actions, bulk_action_jobs TO lodestone_app;
GRANT UPDATE (state, rate_per_minute, total, done, refused, started_at, next_at, ended_at, ended_by)
    ON bulk_actions TO lodestone_app;
GRANT UPDATE (outcome, result_job_id, code, detail, ended_at) ON bulk_action_jobs TO lodestone_app;
GRANT SELECT ON bulk_actions, bulk_action_jobs TO lodestone_reader;
GRANT SELECT, DELETE ON bulk_actions, bulk_action_jobs TO lodestone_reconciler;
"""
TABLE_NAMES = ("bulk_actions", "bulk_action_jobs")
BY_OPERATORS = "current_setting('app.is_operator', true) = 'true'"


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(CAUSE)
    op.execute(RIGHTS)
    for table in TABLE_NAMES:
        op.execute(f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
            CREATE POLICY by_operators ON {table} TO lodestone_app
                USING ({BY_OPERATORS}) WITH CHECK ({BY_OPERATORS});
            CREATE POLICY all_rows_seen ON {table} FOR SELECT TO lodestone_reader USING (true);
            CREATE POLICY reconciled ON {table} TO lodestone_reconciler USING (true);
        """)


def downgrade() -> None:
    op.execute("DROP TABLE bulk_action_jobs, bulk_actions")
    op.execute("DROP FUNCTION lodestone_cause")
