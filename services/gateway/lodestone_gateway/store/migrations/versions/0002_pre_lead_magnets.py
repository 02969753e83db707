"""Plans and their limits, lead magnets, email sequences, drafts of the wizard."""

from alembic import op

revision = "0002"
down_revision = "0001"

TABLES = """
CREATE TABLE subscriptions (
    user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    plan text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT subscriptions_plan_check CHECK (plan IN ('free', 'pro', 'unlimited'))
);

CREATE TABLE usage_reservations (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    job_id uuid UNIQUE REFERENCES background_jobs (id) ON DELETE CASCADE,
    lead_magnet_id uuid UNIQUE,
    state text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    CONSTRAINT usage_reservations_state_check CHECK (state IN ('reserved', 'settled', 'released')),
    CONSTRAINT usage_reservations_ended_check CHECK ((state = 'reserved') = (ended_at IS NULL)),
    CONSTRAINT usage_reservations_subject_check CHECK ((job_id IS NULL) <> (lead_magnet_id IS NULL))
);
CREATE INDEX idx_usage_reservations_user ON usage_reservations (user_id, state, ended_at);

CREATE TABLE lead_magnets (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title text NOT NULL,
    archetype text NOT NULL,
    concept jsonb,
    is_custom_idea boolean NOT NULL,
    ideation_job_id uuid REFERENCES background_jobs (id) ON DELETE SET NULL,
    extracted_content jsonb,
    generated_content jsonb,
    interactive_config jsonb,
    polished_content jsonb,
    polished_at timestamptz,
    linkedin_post text,
    post_variations jsonb,
    dm_template text,
    cta_word text,
    external_url text,
    scheduled_time timestamptz,
    status text NOT NULL DEFAULT 'draft',
    published_at timestamptz,
    extraction_job_id uuid,
    polish_job_id uuid,
    posts_job_id uuid,
    emails_job_id uuid,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT lead_magnets_title_check CHECK (char_length(title) BETWEEN 1 AND 200),
    CONSTRAINT lead_magnets_status_check CHECK (status IN ('draft', 'published', 'scheduled', 'archived'))
);
CREATE INDEX idx_lead_magnets_list ON lead_magnets (user_id, created_at DESC, id DESC);
CREATE INDEX idx_lead_magnets_ideation_job ON lead_magnets (ideation_job_id);

CREATE TABLE email_sequences (
    id uuid PRIMARY KEY,
    lead_magnet_id uuid NOT NULL UNIQUE REFERENCES lead_magnets (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    emails jsonb NOT NULL,
    status text NOT NULL DEFAULT 'draft',
    used_fallback boolean NOT NULL DEFAULT false,
    fallback_reason text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT email_sequences_status_check CHECK (status IN ('draft', 'synced', 'active'))
);

CREATE TABLE wizard_drafts (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    wizard_state jsonb NOT NULL,
    title text,
    current_step integer,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_wizard_drafts_list ON wizard_drafts (user_id, updated_at DESC);

CREATE UNIQUE INDEX one_live_polish ON background_jobs (lead_magnet_id)
    WHERE job_type = 'polish' AND status IN ('pending', 'processing');
CREATE INDEX idx_background_jobs_lead_magnet ON background_jobs (lead_magnet_id)
    WHERE lead_magnet_id IS NOT NULL;
"""

TRIGGERS = "".join(
    f"""
    CREATE TRIGGER updated_at_2_set BEFORE UPDATE ON {table}
        FOR EACH ROW EXECUTE FUNCTION lodestone_set_updated_at();"""
    for table in ("subscriptions", "lead_magnets", "email_sequences", "wizard_drafts")
)

