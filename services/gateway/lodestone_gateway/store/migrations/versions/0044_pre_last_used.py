"""A job gets its turn without a look at other jobs, however little is known of the tables."""

from alembic import op

revision = "0044"
down_revision = "0043"

INDEX = "idx_background_jobs_last_used"

# Plans are kept while the tables grow, and to an empty table every index costs the same: so one condition or
# one order names the index that is meant. By its id alone a job could also be looked for among all of its
# user's, and the last completed one among those of all users.
TAKE_TURN = """
CREATE OR REPLACE FUNCTION lodestone_take_turn() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off SET enable_sort = off AS $$ -- plans are kept while the table grows
DECLARE
    used bigint;
    weight integer := lodestone_plan_weight(lodestone_plan(NEW.user_id));
BEGIN
    NEW.is_bulk := EXISTS (SELECT FROM {its_job} WHERE id = NEW.job_id AND priority = 'bulk');
    NEW.turn := lodestone_lane_time(NEW.job_type, NEW.is_bulk);
    IF NEW.event <> 'requested' THEN
        NEW.turn_ends := NEW.turn;
        RETURN NEW;
    END IF;
    SELECT coalesce(max(turn_ends), NEW.turn) INTO NEW.turn FROM (
        SELECT turn_ends FROM outbox
        WHERE user_id = NEW.user_id AND job_type = NEW.job_type AND is_bulk = NEW.is_bulk
            AND turn_ends > NEW.turn AND held_by IS NULL
        ORDER BY turn_ends DESC LIMIT 1) AS last;
    SELECT input_tokens + output_tokens INTO used FROM background_jobs
    WHERE user_id = NEW.user_id AND job_type = NEW.job_type AND status = 'completed'
    ORDER BY {last_first} LIMIT 1;
    NEW.tokens := coalesce(nullif(used, 0), CASE TG_OP
        WHEN 'INSERT' THEN NEW.tokens + pg_column_size(NEW.body) / 4 ELSE NEW.tokens END);
    NEW.turn_ends := NEW.turn + (NEW.tokens + weight - 1) / weight;
    RETURN NEW;
END $$;
"""
ITS_JOB = "(SELECT id, priority FROM background_jobs WHERE id >= NEW.job_id ORDER BY id LIMIT 1) AS job"


def upgrade() -> None:
    # Concurrently: writers go on meanwhile. An interrupted run leaves an invalid index, which is built again.
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}")
        op.execute(
            f"CREATE INDEX CONCURRENTLY {INDEX} ON background_jobs"
            " (user_id, job_type, completed_at DESC, id DESC) WHERE status = 'completed'"
        )
    op.execute(TAKE_TURN.format(its_job=ITS_JOB, last_first="completed_at DESC, id DESC"))


def downgrade() -> None:
    op.execute(TAKE_TURN.format(its_job="background_jobs", last_first="created_at DESC, id DESC"))
    op.execute(f"DROP INDEX {INDEX}")
