"""The provider's key is changed while a job runs: both are valid until every service has the new one."""

from typing import Any

from lodestone.events import JobStarted
from lodestone_local.simulator.app import build_simulator
from lodestone_local.simulator.request import key_in
from starlette.datastructures import Headers
from support.backends import NatsServer
from support.worker_bench import serving, worker_bench


class Provider:
    """A provider that lets in whoever has a valid key."""

    def __init__(self) -> None:
        self.valid = {"sk-old"}
        self.used: list[str] = []
        self.refused = 0
        self._simulator = build_simulator()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            return await self._simulator(scope, receive, send)
        key = key_in(Headers(scope=scope))
        self.used.append(key)
        if key in self.valid:
            return await self._simulator(scope, receive, send)
        self.refused += 1
        await send({"type": "http.response.start", "status": 401, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})


async def test_services_take_a_new_key_one_after_the_other(own_nats: NatsServer) -> None:
    provider = Provider()
    async with worker_bench(own_nats) as bench, serving(provider) as url:
        bench.simulator = url
        await bench.pace(0.02, 1.5)
        first = await bench.worker(anthropic_api_key="sk-old")
        requested = await bench.request()
        await bench.until_logged(requested, "call_started")

        provider.valid.add("sk-new")
        await bench.worker(anthropic_api_key="sk-new")
        await first.stop()
        log = await bench.until_logged(requested, "completed")

        provider.valid.remove("sk-old")
        provider.used.clear()
        await bench.pace(0.02, 0.2)
        await bench.until_logged(await bench.request(), "completed")

    assert sum(isinstance(event, JobStarted) for event in log.events) == 1
    assert provider.refused == 0
    assert set(provider.used) == {"sk-new"}
