"""What each user used on each day, added up once the day is over; autovacuum keeps up with the hot tables."""

from alembic import op

revision = "0014"
down_revision = "0013"

TABLES = """
CREATE TABLE usage_days (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    date date NOT NULL,
    job_type text NOT NULL,
    jobs bigint NOT NULL,
    input_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    cost_usd numeric NOT NULL,
    CONSTRAINT usage_days_user_id_date_job_type_key UNIQUE (user_id, date, job_type)
);

CREATE TABLE usage_cursor (
    id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    until date NOT NULL
);
INSERT INTO usage_cursor (until) VALUES (date_trunc('month', now() AT TIME ZONE 'UTC'));
"""

RIGHTS = """
GRANT SELECT ON usage_days, usage_cursor TO lodestone_app, lodestone_reader;
GRANT SELECT, INSERT, DELETE ON usage_days TO lodestone_reconciler;
GRANT SELECT, UPDATE (until) ON usage_cursor TO lodestone_reconciler;

ALTER TABLE usage_days ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows_seen ON usage_days FOR SELECT TO lodestone_app
    USING (user_id = (SELECT lodestone_user_id()));
CREATE POLICY all_rows_seen ON usage_days FOR SELECT TO lodestone_reader USING (true);
CREATE POLICY reconciled ON usage_days TO lodestone_reconciler USING (true) WITH CHECK (true);
"""

# Room in each page of jobs lets an update stay there, without new entries in the indexes, unless it changes
# the state. A fiftieth of dead rows is cleared away, not a fifth: what is deleted by age makes room at once.
VACUUM = "autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02"
STORAGE = f"""
ALTER TABLE background_jobs SET (fillfactor = 80, {VACUUM}, autovacuum_analyze_scale_factor = 0.02);
ALTER TABLE job_events SET ({VACUUM});
ALTER TABLE job_calls SET ({VACUUM});
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(RIGHTS)
    op.execute(STORAGE)


def downgrade() -> None:
    names = ", ".join(setting.partition(" =")[0] for setting in VACUUM.split(", "))
    op.execute(f"ALTER TABLE background_jobs RESET (fillfactor, {names}, autovacuum_analyze_scale_factor)")
    op.execute(f"ALTER TABLE job_events RESET ({names})")
    op.execute(f"ALTER TABLE job_calls RESET ({names})")
    op.execute("DROP TABLE usage_cursor, usage_days")
