"""What each user spends and stores, and whether their plan's caps admit more jobs."""

from alembic import op

revision = "0016"
down_revision = "0015"

SPEND = """
CREATE TABLE spend_hours (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hour timestamptz NOT NULL,
    cost_usd numeric NOT NULL,
    CONSTRAINT spend_hours_pkey PRIMARY KEY (user_id, hour)
);

GRANT SELECT ON spend_hours TO lodestone_app, lodestone_reader;
GRANT SELECT, INSERT, UPDATE (cost_usd) ON spend_hours TO lodestone_projector;
GRANT SELECT, DELETE ON spend_hours TO lodestone_reconciler;

ALTER TABLE spend_hours ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows_seen ON spend_hours FOR SELECT TO lodestone_app
    USING (user_id = (SELECT lodestone_user_id()));
CREATE POLICY all_rows_seen ON spend_hours FOR SELECT TO lodestone_reader USING (true);
CREATE POLICY all_rows ON spend_hours TO lodestone_projector USING (true) WITH CHECK (true);
CREATE POLICY reconciled ON spend_hours TO lodestone_reconciler USING (true) WITH CHECK (true);

INSERT INTO spend_hours (user_id, hour, cost_usd)
SELECT user_id, date_trunc('hour', finished_at, 'UTC'), sum(cost_usd) FROM job_calls
WHERE finished_at >= date_trunc('month', now(), 'UTC') AND user_id IN (SELECT id FROM users)
GROUP BY 1, 2;
"""

# Texts count as Postgres stores them, compressed, without being read. Whoever asks learns a number, no row.
STORED = """
CREATE TABLE stored_bytes (
    user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    bytes bigint NOT NULL,
    counted_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_lead_magnets_updated_at ON lead_magnets (updated_at);

GRANT SELECT ON stored_bytes TO lodestone_app, lodestone_reader;
ALTER TABLE stored_bytes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows_seen ON stored_bytes FOR SELECT TO lodestone_app
    USING (user_id = (SELECT lodestone_user_id()));
CREATE POLICY all_rows_seen ON stored_bytes FOR SELECT TO lodestone_reader USING (true);

CREATE FUNCTION lodestone_stored(p_user_id uuid) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(size), 0) FROM (
        SELECT pg_column_size(input) + pg_column_size(items) + coalesce(pg_column_size(result), 0) AS size
        FROM background_jobs WHERE user_id = p_user_id
        UNION ALL
        SELECT pg_column_size(part) FROM lead_magnets CROSS JOIN LATERAL (VALUES (concept),
            (extracted_content), (generated_content), (interactive_config), (polished_content),
            (post_variations)) AS parts (part) WHERE user_id = p_user_id
        UNION ALL
        SELECT pg_column_size(emails) FROM email_sequences WHERE user_id = p_user_id
        UNION ALL
        SELECT pg_column_size(texts) FROM replaced_texts WHERE user_id = p_user_id
        UNION ALL
        SELECT pg_column_size(wizard_state) FROM wizard_drafts WHERE user_id = p_user_id) AS sizes
$$;

CREATE FUNCTION lodestone_keep_stored(p_user_ids uuid[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO stored_bytes (user_id, bytes)
    SELECT id, lodestone_stored(id) FROM users WHERE id = ANY (p_user_ids) ORDER BY id
    ON CONFLICT (user_id) DO UPDATE SET bytes = excluded.bytes, counted_at = now()
$$;

CREATE FUNCTION lodestone_count_stored(p_since timestamptz) RETURNS void LANGUAGE sql
    SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT lodestone_keep_stored(ARRAY(
        SELECT user_id FROM background_jobs WHERE created_at >= p_since
        UNION SELECT user_id FROM lead_magnets WHERE updated_at >= p_since))
$$;

-- For whoever has just deleted something; at most every ten seconds, since it may take a while.
CREATE FUNCTION lodestone_recount_stored() RETURNS void LANGUAGE sql
    SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT lodestone_keep_stored(ARRAY(SELECT user_id FROM stored_bytes
        WHERE user_id = lodestone_user_id() AND counted_at < now() - interval '10 seconds'))
$$;

REVOKE ALL ON FUNCTION lodestone_stored, lodestone_keep_stored, lodestone_count_stored,
    lodestone_recount_stored FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lodestone_count_stored TO lodestone_reconciler;
GRANT EXECUTE ON FUNCTION lodestone_recount_stored TO lodestone_app;
"""

# Asked for each job: in this language a connection keeps the plan of the query.
PLAN = """
CREATE OR REPLACE FUNCTION lodestone_plan(p_user_id uuid) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN coalesce(
        (SELECT plan FROM subscriptions WHERE user_id = p_user_id),
        nullif(current_setting('lodestone.default_plan', true), ''),
        'free');
END $$;
"""

AS_BEFORE = """
CREATE OR REPLACE FUNCTION lodestone_plan(p_user_id uuid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        (SELECT plan FROM subscriptions WHERE user_id = p_user_id),
        nullif(current_setting('lodestone.default_plan', true), ''),
        'free')
$$;
"""

