"""Jobs, their history, the spend ledger, the outbox, brand kits; roles and row-level security."""

from alembic import op

revision = "0001"
down_revision = None

ROLES = ("lodestone_app", "lodestone_projector", "lodestone_relay", "lodestone_reader")

TABLES = """
CREATE TABLE users (
    id uuid PRIMARY KEY,
    email text UNIQUE,
    name text,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE background_jobs (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    job_type text NOT NULL,
    status text NOT NULL DEFAULT 'pending',
    input jsonb NOT NULL,
    result jsonb,
    error text,
    trigger_task_id text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    completed_at timestamptz,
    error_code text,
    priority text NOT NULL DEFAULT 'interactive',
    attempt integer NOT NULL DEFAULT 0,
    max_attempts integer NOT NULL DEFAULT 3,
    retry_at timestamptz,
    waiting_for text DEFAULT 'slot',
    deadline_at timestamptz NOT NULL,
    cancel_requested boolean NOT NULL DEFAULT false,
    progress_done integer NOT NULL DEFAULT 0,
    progress_total integer NOT NULL DEFAULT 0,
    progress_message text NOT NULL DEFAULT '',
    items jsonb NOT NULL DEFAULT '[]',
    seq integer NOT NULL DEFAULT 0,
    late_calls integer NOT NULL DEFAULT 0,
    parent_job_id uuid REFERENCES background_jobs (id) ON DELETE SET NULL,
    lead_magnet_id uuid,
    input_tokens bigint NOT NULL DEFAULT 0,
    output_tokens bigint NOT NULL DEFAULT 0,
    cache_read_tokens bigint NOT NULL DEFAULT 0,
    cost_usd numeric NOT NULL DEFAULT 0,
    wasted_usd numeric NOT NULL DEFAULT 0,
    idempotency_key text,
    idempotency_hash text,
    CONSTRAINT background_jobs_idempotency_key UNIQUE (user_id, idempotency_key),
    CONSTRAINT background_jobs_status_check
        CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'cancelled')),
    CONSTRAINT background_jobs_job_type_check
        CHECK (job_type IN ('ideation', 'extraction', 'polish', 'posts', 'emails')),
    CONSTRAINT background_jobs_priority_check CHECK (priority IN ('interactive', 'bulk'))
);
CREATE INDEX idx_background_jobs_user_id ON background_jobs (user_id);
CREATE INDEX idx_background_jobs_status ON background_jobs (status);
CREATE INDEX idx_background_jobs_created_at ON background_jobs (created_at DESC);
CREATE INDEX idx_background_jobs_list ON background_jobs (user_id, created_at DESC, id DESC);

CREATE TABLE job_events (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_id uuid NOT NULL REFERENCES background_jobs (id) ON DELETE CASCADE,
    user_id uuid NOT NULL,
    seq integer NOT NULL,
    event_id text NOT NULL UNIQUE,
    event text NOT NULL,
    "time" timestamptz NOT NULL,
    attempt integer NOT NULL,
    body jsonb NOT NULL,
    source text NOT NULL,
    traceparent text,
    stream_sequence bigint NOT NULL,
    CONSTRAINT job_events_job_id_seq_key UNIQUE (job_id, seq)
);
CREATE INDEX idx_job_events_feed ON job_events (user_id, position);

CREATE TABLE job_calls (
    call_id uuid PRIMARY KEY,
    job_id uuid NOT NULL REFERENCES background_jobs (id) ON DELETE CASCADE,
    user_id uuid NOT NULL,
    job_type text NOT NULL,
    attempt integer NOT NULL,
    model text,
    max_tokens integer,
    started_at timestamptz,
    finished_at timestamptz,
    request_id text,
    input_tokens bigint NOT NULL DEFAULT 0,
    output_tokens bigint NOT NULL DEFAULT 0,
    cache_read_tokens bigint NOT NULL DEFAULT 0,
    cache_write_tokens bigint NOT NULL DEFAULT 0,
    cost_usd numeric NOT NULL DEFAULT 0,
    outcome text,
    estimated boolean NOT NULL DEFAULT false,
    finished_event_id text UNIQUE
);
CREATE INDEX idx_job_calls_job_id ON job_calls (job_id);
CREATE INDEX idx_job_calls_user ON job_calls (user_id, started_at);

CREATE TABLE outbox (
    event_id text PRIMARY KEY,
    position bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    job_id uuid NOT NULL REFERENCES background_jobs (id) ON DELETE CASCADE,
    user_id uuid NOT NULL,
    job_type text NOT NULL,
    event text NOT NULL,
    body jsonb NOT NULL,
    "time" timestamptz NOT NULL,
    traceparent text,
    tried boolean NOT NULL DEFAULT false,
    published_at timestamptz,
    CONSTRAINT outbox_job_id_event_key UNIQUE (job_id, event)
);
CREATE INDEX idx_outbox_unpublished ON outbox (position) WHERE published_at IS NULL;

CREATE TABLE brand_kits (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    business_description text NOT NULL DEFAULT '',
    business_type text,
    credibility_markers jsonb NOT NULL DEFAULT '[]',
    urgent_pains jsonb NOT NULL DEFAULT '[]',
    templates jsonb NOT NULL DEFAULT '[]',
    processes jsonb NOT NULL DEFAULT '[]',
    tools jsonb NOT NULL DEFAULT '[]',
    frequent_questions jsonb NOT NULL DEFAULT '[]',
    results jsonb NOT NULL DEFAULT '[]',
    success_example text,
    audience_tools jsonb NOT NULL DEFAULT '[]',
    preferred_tone text NOT NULL DEFAULT 'conversational',
    style_profile jsonb,
    saved_ideation_result jsonb,
    ideation_generated_at timestamptz,
    sender_name text,
    best_video_url text,
    best_video_title text,
    content_links jsonb NOT NULL DEFAULT '[]',
    community_url text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE projector_cursor (
    id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    version bigint NOT NULL DEFAULT 0,
    sequence bigint NOT NULL DEFAULT 0
);
INSERT INTO projector_cursor DEFAULT VALUES;
"""

