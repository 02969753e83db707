"""One gateway and one database for all tests of a file; or a bus and a database for one test alone."""

from collections.abc import AsyncIterator

import pytest
from support.api import Projection, RunningGateway, User, running_gateway
from support.backends import NatsServer
from support.folding import Folding
from support.gateway_bench import GatewayBench, gateway_bench


@pytest.fixture(scope="module")
async def gateway(module_postgres_url: str) -> AsyncIterator[RunningGateway]:
    """A serving gateway."""
    async with running_gateway(module_postgres_url) as gateway:
        yield gateway


@pytest.fixture
def user(gateway: RunningGateway) -> User:
    """A new user."""
    return gateway.user()


@pytest.fixture
def operator(gateway: RunningGateway) -> User:
    """An operator, who owns nothing."""
    return gateway.user(role="operator")


@pytest.fixture(scope="module")
async def projection(gateway: RunningGateway) -> AsyncIterator[Projection]:
    """Writes events into the gateway's tables."""
    projection = Projection(gateway.settings.database_url)
    yield projection
    await projection.engine.dispose()


@pytest.fixture(scope="module")
async def folding(gateway: RunningGateway) -> AsyncIterator[Folding]:
    """The projector's fold into the gateway's tables."""
    folding = Folding(gateway.settings.database_url)
    yield folding
    await folding.close()


@pytest.fixture
async def bench(own_nats: NatsServer, postgres_url: str) -> AsyncIterator[GatewayBench]:
    """The gateway's processes with a bus and tables of their own; some tests kill or lose them."""
    async with gateway_bench(own_nats, postgres_url) as bench:
        yield bench
