"""Owners bring texts along: pasted, or taken from files."""

from alembic import op

revision = "0038"
down_revision = "0037"

TABLE = """
CREATE TABLE sources (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    lead_magnet_id uuid REFERENCES lead_magnets (id) ON DELETE CASCADE,
    name text NOT NULL,
    kind text NOT NULL,
    text text NOT NULL,
    left_out integer NOT NULL DEFAULT 0,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    characters integer GENERATED ALWAYS AS (char_length(text)) STORED
);
CREATE INDEX idx_sources_list ON sources (user_id, created_at);
CREATE INDEX idx_sources_lead_magnet ON sources (lead_magnet_id);
CREATE TRIGGER updated_at_2_set BEFORE UPDATE ON sources
    FOR EACH ROW EXECUTE FUNCTION lodestone_set_updated_at();
"""

OWN = "user_id = (SELECT lodestone_user_id())"
OF_OWN_LEAD_MAGNET = "(lead_magnet_id IS NULL OR EXISTS (SELECT FROM lead_magnets WHERE id = lead_magnet_id))"
RIGHTS = f"""
GRANT SELECT, INSERT, DELETE, UPDATE (name, text, version, updated_at) ON sources TO lodestone_app;
GRANT SELECT ON sources TO lodestone_reader;
ALTER TABLE sources ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows_seen ON sources FOR SELECT TO lodestone_app USING ({OWN});
CREATE POLICY own_rows_made ON sources FOR INSERT TO lodestone_app
    WITH CHECK ({OWN} AND {OF_OWN_LEAD_MAGNET});
CREATE POLICY own_rows_changed ON sources FOR UPDATE TO lodestone_app USING ({OWN}) WITH CHECK ({OWN});
CREATE POLICY own_rows_deleted ON sources FOR DELETE TO lodestone_app USING ({OWN});
CREATE POLICY all_rows_seen ON sources FOR SELECT TO lodestone_reader USING (true);
"""

# They count as what a user stores.
STORED = """
CREATE OR REPLACE FUNCTION lodestone_keep_stored(p_user_ids uuid[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO stored_bytes (user_id, bytes)
    SELECT id, lodestone_stored(id){sources} FROM users WHERE id = ANY (p_user_ids) ORDER BY id
    ON CONFLICT (user_id) DO UPDATE SET bytes = excluded.bytes, counted_at = now()
$$;
"""
OF_SOURCES = """
        + (SELECT coalesce(sum(pg_column_size(text)), 0) FROM sources WHERE user_id = users.id)"""


def upgrade() -> None:
    op.execute(TABLE)
    op.execute(RIGHTS)
    op.execute(STORED.format(sources=OF_SOURCES))


def downgrade() -> None:
    op.execute(STORED.format(sources=""))
    op.execute("DROP TABLE sources")