COMMENTS = """
COMMENT ON TABLE background_jobs IS 'Background jobs: one row for each AI task, its state and its result';
COMMENT ON COLUMN background_jobs.job_type IS 'Kind of task; names the service that does it';
COMMENT ON COLUMN background_jobs.status IS 'pending, processing, completed, failed or cancelled';
COMMENT ON COLUMN background_jobs.input IS 'What the caller sent, validated';
COMMENT ON COLUMN background_jobs.result IS 'The result of a completed job';
COMMENT ON COLUMN background_jobs.error IS 'Why the job failed, in words for its owner';
COMMENT ON COLUMN background_jobs.trigger_task_id IS 'Id of the job.requested event that was published';
COMMENT ON COLUMN background_jobs.updated_at IS 'Time of the newest folded event';
COMMENT ON COLUMN background_jobs.started_at IS 'Start of the first attempt';
COMMENT ON COLUMN background_jobs.completed_at IS 'Time of the terminal event';
COMMENT ON COLUMN background_jobs.attempt IS 'Number of starts so far';
COMMENT ON COLUMN background_jobs.items IS
    'Finished pieces {itemKey, itemIndex, item}, ordered by itemIndex';
COMMENT ON COLUMN background_jobs.seq IS 'Number of events in job_events';
COMMENT ON COLUMN background_jobs.late_calls IS 'Calls settled after the end; part of the ETag';
COMMENT ON COLUMN background_jobs.wasted_usd IS 'The part of cost_usd that bought nothing';
"""