LIMITS = """
CREATE FUNCTION lodestone_plan(p_user_id uuid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT plan FROM subscriptions WHERE user_id = p_user_id), 'free')
$$;

CREATE FUNCTION lodestone_plan_limit(p_plan text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE p_plan WHEN 'free' THEN 2 WHEN 'pro' THEN 15 END
$$;

-- The present calendar month in UTC. A reservation that is open counts in whichever month it is.
CREATE FUNCTION lodestone_usage(p_user_id uuid)
RETURNS TABLE (plan text, monthly_limit integer, used integer, reserved integer,
    month_began timestamptz, resets_at timestamptz)
LANGUAGE sql STABLE AS $$
    WITH month AS (SELECT date_trunc('month', now() AT TIME ZONE 'UTC') AS began)
    SELECT lodestone_plan(p_user_id),
        lodestone_plan_limit(lodestone_plan(p_user_id)),
        (SELECT count(*)::integer FROM usage_reservations
            WHERE user_id = p_user_id AND state = 'settled' AND ended_at >= began AT TIME ZONE 'UTC'),
        (SELECT count(*)::integer FROM usage_reservations
            WHERE user_id = p_user_id AND state = 'reserved'),
        began AT TIME ZONE 'UTC',
        (began + interval '1 month') AT TIME ZONE 'UTC'
    FROM month
$$;

CREATE FUNCTION check_usage_limit(p_user_id uuid, p_limit_type text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF p_limit_type IS DISTINCT FROM 'lead_magnets' THEN
        RAISE EXCEPTION 'there is no limit of the type %', p_limit_type
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF lodestone_plan_limit(lodestone_plan(p_user_id)) IS NULL THEN
        RETURN true;
    END IF;
    -- whoever asks next waits for the end of this transaction, and then counts what it reserved
    PERFORM pg_advisory_xact_lock(hashtextextended('usage of ' || p_user_id::text, 0));
    RETURN (SELECT used + reserved < monthly_limit FROM lodestone_usage(p_user_id));
END $$;
COMMENT ON FUNCTION check_usage_limit IS
    'Whether the user may use one more this month; reserve it in the same transaction';
"""

RIGHTS = """
GRANT SELECT ON subscriptions TO lodestone_app;
GRANT SELECT, INSERT ON usage_reservations TO lodestone_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON lead_magnets, wizard_drafts TO lodestone_app;
GRANT SELECT, INSERT, UPDATE ON email_sequences TO lodestone_app;

GRANT SELECT, UPDATE (state, ended_at) ON usage_reservations TO lodestone_projector;
GRANT SELECT, INSERT, UPDATE ON email_sequences TO lodestone_projector;
GRANT SELECT ON lead_magnets TO lodestone_projector;
GRANT UPDATE (extracted_content, interactive_config, polished_content, polished_at, post_variations,
    linkedin_post, dm_template, cta_word, extraction_job_id, polish_job_id, posts_job_id, emails_job_id,
    version, updated_at) ON lead_magnets TO lodestone_projector;

GRANT SELECT ON subscriptions, usage_reservations, lead_magnets, email_sequences, wizard_drafts
    TO lodestone_reader;
"""

OWN = "user_id = (SELECT lodestone_user_id())"
OF_OWN_LEAD_MAGNET = "EXISTS (SELECT FROM lead_magnets WHERE id = lead_magnet_id)"  # of those that are seen
NEW = {
    "subscriptions": OWN,
    "usage_reservations": f"{OWN} AND state <> 'released'",
    "lead_magnets": OWN,
    "email_sequences": f"{OWN} AND {OF_OWN_LEAD_MAGNET}",
    "wizard_drafts": OWN,
}
"""By table: what the app may insert."""


def upgrade() -> None:
    for sql in (TABLES, TRIGGERS, LIMITS, RIGHTS):
        op.execute(sql)
    for table, new in NEW.items():
        op.execute(_policies(table, new))


def downgrade() -> None:
    op.execute("DROP INDEX one_live_polish, idx_background_jobs_lead_magnet")
    op.execute("DROP FUNCTION check_usage_limit, lodestone_usage, lodestone_plan_limit, lodestone_plan")
    op.execute("DROP TABLE wizard_drafts, email_sequences, lead_magnets, usage_reservations, subscriptions")


def _policies(table: str, new: str) -> str:
    return f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own_rows_seen ON {table} FOR SELECT TO lodestone_app USING ({OWN});
        CREATE POLICY own_rows_made ON {table} FOR INSERT TO lodestone_app WITH CHECK ({new});
        CREATE POLICY own_rows_changed ON {table} FOR UPDATE TO lodestone_app
            USING ({OWN}) WITH CHECK ({new});
        CREATE POLICY own_rows_deleted ON {table} FOR DELETE TO lodestone_app USING ({OWN});
        CREATE POLICY all_rows_seen ON {table} FOR SELECT TO lodestone_reader USING (true);
        CREATE POLICY all_rows ON {table} TO lodestone_projector USING (true) WITH CHECK (true);
    """
