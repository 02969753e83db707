"""A bin, from which owners restore what they deleted; drafts into which nobody typed anything; favourites."""

from alembic import op

revision = "0040"
down_revision = "0039"

# Computed by Postgres, so that code that does not know it writes it as well.
COLUMNS = r"""
ALTER TABLE lead_magnets
    ADD COLUMN is_favourite boolean NOT NULL DEFAULT false,
    ADD COLUMN binned_at timestamptz;
ALTER TABLE wizard_drafts
    ADD COLUMN binned_at timestamptz,
    ADD COLUMN is_blank boolean GENERATED ALWAYS AS (
        wizard_state ?| ARRAY['form', 'own', 'answers']
        AND NOT jsonb_path_exists(wizard_state, '$.** ?
            (@.type() == "number" || @.type() == "boolean" || @ like_regex "\\S")')) STORED;
CREATE INDEX idx_lead_magnets_binned ON lead_magnets (binned_at) WHERE binned_at IS NOT NULL;
CREATE INDEX idx_wizard_drafts_binned ON wizard_drafts (binned_at) WHERE binned_at IS NOT NULL;
"""

# The reconciler empties the bin, and has the jobs erased that belonged to what it held.
RIGHTS = """
GRANT SELECT (id, user_id, ideation_job_id, binned_at), DELETE ON lead_magnets TO lodestone_reconciler;
GRANT SELECT (user_id, ideation_generated_at) ON brand_kits TO lodestone_reconciler;
CREATE POLICY reconciled ON lead_magnets FOR SELECT TO lodestone_reconciler USING (true);
CREATE POLICY emptied ON lead_magnets FOR DELETE TO lodestone_reconciler USING (binned_at IS NOT NULL);
CREATE POLICY reconciled ON brand_kits FOR SELECT TO lodestone_reconciler USING (true);
"""

DOWN = """
INSERT INTO erasures (job_id, job_type, user_id)
    SELECT job.id, job_type, job.user_id FROM background_jobs AS job
    JOIN lead_magnets AS magnet ON magnet.id = job.lead_magnet_id WHERE binned_at IS NOT NULL
    ON CONFLICT DO NOTHING;
DROP POLICY reconciled ON brand_kits;
DROP POLICY emptied ON lead_magnets;
DROP POLICY reconciled ON lead_magnets;
REVOKE ALL ON lead_magnets, brand_kits FROM lodestone_reconciler;
DELETE FROM lead_magnets WHERE binned_at IS NOT NULL;
DELETE FROM wizard_drafts WHERE binned_at IS NOT NULL;
ALTER TABLE lead_magnets DROP COLUMN is_favourite, DROP COLUMN binned_at;
ALTER TABLE wizard_drafts DROP COLUMN binned_at, DROP COLUMN is_blank;
"""

# What is in the bin is not public either.
PUBLISHED = """
CREATE OR REPLACE FUNCTION lodestone_published(p_address text, p_known text[], p_views integer)
    RETURNS TABLE (tag text, page text, policy text, is_listed boolean) LANGUAGE sql
    SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT set_config('synchronous_commit', 'off', true);
    WITH seen AS (
        UPDATE publications SET views = publications.views + p_views
        WHERE publications.address = p_address{unless}
        RETURNING publications.*,
            (extract(epoch FROM publications.published_at) * 1000000)::bigint::text AS tag)
    SELECT seen.tag, CASE WHEN seen.tag = ANY (p_known) THEN NULL ELSE seen.page END,
        seen.policy, seen.is_listed
    FROM seen
$$;
"""
UNLESS_BINNED = """ AND EXISTS (
            SELECT FROM lead_magnets WHERE id = publications.lead_magnet_id AND binned_at IS NULL)"""


def upgrade() -> None:
    op.execute(COLUMNS)
    op.execute(RIGHTS)
    op.execute(PUBLISHED.format(unless=UNLESS_BINNED))


def downgrade() -> None:
    op.execute(PUBLISHED.format(unless=""))
    op.execute(DOWN)
