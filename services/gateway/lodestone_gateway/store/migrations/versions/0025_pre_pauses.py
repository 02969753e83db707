"""Pauses of a user and of everything, gradual resumptions, caps of one user, and the list of users."""

from alembic import op

revision = "0025"
down_revision = "0024"

LIST = "idx_users_list"

# A release that knows no pace takes a row with one for a pause, which is the safe side.
TABLES = """
ALTER TABLE paused_job_types
    ADD COLUMN per_minute integer CONSTRAINT paused_job_types_per_minute_check CHECK (per_minute > 0),
    ADD COLUMN resumed_by uuid,
    ADD COLUMN resumed_at timestamptz;

CREATE TABLE paused_users (
    user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    paused_by uuid NOT NULL,
    paused_at timestamptz NOT NULL DEFAULT now(),
    per_minute integer CONSTRAINT paused_users_per_minute_check CHECK (per_minute > 0),
    resumed_by uuid,
    resumed_at timestamptz
);
"""

# The relay ends a gradual resumption whose backlog is gone, and nothing else.
RIGHTS = """
GRANT UPDATE (paused_by, paused_at, per_minute, resumed_by, resumed_at) ON paused_job_types TO lodestone_app;
CREATE POLICY changed_by_operators ON paused_job_types FOR UPDATE TO lodestone_app
    USING (current_setting('app.is_operator', true) = 'true');
GRANT DELETE ON paused_job_types TO lodestone_relay;
CREATE POLICY ended ON paused_job_types FOR DELETE TO lodestone_relay USING (per_minute IS NOT NULL);

GRANT SELECT, INSERT, DELETE, UPDATE (paused_by, paused_at, per_minute, resumed_by, resumed_at)
    ON paused_users TO lodestone_app;
GRANT SELECT, DELETE ON paused_users TO lodestone_relay;
GRANT SELECT ON paused_users TO lodestone_reader;
ALTER TABLE paused_users ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_operators ON paused_users TO lodestone_app
    USING (current_setting('app.is_operator', true) = 'true');
CREATE POLICY all_rows_seen ON paused_users FOR SELECT TO lodestone_relay, lodestone_reader USING (true);
CREATE POLICY ended ON paused_users FOR DELETE TO lodestone_relay USING (per_minute IS NOT NULL);
"""

CAPS = """
CREATE TABLE user_caps (
    user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    caps jsonb NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT, UPDATE (caps, changed_at), DELETE ON user_caps TO lodestone_app;
GRANT SELECT ON user_caps TO lodestone_reader, lodestone_limiter;
ALTER TABLE user_caps ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows_seen ON user_caps FOR SELECT TO lodestone_app
    USING (user_id = (SELECT lodestone_user_id()));
CREATE POLICY of_operators ON user_caps TO lodestone_app
    USING (current_setting('app.is_operator', true) = 'true');
CREATE POLICY all_rows_seen ON user_caps FOR SELECT TO lodestone_reader, lodestone_limiter USING (true);

-- Null is no cap. A plan without caps has none of these names, so that nobody counts in vain.
CREATE OR REPLACE FUNCTION lodestone_plan_caps(p_user_id uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN own IS NULL THEN plan ELSE jsonb_strip_nulls(plan || own || jsonb_build_object(
        'jobsADay', nullif(jsonb_strip_nulls(
            coalesce(plan -> 'jobsADay', '{}') || coalesce(own -> 'jobsADay', '{}')), '{}'))) END
    FROM (SELECT
        nullif(current_setting('lodestone.caps', true), '')::jsonb
            -> 'plans' -> lodestone_plan(p_user_id) AS plan,
        (SELECT caps FROM user_caps WHERE user_id = p_user_id) AS own) AS caps
$$;
"""

AS_BEFORE = """
CREATE OR REPLACE FUNCTION lodestone_plan_caps(p_user_id uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT nullif(current_setting('lodestone.caps', true), '')::jsonb -> 'plans' -> lodestone_plan(p_user_id)
$$;
DROP TABLE user_caps;
DROP TABLE paused_users;
DROP POLICY ended ON paused_job_types;
REVOKE DELETE ON paused_job_types FROM lodestone_relay;
DROP POLICY changed_by_operators ON paused_job_types;
ALTER TABLE paused_job_types DROP COLUMN per_minute, DROP COLUMN resumed_by, DROP COLUMN resumed_at;
DELETE FROM paused_job_types WHERE job_type = '(everything)';
"""


def upgrade() -> None:
    # First, and concurrently: an interrupted run leaves an invalid index, which is built again.
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {LIST}")
        op.execute(f"CREATE INDEX CONCURRENTLY {LIST} ON users (created_at DESC, id DESC)")
    for sql in (TABLES, RIGHTS, CAPS):
        op.execute(sql)


def downgrade() -> None:
    op.execute(f"DROP INDEX {LIST}")
    op.execute(AS_BEFORE)
