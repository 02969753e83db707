"""The simulated provider and its client, for the tests of the services' handlers."""

from collections.abc import AsyncIterator

import pytest
from lodestone.llm.client import Llm
from support.provider import Provider, running_provider


@pytest.fixture(scope="module")
async def running_model() -> AsyncIterator[Provider]:
    """One simulated provider for all tests of a file."""
    async with running_provider() as provider:
        yield provider


@pytest.fixture
async def model(running_model: Provider) -> Provider:
    """The simulated provider, reset and without delays."""
    await running_model.reset()
    return running_model


@pytest.fixture
async def model_llm(model: Provider) -> AsyncIterator[Llm]:
    """The services' client to it."""
    llm = Llm(api_key="test", base_url=model.url, is_simulator=True)
    yield llm
    await llm.close()
