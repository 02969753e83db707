"""Emails have a version; an owner's text that somebody else's write replaced is kept."""

from alembic import op

revision = "0008"
down_revision = "0007"

TABLES = """
ALTER TABLE email_sequences ADD COLUMN version integer NOT NULL DEFAULT 1;

CREATE TABLE replaced_texts (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    lead_magnet_id uuid NOT NULL REFERENCES lead_magnets (id) ON DELETE CASCADE,
    piece text NOT NULL,
    texts jsonb NOT NULL,
    replaced_by uuid,
    replaced_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_replaced_texts_list ON replaced_texts (lead_magnet_id, piece, replaced_at DESC);
"""

OWN = "user_id = (SELECT lodestone_user_id())"
RIGHTS = f"""
GRANT SELECT, INSERT, DELETE ON replaced_texts TO lodestone_app, lodestone_projector;
GRANT SELECT ON replaced_texts TO lodestone_reader;
ALTER TABLE replaced_texts ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows_seen ON replaced_texts FOR SELECT TO lodestone_app USING ({OWN});
CREATE POLICY own_rows_made ON replaced_texts FOR INSERT TO lodestone_app
    WITH CHECK ({OWN} AND EXISTS (SELECT FROM lead_magnets WHERE id = lead_magnet_id));
CREATE POLICY own_rows_deleted ON replaced_texts FOR DELETE TO lodestone_app USING ({OWN});
CREATE POLICY all_rows_seen ON replaced_texts FOR SELECT TO lodestone_reader USING (true);
CREATE POLICY all_rows ON replaced_texts TO lodestone_projector USING (true) WITH CHECK (true);
"""  # noqa: S608


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(RIGHTS)


def downgrade() -> None:
    op.execute("DROP TABLE replaced_texts")
    op.execute("ALTER TABLE email_sequences DROP COLUMN version")
