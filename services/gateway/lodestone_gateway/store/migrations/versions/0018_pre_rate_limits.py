"""The rate limits that all gateway processes share, and the role that keeps them."""

from alembic import op

revision = "0018"
down_revision = "0017"

ROLE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'lodestone_limiter') THEN
        CREATE ROLE lodestone_limiter NOLOGIN NOBYPASSRLS;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL; -- another database of this cluster was migrated at the same time
END $$;
GRANT lodestone_limiter TO lodestone_gateway;
"""

# Unlogged: a second of use is not worth the disk's time, and a crash of Postgres lets everybody begin afresh.
# Half of each page is free, so that a row that changes every second stays in its page and in its index.
TABLE = """
CREATE UNLOGGED TABLE rate_limits (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    rate text NOT NULL,
    full_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, rate)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
"""

# The limiter knows of users only who there is; a user's export shows their own rows.
RIGHTS = """
GRANT SELECT, INSERT, UPDATE ON rate_limits TO lodestone_limiter;
GRANT SELECT (id) ON users TO lodestone_limiter;
GRANT SELECT ON rate_limits TO lodestone_app, lodestone_reader;

ALTER TABLE rate_limits ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows_seen ON rate_limits FOR SELECT TO lodestone_app
    USING (user_id = (SELECT lodestone_user_id()));
CREATE POLICY all_rows_seen ON rate_limits FOR SELECT TO lodestone_reader USING (true);
CREATE POLICY limited ON rate_limits TO lodestone_limiter USING (true) WITH CHECK (true);
CREATE POLICY limited ON users FOR SELECT TO lodestone_limiter USING (true);
"""


def upgrade() -> None:
    for sql in (ROLE, TABLE, RIGHTS):
        op.execute(sql)


def downgrade() -> None:
    """The role stays: it belongs to the cluster, and other databases may use it."""
    op.execute("DROP TABLE rate_limits")
    op.execute("DROP OWNED BY lodestone_limiter")
