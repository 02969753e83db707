"""The owner may read as the reader does, without being a superuser: `rebuild` compares as that role."""

from alembic import op

revision = "0011"
down_revision = "0010"

# Where the roles were made by somebody else, only they can: `rebuild` then says whom to ask for what.
LET_READ = """
DO $$ BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('GRANT lodestone_reader TO %I', current_user);
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    NULL;
END $$
"""


def upgrade() -> None:
    op.execute(LET_READ)


def downgrade() -> None:
    """The right stays: roles belong to the cluster, and other databases may use it."""
