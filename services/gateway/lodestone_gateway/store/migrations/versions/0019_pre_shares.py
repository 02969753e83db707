"""A turn ends after the tokens of its job, by the plan's weight; each lane of the outbox has a clock."""

from alembic import op

revision = "0019"
down_revision = "0018"

# An older gateway does not say how many tokens a job's answers have.
TURNS = """
ALTER TABLE outbox
    ADD COLUMN tokens integer NOT NULL DEFAULT 4000,
    ADD COLUMN turn_ends bigint NOT NULL DEFAULT 0;
UPDATE outbox SET turn_ends = turn + 1 WHERE published_at IS NULL;
DROP INDEX idx_outbox_user_turns;
CREATE INDEX idx_outbox_user_turns ON outbox (user_id, job_type, is_bulk, turn_ends);
"""

# A clock is a sequence and no row: it has no older versions, so that reading it costs the same however long
# another transaction stays open, and nobody who reads it waits for the relay. `migrate` opens the lanes of
# new job types; one that only another release knows has no clock, and its jobs go by their own turns.
CLOCKS = """
CREATE FUNCTION lodestone_lane_clock(p_job_type text, p_is_bulk boolean) RETURNS regclass
    LANGUAGE sql STABLE AS $$
    SELECT to_regclass(quote_ident(
        'outbox_clock_' || p_job_type || CASE WHEN p_is_bulk THEN '_bulk' ELSE '_interactive' END))
$$;

CREATE FUNCTION lodestone_lane_time(p_job_type text, p_is_bulk boolean) RETURNS bigint
    LANGUAGE sql VOLATILE AS $$
    SELECT coalesce(pg_sequence_last_value(lodestone_lane_clock(p_job_type, p_is_bulk)), 0)
$$;

CREATE FUNCTION lodestone_open_lanes(p_job_type text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[p_job_type || '_interactive', p_job_type || '_bulk'] LOOP
        name := quote_ident('outbox_clock_' || name);
        CONTINUE WHEN to_regclass(name) IS NOT NULL;
        EXECUTE 'CREATE SEQUENCE ' || name;
        EXECUTE 'GRANT SELECT ON SEQUENCE ' || name || ' TO lodestone_app';
        EXECUTE 'GRANT SELECT, UPDATE ON SEQUENCE ' || name || ' TO lodestone_relay';
        PERFORM setval(name, (SELECT greatest(i.last_value, b.last_value)
            FROM outbox_turn_interactive AS i CROSS JOIN outbox_turn_bulk AS b)); -- as far as turns have come
    END LOOP;
END $$;

CREATE FUNCTION lodestone_plan_weight(p_plan text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE p_plan WHEN 'pro' THEN 4 WHEN 'unlimited' THEN 4 ELSE 1 END
$$;
"""

# A row's turn begins where the last one of its user in the lane ends, published or not, but not before the
# lane's clock: nobody saves up turns. It ends after the tokens that the user's last job of this type used;
# before there is one, after those that the request has and the answers are expected to have.
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
            AND turn_ends > NEW.turn
        ORDER BY turn_ends DESC LIMIT 1) AS last;
    SELECT input_tokens + output_tokens INTO used FROM background_jobs
    WHERE user_id = NEW.user_id AND job_type = NEW.job_type AND status = 'completed'
    ORDER BY created_at DESC, id DESC LIMIT 1;
    NEW.tokens := coalesce(nullif(used, 0), NEW.tokens + pg_column_size(NEW.body) / 4);
    NEW.turn_ends := NEW.turn + (NEW.tokens + weight - 1) / weight;
    RETURN NEW;
END $$;
"""

DOWN = """
DO $$
DECLARE
    clock regclass;
BEGIN
    FOR clock IN SELECT oid FROM pg_class WHERE relkind = 'S' AND relname LIKE 'outbox\\_clock\\_%' LOOP
        EXECUTE 'DROP SEQUENCE ' || clock;
    END LOOP;
END $$;
DROP INDEX idx_outbox_user_turns;
CREATE INDEX idx_outbox_user_turns ON outbox (user_id, is_bulk, turn) WHERE published_at IS NULL;
ALTER TABLE outbox DROP COLUMN tokens, DROP COLUMN turn_ends;
DROP FUNCTION lodestone_open_lanes, lodestone_lane_time, lodestone_lane_clock, lodestone_plan_weight;
"""

TAKE_TURN_BEFORE = """
CREATE OR REPLACE FUNCTION lodestone_take_turn() RETURNS trigger LANGUAGE plpgsql
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
"""


def upgrade() -> None:
    for sql in (TURNS, CLOCKS, TAKE_TURN):
        op.execute(sql)


def downgrade() -> None:
    op.execute(TAKE_TURN_BEFORE)
    op.execute(DOWN)
