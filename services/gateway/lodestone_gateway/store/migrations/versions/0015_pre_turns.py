"""Each row of the outbox takes its turn when it is put, so that the relay finds the next ones in an index."""

from alembic import op

revision = "0015"
down_revision = "0014"

# A lane's turn is a sequence and no row: it has no older versions, so that reading it costs the same however
# long another transaction stays open, and nobody who reads it waits for the relay.
LANES = """
CREATE SEQUENCE outbox_turn_interactive;
CREATE SEQUENCE outbox_turn_bulk;
GRANT SELECT ON SEQUENCE outbox_turn_interactive, outbox_turn_bulk TO lodestone_app;
GRANT SELECT, UPDATE ON SEQUENCE outbox_turn_interactive, outbox_turn_bulk TO lodestone_relay;
"""

# What waits already comes first, in its order.
TURNS = """
ALTER TABLE outbox
    ADD COLUMN is_bulk boolean NOT NULL DEFAULT false,
    ADD COLUMN turn bigint NOT NULL DEFAULT 0;
CREATE INDEX idx_outbox_turns ON outbox (job_type, is_bulk, turn, position) WHERE published_at IS NULL;
CREATE INDEX idx_outbox_cancels ON outbox (job_type, is_bulk, turn, position)
    WHERE published_at IS NULL AND event = 'cancel_requested';
CREATE INDEX idx_outbox_user_turns ON outbox (user_id, is_bulk, turn) WHERE published_at IS NULL;
"""

# A row comes after those of its user that wait, and not before the turn that its lane has reached. Rows with
# an earlier turn than that need not be looked at: they are being published, or are published already.
TAKE_TURN = """
CREATE FUNCTION lodestone_take_turn() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_sort = off AS $$ -- plans are kept while the table grows
DECLARE
    reached bigint;
BEGIN
    NEW.is_bulk := EXISTS (SELECT FROM background_jobs WHERE id = NEW.job_id AND priority = 'bulk');
    IF NEW.is_bulk THEN
        SELECT last_value INTO reached FROM outbox_turn_bulk;
    ELSE
        SELECT last_value INTO reached FROM outbox_turn_interactive;
    END IF;
    SELECT turn + 1 INTO NEW.turn FROM outbox
    WHERE user_id = NEW.user_id AND is_bulk = NEW.is_bulk AND published_at IS NULL AND turn >= reached
    ORDER BY turn DESC LIMIT 1;
    NEW.turn := coalesce(NEW.turn, reached);
    RETURN NEW;
END $$;
CREATE TRIGGER take_turn BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION lodestone_take_turn();
"""

DOWN = """
DROP TRIGGER take_turn ON outbox;
DROP FUNCTION lodestone_take_turn;
ALTER TABLE outbox DROP COLUMN is_bulk, DROP COLUMN turn;
DROP SEQUENCE outbox_turn_interactive, outbox_turn_bulk;
"""


def upgrade() -> None:
    for sql in (LANES, TURNS, TAKE_TURN):
        op.execute(sql)


def downgrade() -> None:
    op.execute(DOWN)
