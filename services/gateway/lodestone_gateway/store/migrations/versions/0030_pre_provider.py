"""What each process of a service says of the provider: its breakers, and the limits that it knows."""

from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.execute("ALTER TABLE service_beats ADD COLUMN IF NOT EXISTS provider jsonb")


def downgrade() -> None:
    op.execute("ALTER TABLE service_beats DROP COLUMN provider")