# updated_at is the newest event's time when the statement gives one, also when it gives the old value
# again: the first trigger (triggers fire by name) marks that by a microsecond, which the second cuts off.
TRIGGERS = """
CREATE FUNCTION lodestone_mark_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.updated_at = OLD.updated_at THEN
        NEW.updated_at := NEW.updated_at + interval '1 microsecond';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION lodestone_set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.updated_at = OLD.updated_at THEN
        NEW.updated_at := now();
    END IF;
    NEW.updated_at := date_trunc('milliseconds', NEW.updated_at);
    RETURN NEW;
END $$;

CREATE TRIGGER updated_at_1_mark BEFORE UPDATE OF updated_at ON background_jobs
    FOR EACH ROW EXECUTE FUNCTION lodestone_mark_updated_at();
CREATE TRIGGER updated_at_2_set BEFORE UPDATE ON background_jobs
    FOR EACH ROW EXECUTE FUNCTION lodestone_set_updated_at();
CREATE TRIGGER updated_at_1_mark BEFORE UPDATE OF updated_at ON brand_kits
    FOR EACH ROW EXECUTE FUNCTION lodestone_mark_updated_at();
CREATE TRIGGER updated_at_2_set BEFORE UPDATE ON brand_kits
    FOR EACH ROW EXECUTE FUNCTION lodestone_set_updated_at();

CREATE FUNCTION lodestone_guard_status() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- one update may fold several events, so what is reached by several legal moves is legal too
    IF (OLD.status, NEW.status) NOT IN (
        ('pending', 'processing'), ('pending', 'completed'), ('pending', 'failed'), ('pending', 'cancelled'),
        ('processing', 'completed'), ('processing', 'failed'), ('processing', 'cancelled')
    ) THEN
        RAISE EXCEPTION 'a job that is % cannot become %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_status BEFORE UPDATE ON background_jobs
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION lodestone_guard_status();
"""

RIGHTS = """
CREATE FUNCTION lodestone_user_id() RETURNS uuid LANGUAGE sql STABLE AS
    $$ SELECT nullif(current_setting('app.user_id', true), '')::uuid $$;

GRANT SELECT, INSERT ON users, background_jobs, outbox TO lodestone_app;
GRANT SELECT ON job_events, job_calls TO lodestone_app;
GRANT SELECT, INSERT, UPDATE ON brand_kits TO lodestone_app;

GRANT SELECT ON users, outbox TO lodestone_projector;
GRANT SELECT, UPDATE ON background_jobs TO lodestone_projector;
GRANT SELECT, INSERT ON job_events TO lodestone_projector;
GRANT SELECT, INSERT, UPDATE ON job_calls, brand_kits, projector_cursor TO lodestone_projector;

GRANT SELECT, UPDATE, DELETE ON outbox TO lodestone_relay;
GRANT SELECT, UPDATE ON projector_cursor TO lodestone_relay;
GRANT SELECT ON background_jobs, job_events TO lodestone_relay;

GRANT SELECT ON users, background_jobs, job_events, job_calls, outbox, brand_kits, projector_cursor
    TO lodestone_reader;
"""

OWNED = {"users": "id", "background_jobs": "user_id", "outbox": "user_id", "job_events": "user_id"}
OWNED |= {"job_calls": "user_id", "brand_kits": "user_id"}
NEW_JOB = "status = 'pending' AND seq = 0 AND attempt = 0 AND result IS NULL"


def upgrade() -> None:
    for role in ROLES:
        op.execute(_create_role(role))
    for sql in (TABLES, COMMENTS, TRIGGERS, RIGHTS):
        op.execute(sql)
    for table, owner in OWNED.items():
        op.execute(_policies(table, owner))


def downgrade() -> None:
    """The roles stay: they belong to the cluster, and other databases may use them."""
    for role in ROLES:
        op.execute(f"DROP OWNED BY {role}")
    op.execute(
        "DROP TABLE projector_cursor, brand_kits, outbox, job_calls, job_events, background_jobs, users"
    )
    op.execute("DROP FUNCTION lodestone_user_id, lodestone_guard_status")
    op.execute("DROP FUNCTION lodestone_set_updated_at, lodestone_mark_updated_at")


def _create_role(role: str) -> str:
    return f"""
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
                CREATE ROLE {role} NOLOGIN NOBYPASSRLS;
            END IF;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- another database of this cluster was migrated at the same time
        END $$"""


def _policies(table: str, owner: str) -> str:
    own = f"{owner} = (SELECT lodestone_user_id())"
    new = f"{own} AND {NEW_JOB}" if table == "background_jobs" else own
    return f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own_rows_seen ON {table} FOR SELECT TO lodestone_app USING ({own});
        CREATE POLICY own_rows_made ON {table} FOR INSERT TO lodestone_app WITH CHECK ({new});
        CREATE POLICY own_rows_changed ON {table} FOR UPDATE TO lodestone_app
            USING ({own}) WITH CHECK ({own});
        CREATE POLICY all_rows_seen ON {table} FOR SELECT TO lodestone_reader USING (true);
        CREATE POLICY all_rows ON {table} TO lodestone_projector, lodestone_relay
            USING (true) WITH CHECK (true);
    """
