"""The projector may have a job erased again whose texts came back into the stream."""

from alembic import op

revision = "0023"
down_revision = "0022"

UP = """
GRANT UPDATE (requested_at, done_at) ON erasures TO lodestone_projector;
CREATE POLICY folded_again ON erasures FOR UPDATE TO lodestone_projector
    USING (true) WITH CHECK (done_at IS NULL);
"""

DOWN = """
DROP POLICY folded_again ON erasures;
REVOKE UPDATE (requested_at, done_at) ON erasures FROM lodestone_projector;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
