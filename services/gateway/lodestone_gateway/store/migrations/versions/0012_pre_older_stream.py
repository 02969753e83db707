"""What the projector knows an older stream by; it may note that a job was erased elsewhere."""

from alembic import op

revision = "0012"
down_revision = "0011"

UP = """
ALTER TABLE projector_cursor
    ADD COLUMN seen_sequence bigint,
    ADD COLUMN seen_at timestamptz,
    ADD COLUMN turned_back_at timestamptz;

GRANT INSERT ON erasures TO lodestone_projector;
CREATE POLICY folded ON erasures FOR INSERT TO lodestone_projector
    WITH CHECK (NOT removes_row AND done_at IS NULL);
"""

DOWN = """
DROP POLICY folded ON erasures;
REVOKE INSERT ON erasures FROM lodestone_projector;
ALTER TABLE projector_cursor DROP COLUMN seen_sequence, DROP COLUMN seen_at, DROP COLUMN turned_back_at;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
