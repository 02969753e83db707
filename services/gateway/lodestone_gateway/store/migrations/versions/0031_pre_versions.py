"""Every piece of a lead magnet keeps its versions; the owner's replaced texts are the first of them.

A process of the release before goes on with `replaced_texts`, now a view of the owner's versions. What it
would delete there stays: a process of this release bounds it with the next version.
"""

from alembic import op

revision = "0031"
down_revision = "0030"

VERSIONS = """
ALTER TABLE replaced_texts RENAME TO piece_versions;
ALTER TABLE piece_versions RENAME COLUMN replaced_at TO kept_at;
ALTER INDEX idx_replaced_texts_list RENAME TO idx_piece_versions_list;
ALTER TABLE piece_versions RENAME CONSTRAINT replaced_texts_pkey TO piece_versions_pkey;
ALTER TABLE piece_versions
    ADD COLUMN author text NOT NULL DEFAULT 'owner',
    ADD COLUMN job_id uuid,
    ADD COLUMN made_at timestamptz,
    ADD COLUMN is_offered boolean NOT NULL DEFAULT false,
    ADD COLUMN bytes integer GENERATED ALWAYS AS (octet_length(texts::text)) STORED,
    ADD CONSTRAINT piece_versions_author CHECK (author IN ('owner', 'ai', 'template'));
GRANT UPDATE (is_offered) ON piece_versions TO lodestone_app;
CREATE POLICY own_rows_changed ON piece_versions FOR UPDATE TO lodestone_app
    USING (user_id = (SELECT lodestone_user_id())) WITH CHECK (user_id = (SELECT lodestone_user_id()));

ALTER TABLE lead_magnets ADD COLUMN edits jsonb NOT NULL DEFAULT '{}';
ALTER TABLE email_sequences ADD COLUMN edited_at timestamptz;

CREATE VIEW replaced_texts WITH (security_invoker = true) AS
    SELECT id, user_id, lead_magnet_id, piece, texts, replaced_by, kept_at AS replaced_at
    FROM piece_versions WHERE author = 'owner' AND NOT is_offered;
CREATE RULE kept_until_bounded AS ON DELETE TO replaced_texts DO INSTEAD NOTHING;
GRANT SELECT, INSERT, DELETE ON replaced_texts TO lodestone_app, lodestone_projector;
GRANT SELECT ON replaced_texts TO lodestone_reader;
"""

# What completed jobs wrote was their own earlier version until now.
OF_JOBS = """
INSERT INTO piece_versions (id, user_id, lead_magnet_id, piece, texts, author, job_id, made_at, kept_at)
SELECT gen_random_uuid(), job.user_id, magnet.id, job.job_type,
    CASE job.job_type
        WHEN 'extraction' THEN CASE WHEN jsonb_typeof(job.result -> 'interactiveConfig') = 'object'
            THEN jsonb_build_object('interactive_config', job.result -> 'interactiveConfig')
            ELSE jsonb_build_object('extracted_content', job.result -> 'extractedContent') END
        WHEN 'polish' THEN jsonb_build_object('polished_content', job.result -> 'polishedContent')
        WHEN 'posts' THEN jsonb_build_object(
            'post_variations', job.result -> 'variations',
            'linkedin_post', job.result -> 'variations' -> 0 -> 'post',
            'dm_template', job.result -> 'dmTemplate', 'cta_word', job.result -> 'ctaWord')
        ELSE jsonb_build_object('emails', job.result -> 'emails')
    END,
    CASE WHEN job.result -> 'usedFallback' = 'true' THEN 'template' ELSE 'ai' END,
    job.id, job.completed_at, job.completed_at
FROM lead_magnets AS magnet CROSS JOIN LATERAL (
    SELECT *, row_number() OVER (PARTITION BY job_type ORDER BY completed_at DESC) AS place
    FROM background_jobs WHERE lead_magnet_id = magnet.id AND user_id = magnet.user_id
        AND status = 'completed' AND result IS NOT NULL AND erased_at IS NULL
        AND id IS DISTINCT FROM magnet.extraction_job_id AND id IS DISTINCT FROM magnet.polish_job_id
        AND id IS DISTINCT FROM magnet.posts_job_id AND id IS DISTINCT FROM magnet.emails_job_id
) AS job
WHERE place <= 10 AND job_type IN ('extraction', 'polish', 'posts', 'emails');
"""

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
        SELECT pg_column_size(texts) FROM {versions} WHERE user_id = p_user_id
        UNION ALL
        SELECT pg_column_size(wizard_state) FROM wizard_drafts WHERE user_id = p_user_id) AS sizes
$$;
"""

AS_BEFORE = """
DROP VIEW replaced_texts;
DELETE FROM piece_versions WHERE author <> 'owner' OR is_offered;
DROP POLICY own_rows_changed ON piece_versions;
REVOKE UPDATE (is_offered) ON piece_versions FROM lodestone_app;
ALTER TABLE piece_versions DROP COLUMN author, DROP COLUMN job_id, DROP COLUMN made_at,
    DROP COLUMN is_offered, DROP COLUMN bytes;
ALTER TABLE piece_versions RENAME CONSTRAINT piece_versions_pkey TO replaced_texts_pkey;
ALTER INDEX idx_piece_versions_list RENAME TO idx_replaced_texts_list;
ALTER TABLE piece_versions RENAME COLUMN kept_at TO replaced_at;
ALTER TABLE piece_versions RENAME TO replaced_texts;
ALTER TABLE lead_magnets DROP COLUMN edits;
ALTER TABLE email_sequences DROP COLUMN edited_at;
"""


def upgrade() -> None:
    op.execute(VERSIONS)
    op.execute(OF_JOBS)
    op.execute(STORED.format(versions="piece_versions"))


def downgrade() -> None:
    op.execute(AS_BEFORE)
    op.execute(STORED.format(versions="replaced_texts"))
