"""One simulator for the folder, reset before each test, and official clients that validate every answer."""

from collections.abc import AsyncIterator, Iterator

import pytest
from anthropic import Anthropic, AsyncAnthropic
from support.simulator import RunningSimulator, running_simulator


@pytest.fixture(scope="package")
def server() -> Iterator[RunningSimulator]:
    with running_simulator() as simulator:
        yield simulator


@pytest.fixture
def simulator(server: RunningSimulator) -> RunningSimulator:
    """At full speed, without faults, with an empty ledger."""
    server.reset()
    server.pace()
    return server


@pytest.fixture
async def client(simulator: RunningSimulator) -> AsyncIterator[AsyncAnthropic]:
    async with AsyncAnthropic(
        base_url=simulator.url, api_key="any", max_retries=0, _strict_response_validation=True
    ) as client:
        yield client


@pytest.fixture
def blocking_client(simulator: RunningSimulator) -> Iterator[Anthropic]:
    with Anthropic(
        base_url=simulator.url, api_key="any", max_retries=0, _strict_response_validation=True
    ) as client:
        yield client
