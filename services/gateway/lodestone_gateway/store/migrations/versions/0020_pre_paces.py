"""How the lanes advance of which the relay holds something back: a job in one waits for its turn."""

from alembic import op

revision = "0020"
down_revision = "0019"

TABLE = """
CREATE TABLE lane_paces (
    job_type text NOT NULL,
    is_bulk boolean NOT NULL,
    turn bigint NOT NULL,
    per_second double precision NOT NULL,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (job_type, is_bulk)
);
GRANT SELECT, INSERT, UPDATE ON lane_paces TO lodestone_relay;
GRANT SELECT ON lane_paces TO lodestone_reader;
"""


def upgrade() -> None:
    op.execute(TABLE)


def downgrade() -> None:
    op.execute("DROP TABLE lane_paces")
