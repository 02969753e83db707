"""The language of a user's texts, beside the tone and the name, and all three as a job's input has them."""

from alembic import op

revision = "0037"
down_revision = "0031"

COLUMN = """
ALTER TABLE brand_kits ADD COLUMN output_language text
    CONSTRAINT brand_kits_output_language CHECK (output_language IN ('en', 'de', 'fr', 'es', 'pt'));
"""

# NULL when the user never said anything. What is longer than is asked for now is cut.
VOICE = """
CREATE FUNCTION lodestone_voice(p_user_id uuid) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT jsonb_build_object('name', name, 'tone', tone, 'language', language) FROM (
        SELECT left(btrim(regexp_replace(coalesce(sender_name, ''), '\\s+', ' ', 'g')), 120) AS name,
            left(btrim(coalesce(nullif(preferred_tone, 'conversational'), '')), 500) AS tone,
            output_language AS language
        FROM brand_kits WHERE user_id = p_user_id) AS kit
    WHERE name <> '' OR tone <> '' OR language IS NOT NULL);
END $$;
COMMENT ON FUNCTION lodestone_voice IS 'How a user wants to be heard, as the input of a job says it';
"""


def upgrade() -> None:
    op.execute(COLUMN)
    op.execute(VOICE)


def downgrade() -> None:
    op.execute("DROP FUNCTION lodestone_voice")
    op.execute("ALTER TABLE brand_kits DROP COLUMN output_language")
