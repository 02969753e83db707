"""A bench per test, since some tests lose the stream or the whole bus."""

from collections.abc import AsyncIterator

import pytest
from support.backends import NatsServer
from support.erasing import ErasingBench, erasing_bench


@pytest.fixture
async def bench(own_nats: NatsServer, postgres_url: str) -> AsyncIterator[ErasingBench]:
    """A gateway, its tables and an empty stream."""
    async with erasing_bench(own_nats, postgres_url) as bench:
        yield bench
