"""The fixtures that the API tests share besides the gateway."""

from collections.abc import AsyncIterator

import pytest
from support.api import Projection, RunningGateway


@pytest.fixture(scope="module")
async def projection(gateway: RunningGateway) -> AsyncIterator[Projection]:
    """Writes events into the gateway's tables."""
    projection = Projection(gateway.settings.database_url)
    yield projection
    await projection.engine.dispose()
