"""The cap on what all users spend in an hour: what it holds back, and an operator's way past it."""

from alembic import op

revision = "0017"
down_revision = "0016"

TABLES = """
CREATE TABLE spend_control (
    id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    cap_usd numeric,
    waived_until timestamptz,
    waived_by uuid,
    waived_at timestamptz
);
INSERT INTO spend_control DEFAULT VALUES;

CREATE TABLE spend_holds (
    is_bulk boolean PRIMARY KEY,
    until timestamptz NOT NULL
);

CREATE INDEX idx_spend_hours_hour ON spend_hours (hour);
"""

RIGHTS = """
GRANT SELECT ON spend_control, spend_holds TO lodestone_app, lodestone_reader, lodestone_relay;
GRANT UPDATE (waived_until, waived_by, waived_at) ON spend_control TO lodestone_app;
GRANT DELETE ON spend_holds TO lodestone_app;
GRANT SELECT, UPDATE (cap_usd) ON spend_control TO lodestone_reconciler;
GRANT SELECT, INSERT, UPDATE (until), DELETE ON spend_holds TO lodestone_reconciler;
"""

ROWS = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen_by_all ON {table} FOR SELECT
    TO lodestone_app, lodestone_relay, lodestone_reader USING (true);
CREATE POLICY reconciled ON {table} TO lodestone_reconciler USING (true) WITH CHECK (true);
"""

OPERATORS = """
CREATE POLICY changed_by_operators ON spend_control FOR UPDATE TO lodestone_app
    USING (current_setting('app.is_operator', true) = 'true');
CREATE POLICY deleted_by_operators ON spend_holds FOR DELETE TO lodestone_app
    USING (current_setting('app.is_operator', true) = 'true');
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(RIGHTS)
    for table in ("spend_control", "spend_holds"):
        op.execute(ROWS.format(table=table))
    op.execute(OPERATORS)


def downgrade() -> None:
    op.execute("DROP INDEX idx_spend_hours_hour")
    op.execute("DROP TABLE spend_holds, spend_control")
