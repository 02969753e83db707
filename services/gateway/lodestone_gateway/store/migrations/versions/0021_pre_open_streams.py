"""How many streams the users who watch in many places have open at each gateway process."""

from alembic import op

revision = "0021"
down_revision = "0020"

# Unlogged: each process says it again every few seconds.
TABLE = """
CREATE UNLOGGED TABLE open_streams (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    process_id uuid NOT NULL,
    open integer NOT NULL,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, process_id)
) WITH (fillfactor = 50);
"""

# The limiter also learns the plan, whose cap it tells.
RIGHTS = """
GRANT SELECT, INSERT, UPDATE, DELETE ON open_streams TO lodestone_limiter;
GRANT SELECT (user_id, plan) ON subscriptions TO lodestone_limiter;
GRANT SELECT ON open_streams TO lodestone_app, lodestone_reader;

ALTER TABLE open_streams ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows_seen ON open_streams FOR SELECT TO lodestone_app
    USING (user_id = (SELECT lodestone_user_id()));
CREATE POLICY all_rows_seen ON open_streams FOR SELECT TO lodestone_reader USING (true);
CREATE POLICY limited ON open_streams TO lodestone_limiter USING (true) WITH CHECK (true);
CREATE POLICY limited ON subscriptions FOR SELECT TO lodestone_limiter USING (true);
"""


def upgrade() -> None:
    for sql in (TABLE, RIGHTS):
        op.execute(sql)


def downgrade() -> None:
    op.execute("DROP TABLE open_streams")
    op.execute("DROP POLICY limited ON subscriptions")
    op.execute("REVOKE SELECT (user_id, plan) ON subscriptions FROM lodestone_limiter")
