"""What operators see and set: events that could not be folded, paused job types, who is running."""

from alembic import op

revision = "0003"
down_revision = "0002"

TABLES = """
CREATE TABLE dead_events (
    id uuid PRIMARY KEY,
    sequence bigint NOT NULL UNIQUE,
    subject text NOT NULL,
    problem text NOT NULL,
    reason text NOT NULL,
    job_id uuid,
    job_type text,
    size integer NOT NULL,
    excerpt text NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT dead_events_problem_check CHECK (problem IN ('invalid', 'refused', 'after_end', 'foreign'))
);
CREATE INDEX idx_dead_events_list ON dead_events (seen_at DESC, id DESC);

CREATE TABLE paused_job_types (
    job_type text PRIMARY KEY,
    paused_by uuid NOT NULL,
    paused_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE consumer_states (
    name text PRIMARY KEY,
    pending bigint NOT NULL,
    ack_pending bigint NOT NULL,
    redelivered bigint NOT NULL,
    waiting_pulls bigint NOT NULL,
    is_paused boolean NOT NULL,
    seen_at timestamptz NOT NULL
);

CREATE TABLE service_beats (
    worker_id text PRIMARY KEY,
    service text NOT NULL,
    slots integer NOT NULL,
    running integer NOT NULL,
    started_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL
);

CREATE INDEX idx_background_jobs_failed ON background_jobs (completed_at DESC, id DESC)
    WHERE status = 'failed';
CREATE INDEX idx_background_jobs_parent ON background_jobs (parent_job_id) WHERE parent_job_id IS NOT NULL;
"""

# Whoever waits for a job may know that its type is paused; to pause is an operator's act, which the app
# names in its transaction as it names the user.
RIGHTS = """
GRANT SELECT, INSERT, DELETE ON paused_job_types TO lodestone_app;
GRANT SELECT ON paused_job_types TO lodestone_relay, lodestone_projector, lodestone_reader;
GRANT SELECT, INSERT, DELETE ON dead_events TO lodestone_projector;
GRANT SELECT, INSERT, UPDATE, DELETE ON consumer_states, service_beats TO lodestone_projector;
GRANT SELECT ON dead_events, consumer_states, service_beats TO lodestone_reader;

ALTER TABLE paused_job_types ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen_by_all ON paused_job_types FOR SELECT
    TO lodestone_app, lodestone_relay, lodestone_projector, lodestone_reader USING (true);
CREATE POLICY made_by_operators ON paused_job_types FOR INSERT TO lodestone_app
    WITH CHECK (current_setting('app.is_operator', true) = 'true');
CREATE POLICY deleted_by_operators ON paused_job_types FOR DELETE TO lodestone_app
    USING (current_setting('app.is_operator', true) = 'true');
"""

WATCHED = ("dead_events", "consumer_states", "service_beats")


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(RIGHTS)
    for table in WATCHED:
        op.execute(f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
            CREATE POLICY all_rows ON {table} TO lodestone_projector USING (true) WITH CHECK (true);
            CREATE POLICY all_rows_seen ON {table} FOR SELECT TO lodestone_reader USING (true);
        """)


def downgrade() -> None:
    op.execute("DROP INDEX idx_background_jobs_failed, idx_background_jobs_parent")
    op.execute("DROP TABLE dead_events, paused_job_types, consumer_states, service_beats")
