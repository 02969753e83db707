"""A bench for each test: some of them kill the bus."""

from collections.abc import AsyncIterator

import pytest
from support.backends import NatsServer
from support.worker_bench import WorkerBench, worker_bench


@pytest.fixture
async def bench(own_nats: NatsServer) -> AsyncIterator[WorkerBench]:
    """Workers, a bus of their own and a simulated provider."""
    async with worker_bench(own_nats) as bench:
        yield bench
