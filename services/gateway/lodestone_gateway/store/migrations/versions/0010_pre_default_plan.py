"""Who was given no plan is on the one that the session names; a plan that there is not allows nothing."""

from alembic import op

revision = "0010"
down_revision = "0009"

PLANS = """
CREATE OR REPLACE FUNCTION lodestone_plan(p_user_id uuid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        (SELECT plan FROM subscriptions WHERE user_id = p_user_id),
        nullif(current_setting('lodestone.default_plan', true), ''),
        'free')
$$;

CREATE OR REPLACE FUNCTION lodestone_plan_limit(p_plan text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE p_plan WHEN 'free' THEN 2 WHEN 'pro' THEN 15 WHEN 'unlimited' THEN NULL ELSE 0 END
$$;
"""

AS_BEFORE = """
CREATE OR REPLACE FUNCTION lodestone_plan(p_user_id uuid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT plan FROM subscriptions WHERE user_id = p_user_id), 'free')
$$;

CREATE OR REPLACE FUNCTION lodestone_plan_limit(p_plan text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE p_plan WHEN 'free' THEN 2 WHEN 'pro' THEN 15 END
$$;
"""


def upgrade() -> None:
    op.execute(PLANS)


def downgrade() -> None:
    op.execute(AS_BEFORE)
