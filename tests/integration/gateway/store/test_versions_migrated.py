"""What users had before there were versions becomes versions, and the release before goes on as it was."""

import psycopg
import pytest
from alembic import command
from lodestone.ids import new_id
from lodestone_gateway.store import migrate
from lodestone_gateway.store.migrate import upgrade
from lodestone_gateway.store.session import Role
from psycopg.sql import SQL, Identifier
from psycopg.types.json import Jsonb
from support.samples import emails_result, posts_result

USER, MAGNET, SHOWN, EARLIER, EMAILS = (new_id() for _ in range(5))
OLD_INSERT = """
    INSERT INTO replaced_texts (id, user_id, lead_magnet_id, piece, texts, replaced_by, replaced_at)
    VALUES (%s, %s, %s, 'posts', %s, NULL, clock_timestamp())"""
OLD_DELETE = """DELETE FROM replaced_texts WHERE lead_magnet_id = %s AND piece = 'posts' AND id NOT IN (
    SELECT id FROM replaced_texts WHERE lead_magnet_id = %s ORDER BY replaced_at DESC, id DESC LIMIT 1)"""
OLD_SELECT = "SELECT texts FROM replaced_texts WHERE lead_magnet_id = %s ORDER BY replaced_at"
JOB = """
    INSERT INTO background_jobs
        (id, user_id, job_type, status, input, result, lead_magnet_id, completed_at, deadline_at)
    VALUES (%s, %s, %s, 'completed', '{}', %s, %s, now(), now())"""


@pytest.fixture
def before(postgres_url: str) -> str:
    """The tables of the release before, with a lead magnet, its jobs and a replaced text."""
    migrated_to(postgres_url, "0030")
    with psycopg.connect(postgres_url) as connection:
        connection.execute("INSERT INTO users (id) VALUES (%s)", [USER])
        connection.execute(
            "INSERT INTO lead_magnets (id, user_id, title, archetype, is_custom_idea, posts_job_id)"
            " VALUES (%s, %s, 'T', 'prompt', true, %s)",
            [MAGNET, USER, SHOWN],
        )
        emails = Jsonb({**emails_result(), "usedFallback": True})
        for id, kind, result in (
            (SHOWN, "posts", Jsonb(posts_result())),
            (EARLIER, "posts", Jsonb(posts_result())),
            (EMAILS, "emails", emails),
        ):
            connection.execute(JOB, [id, USER, kind, result, MAGNET])
        connection.execute(OLD_INSERT, [new_id(), USER, MAGNET, Jsonb({"dm_template": "Mine"})])
    upgrade(postgres_url)
    return postgres_url


def migrated_to(url: str, revision: str) -> None:
    """Migrates as the release did whose newest migration this is."""
    with migrate._alone(url) as connection:
        migrate._run(connection, lambda config: command.upgrade(config, revision))
        migrate._admit_job_types(connection)


def test_replaced_texts_and_earlier_results_become_versions(before: str) -> None:
    with psycopg.connect(before) as connection:
        found = connection.execute(
            "SELECT piece, author, job_id, texts FROM piece_versions ORDER BY piece, author"
        ).fetchall()

    posts = posts_result()
    written = {
        "post_variations": posts["variations"],
        "linkedin_post": posts["variations"][0]["post"],
        "dm_template": posts["dmTemplate"],
        "cta_word": posts["ctaWord"],
    }
    assert found == [
        ("emails", "template", EMAILS, {"emails": emails_result()["emails"]}),
        ("posts", "ai", EARLIER, written),
        ("posts", "owner", None, {"dm_template": "Mine"}),
    ]


@pytest.mark.parametrize("role", [Role.APP, Role.PROJECTOR])
def test_the_release_before_keeps_reads_and_bounds_replaced_texts(before: str, role: Role) -> None:
    with psycopg.connect(before) as connection:
        connection.execute(SQL("SET LOCAL ROLE {}").format(Identifier(role)))
        connection.execute("SELECT set_config('app.user_id', %s, true)", [str(USER)])
        connection.execute(OLD_INSERT, [new_id(), USER, MAGNET, Jsonb({"dm_template": "Newer"})])
        connection.execute(OLD_DELETE, [MAGNET, MAGNET])
        found = connection.execute(OLD_SELECT, [MAGNET]).fetchall()

    assert found == [({"dm_template": "Mine"},), ({"dm_template": "Newer"},)], "none is removed"


def test_nobody_else_sees_them_through_the_view(before: str) -> None:
    with psycopg.connect(before) as connection:
        connection.execute(SQL("SET LOCAL ROLE {}").format(Identifier(Role.APP)))
        connection.execute("SELECT set_config('app.user_id', %s, true)", [str(new_id())])

        assert connection.execute(OLD_SELECT, [MAGNET]).fetchall() == []
