"""A migrated database for all tests of a file."""

import pytest
from lodestone_gateway.store.migrate import upgrade


@pytest.fixture(scope="module")
def database_url(module_postgres_url: str) -> str:
    """The owner's URL."""
    upgrade(module_postgres_url)
    return module_postgres_url
