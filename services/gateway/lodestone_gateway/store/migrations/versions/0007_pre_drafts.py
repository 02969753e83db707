"""A draft's id belongs to its owner; what a list of drafts shows is kept beside the draft."""

from alembic import op

revision = "0007"
down_revision = "0006"

KEYS = """
ALTER TABLE wizard_drafts DROP CONSTRAINT wizard_drafts_pkey, ADD PRIMARY KEY (user_id, id);
"""

# Computed by Postgres, so that code that does not know them writes them as well.
COLUMNS = """
ALTER TABLE wizard_drafts
    ADD COLUMN size integer GENERATED ALWAYS AS (octet_length(wizard_state::text)) STORED,
    ADD COLUMN has_form boolean GENERATED ALWAYS AS (wizard_state ? 'form') STORED,
    ADD COLUMN pending_job jsonb GENERATED ALWAYS AS (
        CASE WHEN octet_length((wizard_state -> 'pendingJob')::text) <= 1000
            THEN wizard_state -> 'pendingJob' ELSE NULL END) STORED;
"""

# Where several owners have the same id, the newest keep their drafts under ids of their own.
UNIQUE_AGAIN = """
UPDATE wizard_drafts AS one SET id = gen_random_uuid()
    WHERE EXISTS (SELECT FROM wizard_drafts AS other WHERE other.id = one.id
        AND (other.created_at, other.user_id) < (one.created_at, one.user_id));
ALTER TABLE wizard_drafts DROP COLUMN size, DROP COLUMN has_form, DROP COLUMN pending_job,
    DROP CONSTRAINT wizard_drafts_pkey, ADD PRIMARY KEY (id);
"""


def upgrade() -> None:
    op.execute(KEYS)
    op.execute(COLUMNS)


def downgrade() -> None:
    op.execute(UNIQUE_AGAIN)
