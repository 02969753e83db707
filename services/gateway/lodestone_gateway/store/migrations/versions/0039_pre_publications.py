"""Pages and tools that their owners have published, each at an address that nobody can guess."""

from alembic import op

revision = "0039"
down_revision = "0038"

TABLE = """
CREATE TABLE publications (
    lead_magnet_id uuid PRIMARY KEY REFERENCES lead_magnets (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    address text NOT NULL UNIQUE,
    page text NOT NULL,
    policy text NOT NULL,
    is_listed boolean NOT NULL,
    views bigint NOT NULL DEFAULT 0,
    published_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_publications_user ON publications (user_id);
"""

# Whoever has an address reads that one page, and nothing else of anybody: no role sees the table for it.
# No reader waits until the disk has the view; a crash may lose those of the last moment.
PUBLIC = """
CREATE FUNCTION lodestone_published(p_address text, p_known text[], p_views integer)
    RETURNS TABLE (tag text, page text, policy text, is_listed boolean) LANGUAGE sql
    SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT set_config('synchronous_commit', 'off', true);
    WITH seen AS (
        UPDATE publications SET views = publications.views + p_views
        WHERE publications.address = p_address
        RETURNING publications.*,
            (extract(epoch FROM publications.published_at) * 1000000)::bigint::text AS tag)
    SELECT seen.tag, CASE WHEN seen.tag = ANY (p_known) THEN NULL ELSE seen.page END,
        seen.policy, seen.is_listed
    FROM seen
$$;
REVOKE ALL ON FUNCTION lodestone_published FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lodestone_published TO lodestone_app;
"""

OWN = "user_id = (SELECT lodestone_user_id())"
RIGHTS = f"""
GRANT SELECT, INSERT, DELETE, UPDATE (page, policy, is_listed, published_at) ON publications TO lodestone_app;
GRANT SELECT ON publications TO lodestone_reader;
ALTER TABLE publications ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows_seen ON publications FOR SELECT TO lodestone_app USING ({OWN});
CREATE POLICY own_rows_made ON publications FOR INSERT TO lodestone_app
    WITH CHECK ({OWN} AND EXISTS (SELECT FROM lead_magnets WHERE id = lead_magnet_id));
CREATE POLICY own_rows_changed ON publications FOR UPDATE TO lodestone_app USING ({OWN}) WITH CHECK ({OWN});
CREATE POLICY own_rows_deleted ON publications FOR DELETE TO lodestone_app USING ({OWN});
CREATE POLICY all_rows_seen ON publications FOR SELECT TO lodestone_reader USING (true);
"""  # noqa: S608

STORED = """
CREATE OR REPLACE FUNCTION lodestone_stored(p_user_id uuid) RETURNS bigint LANGUAGE sql STABLE AS $$
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
        SELECT pg_column_size(texts) FROM piece_versions WHERE user_id = p_user_id
        {published}UNION ALL
        SELECT pg_column_size(wizard_state) FROM wizard_drafts WHERE user_id = p_user_id) AS sizes
$$;
"""
PUBLISHED = """UNION ALL
        SELECT pg_column_size(page) FROM publications WHERE user_id = p_user_id
        """


def upgrade() -> None:
    for sql in (TABLE, PUBLIC, RIGHTS, STORED.format(published=PUBLISHED)):
        op.execute(sql)


def downgrade() -> None:
    op.execute(STORED.format(published=""))
    op.execute("DROP FUNCTION lodestone_published")
    op.execute("DROP TABLE publications")
