"""One gateway and one database for all tests of a file."""

from collections.abc import AsyncIterator

import pytest
from support.api import Projection, RunningGateway, User, running_gateway


@pytest.fixture(scope="module")
async def gateway(module_postgres_url: str) -> AsyncIterator[RunningGateway]:
    """A serving gateway."""
    async with running_gateway(module_postgres_url) as gateway:
        yield gateway


@pytest.fixture
def user(gateway: RunningGateway) -> User:
    """A new user."""
    return gateway.user()


@pytest.fixture(scope="module")
async def projection(gateway: RunningGateway) -> AsyncIterator[Projection]:
    """Writes events into the gateway's tables."""
    projection = Projection(gateway.settings.database_url)
    yield projection
    await projection.engine.dispose()
