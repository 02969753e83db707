"""Takes away what no process uses any more, once the reconciler has a role of its own."""

from alembic import op

revision = "0006"
down_revision = "0005"

NARROWED = """
REVOKE SELECT ON users, outbox, paused_job_types FROM lodestone_projector;
REVOKE ALL ON consumer_states, service_beats FROM lodestone_projector;
REVOKE INSERT ON projector_cursor FROM lodestone_projector;
REVOKE DELETE ON dead_events FROM lodestone_projector;

REVOKE UPDATE ON outbox, projector_cursor FROM lodestone_relay;
GRANT UPDATE (tried, published_at) ON outbox TO lodestone_relay;
GRANT UPDATE (version) ON projector_cursor TO lodestone_relay;
"""

AS_BEFORE = """
GRANT SELECT ON users, outbox, paused_job_types TO lodestone_projector;
GRANT SELECT, INSERT, UPDATE, DELETE ON consumer_states, service_beats TO lodestone_projector;
GRANT INSERT ON projector_cursor TO lodestone_projector;
GRANT DELETE ON dead_events TO lodestone_projector;
GRANT UPDATE ON outbox, projector_cursor TO lodestone_relay;
"""


def upgrade() -> None:
    op.execute(NARROWED)


def downgrade() -> None:
    op.execute(AS_BEFORE)
