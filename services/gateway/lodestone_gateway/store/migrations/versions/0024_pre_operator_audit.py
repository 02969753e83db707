"""What operators did, and whose content they looked at; and that they may put a user on a plan."""

from alembic import op

revision = "0024"
down_revision = "0023"

# No foreign key: an entry outlives what it is about, and holds ids only.
TABLE = """
CREATE TABLE operator_audit (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    operator_id uuid,
    login_name text,
    action text NOT NULL,
    target_kind text NOT NULL,
    target_id text,
    user_id uuid,
    details jsonb NOT NULL DEFAULT '{}',
    outcome text NOT NULL,
    CONSTRAINT operator_audit_operator_check CHECK (num_nonnulls(operator_id, login_name) = 1),
    CONSTRAINT operator_audit_outcome_check CHECK (outcome IN ('done', 'unchanged', 'refused')),
    CONSTRAINT operator_audit_details_check
        CHECK (jsonb_typeof(details) = 'object' AND octet_length(details::text) <= 4000)
);
CREATE INDEX idx_operator_audit_list ON operator_audit (at DESC, id DESC);
CREATE INDEX idx_operator_audit_operator ON operator_audit (operator_id, at DESC, id DESC);
CREATE INDEX idx_operator_audit_user ON operator_audit (user_id, at DESC, id DESC);
CREATE INDEX idx_operator_audit_action ON operator_audit (action, at DESC, id DESC);
"""

# The trigger stops the owner too, also where a session replicates; whoever may change the table itself could
# drop it.
APPEND_ONLY = """
CREATE FUNCTION lodestone_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'entries of % are neither changed nor deleted', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON operator_audit
    FOR EACH STATEMENT EXECUTE FUNCTION lodestone_refuse_change();
ALTER TABLE operator_audit ENABLE ALWAYS TRIGGER append_only;
"""

RIGHTS = """
GRANT INSERT ON operator_audit TO lodestone_app;
GRANT SELECT ON operator_audit TO lodestone_reader;
ALTER TABLE operator_audit ENABLE ROW LEVEL SECURITY;
CREATE POLICY made_by_operators ON operator_audit FOR INSERT TO lodestone_app
    WITH CHECK (current_setting('app.is_operator', true) = 'true');
CREATE POLICY all_rows_seen ON operator_audit FOR SELECT TO lodestone_reader USING (true);

-- Until now only the owner of the database wrote a plan: what the app may do with it is for operators alone.
DROP POLICY own_rows_made ON subscriptions;
DROP POLICY own_rows_changed ON subscriptions;
DROP POLICY own_rows_deleted ON subscriptions;
GRANT INSERT, UPDATE (plan) ON subscriptions TO lodestone_app;
CREATE POLICY made_by_operators ON subscriptions FOR INSERT TO lodestone_app
    WITH CHECK (current_setting('app.is_operator', true) = 'true' AND user_id = (SELECT lodestone_user_id()));
CREATE POLICY changed_by_operators ON subscriptions FOR UPDATE TO lodestone_app
    USING (current_setting('app.is_operator', true) = 'true' AND user_id = (SELECT lodestone_user_id()));
"""

OWN = "user_id = (SELECT lodestone_user_id())"
AS_BEFORE = f"""
DROP POLICY made_by_operators ON subscriptions;
DROP POLICY changed_by_operators ON subscriptions;
REVOKE INSERT, UPDATE (plan) ON subscriptions FROM lodestone_app;
CREATE POLICY own_rows_made ON subscriptions FOR INSERT TO lodestone_app WITH CHECK ({OWN});
CREATE POLICY own_rows_changed ON subscriptions FOR UPDATE TO lodestone_app
    USING ({OWN}) WITH CHECK ({OWN});
CREATE POLICY own_rows_deleted ON subscriptions FOR DELETE TO lodestone_app USING ({OWN});
"""


def upgrade() -> None:
    for sql in (TABLE, APPEND_ONLY, RIGHTS):
        op.execute(sql)


def downgrade() -> None:
    op.execute(AS_BEFORE)
    op.execute("DROP TABLE operator_audit")
    op.execute("DROP FUNCTION lodestone_refuse_change")
