"""Who has an address reads the one page there; no role that speaks for a reader sees the table."""

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from lodestone.ids import new_id
from lodestone_gateway.store.session import Role
from psycopg.errors import InsufficientPrivilege
from support.roles import acting, owners

READ = "SELECT page, policy, is_listed FROM lodestone_published(%s, '{}', 1)"
DOWN = "UPDATE publications SET taken_down_at = now()"
AS_OPERATOR = "SELECT set_config('app.is_operator', %s, true)"
MAGNET = """
    INSERT INTO lead_magnets (id, user_id, title, archetype, is_custom_idea)
    VALUES (%s, %s, 'T', 'single-system', true)"""
PUBLISHED = """
    INSERT INTO publications (lead_magnet_id, user_id, address, page, policy, is_listed)
    VALUES (%s, %s, %s, 'The page', 'The policy', false)"""


@pytest.fixture(scope="module")
def owner_id(database_url: str) -> Iterator[UUID]:
    """Of a user with a public page at the address "mine"."""
    user_id, magnet_id = new_id(), new_id()
    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO users (id) VALUES (%s)", [user_id])
        connection.execute(MAGNET, [magnet_id, user_id])
        connection.execute(PUBLISHED, [magnet_id, user_id, "mine"])
    yield user_id
    with psycopg.connect(database_url) as connection:
        connection.execute("DELETE FROM lead_magnets WHERE id = %s", [magnet_id])


def test_without_a_user_the_app_reads_the_page_at_an_address_and_no_other(
    database_url: str, owner_id: UUID
) -> None:
    with acting(database_url, Role.APP) as connection:
        assert connection.execute(READ, ["mine"]).fetchall() == [("The page", "The policy", False)]
        assert connection.execute(READ, ["other"]).fetchall() == []
        assert owners(connection, "publications") == set()
        assert connection.execute("DELETE FROM publications").rowcount == 0


def test_another_user_neither_sees_nor_changes_it(database_url: str, owner_id: UUID) -> None:
    with acting(database_url, Role.APP, new_id()) as connection:
        assert owners(connection, "publications") == set()
        assert connection.execute("UPDATE publications SET page = 'Another'").rowcount == 0
        connection.execute(AS_OPERATOR, ["true"])
        assert connection.execute(DOWN).rowcount == 0, "an operator acts for one user at a time"


def test_what_an_operator_took_down_its_owner_neither_changes_nor_deletes(
    database_url: str, owner_id: UUID
) -> None:
    up = "UPDATE publications SET taken_down_at = NULL"
    with acting(database_url, Role.APP, owner_id) as connection:
        with pytest.raises(InsufficientPrivilege), connection.transaction():
            connection.execute(DOWN)
        connection.execute(AS_OPERATOR, ["true"])
        assert connection.execute(DOWN).rowcount == 1
        connection.execute(AS_OPERATOR, ["false"])
        for change in ("UPDATE publications SET page = 'Another'", up, "DELETE FROM publications"):
            assert connection.execute(change).rowcount == 0, change
        assert connection.execute(READ, ["mine"]).fetchall() == []
        assert owners(connection, "publications") == {owner_id}
        assert connection.execute("DELETE FROM lead_magnets").rowcount == 1
        assert owners(connection, "publications") == set(), "it goes with its lead magnet"


def test_nobody_publishes_what_is_somebody_elses(database_url: str, owner_id: UUID) -> None:
    other, magnet_id = new_id(), new_id()
    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO users (id) VALUES (%s)", [other])
        connection.execute(MAGNET, [magnet_id, owner_id])

    with acting(database_url, Role.APP, other) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(PUBLISHED, [magnet_id, other, "theirs"])


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.APP])
def test_no_other_role_reads_by_address(database_url: str, owner_id: UUID, role: Role) -> None:
    with acting(database_url, role) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(READ, ["mine"])
