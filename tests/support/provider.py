"""The simulated provider on a real port, and its controls."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import uvicorn
from lodestone.health import QuietServer, listen
from lodestone_local.simulator.app import build_simulator


class Provider:
    """A running simulator at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx2.AsyncClient(base_url=url)

    async def pace(self, first_byte_seconds: float = 0, duration_seconds: float = 0) -> None:
        """Sets how fast replies arrive."""
        body = {"firstByteSeconds": first_byte_seconds, "durationSeconds": duration_seconds}
        (await self._http.put("/_sim/pace", json=body)).raise_for_status()

    async def fault(
        self, kind: str, *, times: int = 1, match: dict[str, Any] | None = None, **more: Any
    ) -> None:
        """Makes the next matching calls fail."""
        body = {"match": match or {}, "fault": {"kind": kind, **more}, "times": times}
        (await self._http.post("/_sim/faults", json=body)).raise_for_status()

    async def calls(self) -> list[dict[str, Any]]:
        """All calls since the last reset."""
        items: list[dict[str, Any]] = (await self._http.get("/_sim/calls")).json()["items"]
        return items

    async def ended_calls(self) -> list[dict[str, Any]]:
        """Those that are over."""
        return [call for call in await self.calls() if call["endedAt"]]

    async def reset(self) -> None:
        """Removes faults, pace and calls."""
        (await self._http.delete("/_sim")).raise_for_status()
        await self.pace()

    async def close(self) -> None:
        """Closes the connections to the controls."""
        await self._http.aclose()


@asynccontextmanager
async def running_provider() -> AsyncIterator[Provider]:
    """A simulator on a free port, until the end of the block."""
    sock = listen("127.0.0.1", 0)
    server = QuietServer(
        uvicorn.Config(build_simulator(), lifespan="off", log_config=None, timeout_graceful_shutdown=1)
    )
    serving = asyncio.create_task(server.serve(sockets=[sock]))
    provider = Provider(f"http://127.0.0.1:{sock.getsockname()[1]}")
    try:
        await provider.reset()
        yield provider
    finally:
        await provider.close()
        server.should_exit = True
        await serving