# Sessions without the setting, such as an operator's, know no caps. A row for each cap that the plan has:
# `asked` is what these jobs need, `reserved` what jobs that have not ended may still need.
CAPS = """
CREATE FUNCTION lodestone_plan_caps(p_user_id uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT nullif(current_setting('lodestone.caps', true), '')::jsonb -> 'plans' -> lodestone_plan(p_user_id)
$$;

CREATE FUNCTION lodestone_job_caps(p_user_id uuid, p_job_types text[])
RETURNS TABLE (cap text, job_type text, most numeric, used numeric, reserved numeric, asked numeric,
    resets_at timestamptz)
LANGUAGE sql STABLE AS $$
    WITH given AS MATERIALIZED (
        SELECT lodestone_plan_caps(p_user_id) AS caps,
            nullif(current_setting('lodestone.caps', true), '')::jsonb -> 'estimates' AS estimates,
            date_trunc('day', now(), 'UTC') AS day,
            date_trunc('month', now(), 'UTC') AS month),
    asked AS MATERIALIZED (
        SELECT kind, count(*) AS jobs, count(*) * coalesce((estimates ->> kind)::numeric, 0) AS usd
        FROM given, unnest(p_job_types) AS kind GROUP BY kind, estimates),
    sums AS MATERIALIZED (
        SELECT coalesce(sum(jobs), 0) AS jobs, coalesce(sum(usd), 0) AS usd FROM asked),
    living AS MATERIALIZED (
        SELECT count(*) AS jobs,
            coalesce(sum(greatest((estimates ->> job.job_type)::numeric - job.cost_usd, 0)), 0) AS usd
        FROM given, background_jobs AS job
        WHERE job.user_id = p_user_id AND job.status IN ('pending', 'processing')),
    spent AS MATERIALIZED (
        SELECT coalesce(sum(cost_usd), 0) AS in_month,
            coalesce(sum(cost_usd) FILTER (WHERE hour >= day), 0) AS in_day
        FROM given, spend_hours WHERE user_id = p_user_id AND hour >= month)
    SELECT 'spendADay', NULL, (caps ->> 'spendADay')::numeric, in_day, living.usd, sums.usd,
        day + interval '1 day'
    FROM given, living, spent, sums WHERE caps ? 'spendADay'
    UNION ALL
    SELECT 'spendAMonth', NULL, (caps ->> 'spendAMonth')::numeric, in_month, living.usd,
        sums.usd, month + interval '1 month'
    FROM given, living, spent, sums WHERE caps ? 'spendAMonth'
    UNION ALL
    SELECT 'jobsADay', kind, (caps -> 'jobsADay' ->> kind)::numeric, (
            SELECT count(*) FROM background_jobs AS job
            WHERE job.user_id = p_user_id AND job.job_type = kind AND job.created_at >= day
                AND job.status IN ('pending', 'processing', 'completed', 'failed', 'cancelled')),
        0, asked.jobs, day + interval '1 day'
    FROM given, asked WHERE caps -> 'jobsADay' ? kind
    UNION ALL
    SELECT 'storedBytes', NULL, (caps ->> 'storedBytes')::numeric,
        coalesce((SELECT bytes FROM stored_bytes WHERE user_id = p_user_id), 0), 0, 1, NULL
    FROM given WHERE caps ? 'storedBytes'
    UNION ALL
    SELECT 'liveJobs', NULL, (caps ->> 'liveJobs')::numeric, living.jobs, 0, sums.jobs, NULL
    FROM given, living, sums WHERE caps ? 'liveJobs'
$$;

CREATE FUNCTION lodestone_admits(p_user_id uuid, p_job_types text[]) RETURNS boolean LANGUAGE plpgsql
    SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$ -- kept while the tables grow
BEGIN
    IF NOT coalesce(lodestone_plan_caps(p_user_id)
            ?| ARRAY['spendADay', 'spendAMonth', 'jobsADay', 'storedBytes', 'liveJobs'], false) THEN
        RETURN true;
    END IF;
    -- whoever asks next waits for the end of this transaction, and then counts the jobs that it made
    PERFORM pg_advisory_xact_lock(hashtextextended('caps of ' || p_user_id::text, 0));
    RETURN NOT EXISTS (
        SELECT FROM lodestone_job_caps(p_user_id, p_job_types) WHERE used + reserved + asked > most);
END $$;
COMMENT ON FUNCTION lodestone_admits IS
    'Whether the user may have one more job of each of these types; make them in the same transaction';
"""


def upgrade() -> None:
    for sql in (SPEND, STORED, PLAN, CAPS):
        op.execute(sql)


def downgrade() -> None:
    op.execute("DROP FUNCTION lodestone_admits, lodestone_job_caps, lodestone_plan_caps")
    op.execute("DROP FUNCTION lodestone_recount_stored, lodestone_count_stored, lodestone_keep_stored")
    op.execute("DROP FUNCTION lodestone_stored")
    op.execute(AS_BEFORE)
    op.execute("DROP INDEX idx_lead_magnets_updated_at")
    op.execute("DROP TABLE stored_bytes, spend_hours")
