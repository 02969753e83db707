"""How many calls may be open at once."""

import sys

import httpx2
import pytest
from lodestone.llm.proxies import http_client


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "https://provider.example"])
async def test_only_the_slots_limit_how_many_calls_are_open(url: str) -> None:
    async def nothing(answer: httpx2.Response) -> None: ...

    client = http_client(url, on_answer=nothing)

    transport = client._transport
    assert isinstance(transport, httpx2.AsyncHTTPTransport)
    assert transport._pool._max_connections == sys.maxsize
    await client.aclose()
