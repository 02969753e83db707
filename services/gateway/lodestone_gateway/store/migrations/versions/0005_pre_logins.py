"""A login for each process: it may act as its own roles and as nobody else. The reconciler has a role."""

from alembic import op

revision = "0005"
down_revision = "0004"

LOGINS = {
    "lodestone_gateway": ("lodestone_app", "lodestone_reader"),
    "lodestone_relay": (),
    "lodestone_projector": (),
    "lodestone_reconciler": (),
}
"""Each with the roles it may take on. None has a password: whoever sets the system up gives it one."""

# It finds jobs that stand still, raises the cursor's version to restore one, says who runs, and forgets what
# is old.
RIGHTS = """
GRANT SELECT ON background_jobs, job_events, job_calls, outbox, paused_job_types, projector_cursor
    TO lodestone_reconciler;
GRANT UPDATE (version) ON projector_cursor TO lodestone_reconciler;
GRANT SELECT, INSERT, UPDATE, DELETE ON consumer_states, service_beats TO lodestone_reconciler;
GRANT SELECT, DELETE ON dead_events TO lodestone_reconciler;
"""
SEEN = ("background_jobs", "job_events", "job_calls", "outbox", "paused_job_types")
WRITTEN = ("consumer_states", "service_beats", "dead_events")


def upgrade() -> None:
    for login, roles in LOGINS.items():
        op.execute(_make(login))
        for role in roles:
            op.execute(f"GRANT {role} TO {login}")
    op.execute(RIGHTS)
    for table in SEEN:
        op.execute(f"CREATE POLICY reconciled ON {table} FOR SELECT TO lodestone_reconciler USING (true)")
    for table in WRITTEN:
        op.execute(
            f"CREATE POLICY reconciled ON {table} TO lodestone_reconciler USING (true) WITH CHECK (true)"
        )


def downgrade() -> None:
    """The roles stay: they belong to the cluster, and other databases may use them."""
    op.execute("DROP OWNED BY lodestone_reconciler")


def _make(login: str) -> str:
    # Rights come from the role it takes on, not by themselves: NOINHERIT.
    return f"""
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{login}') THEN
                CREATE ROLE {login} LOGIN NOINHERIT NOBYPASSRLS;
            ELSIF NOT (SELECT rolcanlogin FROM pg_roles WHERE rolname = '{login}') THEN
                ALTER ROLE {login} LOGIN NOINHERIT;
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- another database of this cluster was migrated at the same time
        END $$"""  # noqa: S608
