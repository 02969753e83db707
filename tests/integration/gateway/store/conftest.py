"""A migrated database for all tests of a file."""

from collections.abc import Iterator

import psycopg
import pytest
from lodestone_gateway.store.migrate import upgrade


@pytest.fixture(scope="module")
def database_url(module_postgres_url: str) -> str:
    """The owner's URL."""
    upgrade(module_postgres_url)
    return module_postgres_url


@pytest.fixture
def owner(database_url: str) -> Iterator[psycopg.Connection]:
    """The owner's connection; the test's changes are rolled back."""
    with psycopg.connect(database_url) as connection:
        yield connection
        connection.rollback()
