"""A migrated database for all tests of a file."""

from collections.abc import Iterator

import psycopg
import pytest
from support.tables import give_tables


@pytest.fixture(scope="module")
def database_url(module_postgres_url: str) -> str:
    """The owner's URL."""
    give_tables(module_postgres_url)
    return module_postgres_url


@pytest.fixture
def owner(database_url: str) -> Iterator[psycopg.Connection]:
    """The owner's connection; the test's changes are rolled back."""
    with psycopg.connect(database_url) as connection:
        yield connection
        connection.rollback()
