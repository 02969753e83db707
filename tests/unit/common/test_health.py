"""The server of probes: no work while nobody asks, and each answer with its own date."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
import uvicorn
from lodestone import health
from lodestone.health import QuietServer, serve_health


@pytest.mark.asyncio(loop_scope="function")  # in which nothing else sets timers
async def test_nothing_wakes_a_server_that_nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    timers: list[float] = []
    async with _probes():
        loop = asyncio.get_running_loop()
        monkeypatch.setattr(loop, "call_at", lambda when, *_, **__: timers.append(when))
        for _ in range(100):
            await asyncio.sleep(0)
        assert timers == []
        monkeypatch.undo()


async def test_each_answer_has_the_date_of_its_second(monkeypatch: pytest.MonkeyPatch) -> None:
    async with _probes() as url:
        assert [await _date(url, second, monkeypatch) for second in (0, 1, 86_400)] == [
            "Thu, 01 Jan 1970 00:00:00 GMT",
            "Thu, 01 Jan 1970 00:00:01 GMT",
            "Fri, 02 Jan 1970 00:00:00 GMT",
        ]


async def test_a_server_that_was_told_to_end_before_it_began_ends() -> None:
    server = QuietServer(uvicorn.Config(_nothing, lifespan="off", log_config=None))
    server.should_exit = True
    async with asyncio.timeout(10):
        await server.serve(sockets=[health.listen("127.0.0.1", 0)])


@contextlib.asynccontextmanager
async def _probes() -> AsyncIterator[str]:
    server = await serve_health(0, lambda: True)
    try:
        async with asyncio.timeout(10):
            yield server.url
    finally:
        await server.close()


async def _date(url: str, second: int, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(health, "time", SimpleNamespace(time=lambda: second + 0.5))
    async with httpx2.AsyncClient(trust_env=False) as client:
        return str((await client.get(f"{url}/healthz")).headers["date"])


async def _nothing(scope: Any, receive: Any, send: Any) -> None:
    """An application that answers nothing."""
