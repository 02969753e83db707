"""How many calls may be open at once, and over how many clients of the SDK they are spread."""

import contextlib
import sys
from typing import Any

import httpx2
import pytest
from lodestone.llm.proxies import http_client
from lodestone.llm.sdk_clients import CALLS_EACH, SdkClients


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "https://provider.example"])
async def test_only_the_slots_limit_how_many_calls_are_open(url: str) -> None:
    async def nothing(answer: httpx2.Response) -> None: ...

    client = http_client(url, httpx2.create_ssl_context(), on_answer=nothing)

    transport = client._transport
    assert isinstance(transport, httpx2.AsyncHTTPTransport)
    assert transport._pool._max_connections == sys.maxsize
    await client.aclose()


class SdkDouble:
    """A client that is only closed."""

    is_closed = False

    async def close(self) -> None:
        self.is_closed = True


async def test_calls_are_spread_over_clients_and_all_but_the_first_are_closed_when_idle() -> None:
    made: list[Any] = []

    def make() -> Any:
        made.append(SdkDouble())
        return made[-1]

    clients: Any = SdkClients(make)
    async with contextlib.AsyncExitStack() as calls:
        lent = {await calls.enter_async_context(clients.lend()) for _ in range(CALLS_EACH)}
        async with clients.lend() as another:
            assert [lent, another] == [{made[0]}, made[1]]
        assert made[1].is_closed

    async with clients.lend() as again:
        assert again is made[0]
    assert not made[0].is_closed
    await clients.close()
    assert made[0].is_closed
