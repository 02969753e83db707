"""Operators take public pages down. And indexes for a user's favourites and own ideas."""

from alembic import op

revision = "0043"
down_revision = "0040"

COLUMN = "ALTER TABLE publications ADD COLUMN taken_down_at timestamptz"

# What an operator took down its owner neither publishes again nor takes back: only an operator changes it.
OWN = "user_id = (SELECT lodestone_user_id())"
BY_OPERATORS = "current_setting('app.is_operator', true) = 'true'"
RIGHTS = f"""
GRANT UPDATE (taken_down_at) ON publications TO lodestone_app;
DROP POLICY own_rows_changed ON publications;
DROP POLICY own_rows_deleted ON publications;
CREATE POLICY own_rows_changed ON publications FOR UPDATE TO lodestone_app
    USING ({OWN} AND taken_down_at IS NULL) WITH CHECK ({OWN} AND taken_down_at IS NULL);
CREATE POLICY own_rows_deleted ON publications FOR DELETE TO lodestone_app
    USING ({OWN} AND taken_down_at IS NULL);
CREATE POLICY taken_down_by_operators ON publications FOR UPDATE TO lodestone_app
    USING ({OWN} AND {BY_OPERATORS}) WITH CHECK ({OWN} AND {BY_OPERATORS});
"""
NO_RIGHTS = f"""
DROP POLICY taken_down_by_operators ON publications;
DROP POLICY own_rows_changed ON publications;
DROP POLICY own_rows_deleted ON publications;
CREATE POLICY own_rows_changed ON publications FOR UPDATE TO lodestone_app USING ({OWN}) WITH CHECK ({OWN});
CREATE POLICY own_rows_deleted ON publications FOR DELETE TO lodestone_app USING ({OWN});
"""

PUBLISHED = """
CREATE OR REPLACE FUNCTION lodestone_published(p_address text, p_known text[], p_views integer)
    RETURNS TABLE (tag text, page text, policy text, is_listed boolean) LANGUAGE sql
    SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT set_config('synchronous_commit', 'off', true);
    WITH seen AS (
        UPDATE publications SET views = publications.views + p_views
        WHERE publications.address = p_address{unless} AND EXISTS (
            SELECT FROM lead_magnets WHERE id = publications.lead_magnet_id AND binned_at IS NULL)
        RETURNING publications.*,
            (extract(epoch FROM publications.published_at) * 1000000)::bigint::text AS tag)
    SELECT seen.tag, CASE WHEN seen.tag = ANY (p_known) THEN NULL ELSE seen.page END,
        seen.policy, seen.is_listed
    FROM seen
$$;
"""
UNLESS_TAKEN_DOWN = " AND publications.taken_down_at IS NULL"

INDEXES = """
CREATE INDEX idx_lead_magnets_favourites ON lead_magnets (user_id, created_at DESC, id DESC)
    WHERE is_favourite;
CREATE INDEX idx_lead_magnets_own_ideas ON lead_magnets (user_id, created_at DESC, id DESC)
    WHERE is_custom_idea;
"""


def upgrade() -> None:
    op.execute(COLUMN)
    op.execute(RIGHTS)
    op.execute(PUBLISHED.format(unless=UNLESS_TAKEN_DOWN))
    op.execute(INDEXES)


def downgrade() -> None:
    op.execute("DROP INDEX idx_lead_magnets_favourites, idx_lead_magnets_own_ideas")
    op.execute(PUBLISHED.format(unless=""))
    op.execute(NO_RIGHTS)
    op.execute("DELETE FROM publications WHERE taken_down_at IS NOT NULL")
    op.execute("ALTER TABLE publications DROP COLUMN taken_down_at")
