"""Operators hold requests that wait, one by one: held rows leave the indexes by which the relay reads."""

from alembic import op

revision = "0029"
down_revision = "0028"

# By name what they were on, and what they are on now. Until it is replaced, the relay of the release before
# finds its rows without these two.
INDEXES = {
    "idx_outbox_turns": (
        "(job_type, is_bulk, turn, position) WHERE published_at IS NULL",
        "(job_type, is_bulk, turn, position) WHERE published_at IS NULL AND held_by IS NULL",
    ),
    "idx_outbox_user_turns": (
        "(user_id, job_type, is_bulk, turn_ends)",
        "(user_id, job_type, is_bulk, turn_ends) WHERE held_by IS NULL",
    ),
}
HELD = "idx_outbox_held"

# Only a request that nobody has tried to publish is held, and only by an operator.
RIGHTS = """
GRANT UPDATE (held_by) ON outbox TO lodestone_app;
CREATE POLICY held_by_operators ON outbox AS RESTRICTIVE FOR UPDATE TO lodestone_app
    USING (current_setting('app.is_operator', true) = 'true'
        AND event = 'requested' AND published_at IS NULL AND NOT tried);
ALTER TABLE bulk_actions
    DROP CONSTRAINT bulk_actions_action_check,
    ADD CONSTRAINT bulk_actions_action_check CHECK (action IN ('replay', 'cancel', 'pause', 'resume'));
"""

# What is let go takes a new turn, as if it came now: after what its user has waiting, and not before others
# who came meanwhile. What is held counts for nobody's turn.
TAKE_TURN = """
CREATE OR REPLACE FUNCTION lodestone_take_turn() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_sort = off AS $$ -- plans are kept while the table grows
DECLARE
    used bigint;
    weight integer := lodestone_plan_weight(lodestone_plan(NEW.user_id));
BEGIN
    NEW.is_bulk := EXISTS (SELECT FROM background_jobs WHERE id = NEW.job_id AND priority = 'bulk');
    NEW.turn := lodestone_lane_time(NEW.job_type, NEW.is_bulk);
    IF NEW.event <> 'requested' THEN
        NEW.turn_ends := NEW.turn;
        RETURN NEW;
    END IF;
    SELECT coalesce(max(turn_ends), NEW.turn) INTO NEW.turn FROM (
        SELECT turn_ends FROM outbox
        WHERE user_id = NEW.user_id AND job_type = NEW.job_type AND is_bulk = NEW.is_bulk
            AND turn_ends > NEW.turn{unless_held}
        ORDER BY turn_ends DESC LIMIT 1) AS last;
    SELECT input_tokens + output_tokens INTO used FROM background_jobs
    WHERE user_id = NEW.user_id AND job_type = NEW.job_type AND status = 'completed'
    ORDER BY created_at DESC, id DESC LIMIT 1;
    NEW.tokens := coalesce(nullif(used, 0), {expected});
    NEW.turn_ends := NEW.turn + (NEW.tokens + weight - 1) / weight;
    RETURN NEW;
END $$;
"""
EXPECTED = "NEW.tokens + pg_column_size(NEW.body) / 4"
EXPECTED_ONCE = f"CASE TG_OP WHEN 'INSERT' THEN {EXPECTED} ELSE NEW.tokens END"
AGAIN = """
CREATE TRIGGER take_turn_again BEFORE UPDATE OF held_by ON outbox FOR EACH ROW
    WHEN (OLD.held_by IS NOT NULL AND NEW.held_by IS NULL) EXECUTE FUNCTION lodestone_take_turn();
"""
DOWN = """
DROP TRIGGER take_turn_again ON outbox;
DROP POLICY held_by_operators ON outbox;
DELETE FROM bulk_action_jobs WHERE bulk_action_id IN (
    SELECT id FROM bulk_actions WHERE action IN ('pause', 'resume'));
DELETE FROM bulk_actions WHERE action IN ('pause', 'resume');
ALTER TABLE bulk_actions
    DROP CONSTRAINT bulk_actions_action_check,
    ADD CONSTRAINT bulk_actions_action_check CHECK (action IN ('replay', 'cancel'));
"""


def upgrade() -> None:
    op.execute("ALTER TABLE outbox ADD COLUMN IF NOT EXISTS held_by uuid")
    # Concurrently: writers go on meanwhile. An interrupted run leaves an invalid index, which is built again.
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {HELD}")
        op.execute(f"CREATE INDEX CONCURRENTLY {HELD} ON outbox (job_id) WHERE held_by IS NOT NULL")
        for name, (_, now) in INDEXES.items():
            _replace(name, now)
    op.execute(TAKE_TURN.format(unless_held=" AND held_by IS NULL", expected=EXPECTED_ONCE))
    op.execute(RIGHTS)
    op.execute(AGAIN)


def downgrade() -> None:
    op.execute(DOWN)
    op.execute(TAKE_TURN.format(unless_held="", expected=EXPECTED))
    for name, (before, _) in INDEXES.items():
        op.execute(f"DROP INDEX {name}")
        op.execute(f"CREATE INDEX {name} ON outbox {before}")
    op.execute("ALTER TABLE outbox DROP COLUMN held_by")  # with its index


def _replace(name: str, on: str) -> None:
    op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}_new")
    op.execute(f"CREATE INDEX CONCURRENTLY {name}_new ON outbox {on}")
    op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
    op.execute(f"ALTER INDEX {name}_new RENAME TO {name}")
