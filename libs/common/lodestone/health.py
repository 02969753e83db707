"""/healthz, /readyz and /metrics of a process without its own HTTP server."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from email.utils import formatdate
from typing import Any

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from uvicorn.server import ServerState

from lodestone import liveness

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Asgi = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


class QuietServer(uvicorn.Server):
    """A uvicorn server inside a process that handles signals itself, and without work while nobody asks.

    uvicorn's own wakes up ten times a second, to look whether it should end and to write the date.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        self._end = asyncio.Event()
        super().__init__(config)
        self.server_state = DatedAnswers(config)

    @property
    def should_exit(self) -> bool:
        """Whether it ends; set from the thread of its event loop."""
        return self._end.is_set()

    @should_exit.setter
    def should_exit(self, ends: bool) -> None:
        if ends:
            self._end.set()

    async def main_loop(self) -> None:
        """Waits for the end."""
        await self._end.wait()

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        """Leaves signals to the process."""
        return nullcontext()


class DatedAnswers(ServerState):
    """What all connections of a server share; the headers of each answer get the date when they are read."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__()
        self._config = config
        self._second = -1  # none yet
        self._headers: list[tuple[bytes, bytes]] = []

    @property
    def default_headers(self) -> list[tuple[bytes, bytes]]:
        """Name and value of each."""
        second = int(time.time())
        if second != self._second:
            date = (b"date", formatdate(second, usegmt=True).encode())
            self._second, self._headers = second, [date, *self._config.encoded_headers]
        return self._headers

    @default_headers.setter
    def default_headers(self, headers: list[tuple[bytes, bytes]]) -> None:
        """Ignores what uvicorn sets."""


class HealthServer:
    """The running endpoints; `url` is where they are."""

    def __init__(self, url: str, server: QuietServer, task: asyncio.Task[None]) -> None:
        self.url = url
        self._server = server
        self._task = task

    async def close(self) -> None:
        """Ends the endpoints."""
        self._server.should_exit = True
        await self._task


async def serve_health(port: int, is_ready: Callable[[], bool]) -> HealthServer:
    """Serves the endpoints. Raises OSError if the port is taken."""
    return await serve_inside(port, _endpoints(is_ready))


async def serve_inside(port: int, app: Any) -> HealthServer:
    """Serves an ASGI app for probes: on a free loopback port when `port` is 0, else on all addresses.

    Raises OSError if the port is taken.
    """
    sock = listen("127.0.0.1" if port == 0 else "0.0.0.0", port)  # noqa: S104 - a pod's probes come from outside
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        access_log=False,
        ws="none",
        timeout_graceful_shutdown=1,
    )
    server = QuietServer(config)
    task = asyncio.create_task(server.serve(sockets=[sock]))
    return HealthServer(f"http://127.0.0.1:{sock.getsockname()[1]}", server, task)


def listen(host: str, port: int) -> socket.socket:
    """A listening TCP socket; raises OSError when the port is taken."""
    # Only if the protocol is named does asyncio disable Nagle's delay, which costs 40 ms per answer.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(512)
    except OSError:
        sock.close()
        raise
    return sock


def _endpoints(is_ready: Callable[[], bool]) -> Asgi:
    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        status, body, content_type = _answer(scope.get("path", ""), is_ready)
        headers = [(b"content-type", content_type.encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


def _answer(path: str, is_ready: Callable[[], bool]) -> tuple[int, bytes, str]:
    if path == "/metrics":
        return 200, generate_latest(), CONTENT_TYPE_LATEST
    if path == "/healthz":
        return (200, b"ok\n", "text/plain") if liveness.is_alive() else (503, b"wedged\n", "text/plain")
    if path == "/readyz":
        return (200, b"ready\n", "text/plain") if is_ready() else (503, b"not ready\n", "text/plain")
    return 404, b"not found\n", "text/plain"
