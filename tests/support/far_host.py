"""Another host in a network namespace, with one cable to the bus and one to the provider. Needs root.

A pulled cable drops packets silently: to both ends the connection still looks open.
"""

import asyncio
import contextlib
import os
import subprocess
from collections.abc import AsyncIterator
from urllib.parse import urlsplit, urlunsplit

NAMESPACE = f"lodestone-{os.getpid()}"
CABLES = {"bus": "10.231.7", "provider": "10.231.8"}


class FarHost:
    """The processes there reach `bus` and `provider` as long as the cables are plugged in."""

    async def url(self, cable: str, url: str) -> str:
        """The address at which the far host reaches a port on this host's loopback."""
        parts = urlsplit(url)
        port = await self._forward(f"{CABLES[cable]}.1", parts.port or 80)
        sign_in = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
        return urlunsplit(parts._replace(netloc=f"{sign_in}{CABLES[cable]}.1:{port}"))

    def command(self, *command: str) -> list[str]:
        """The command line that runs the command on the far host."""
        return ["ip", "netns", "exec", NAMESPACE, *command]

    def pull(self, cable: str) -> None:
        """Drops all packets."""
        _ip("link", "set", _name(cable), "down")

    def plug(self, cable: str) -> None:
        """Lets packets through again."""
        _ip("link", "set", _name(cable), "up")

    def __init__(self) -> None:
        self._servers: list[asyncio.Server] = []
        self._pipes: set[asyncio.Task[None]] = set()

    async def _forward(self, address: str, port: int) -> int:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            there = await asyncio.open_connection("127.0.0.1", port)
            for pipe in (_pipe(reader, there[1]), _pipe(there[0], writer)):
                task = asyncio.create_task(pipe)
                self._pipes.add(task)
                task.add_done_callback(self._pipes.discard)

        server = await asyncio.start_server(serve, address, 0)
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stops forwarding."""
        for server in self._servers:
            server.close()
        for task in list(self._pipes):
            task.cancel()
        await asyncio.gather(*self._pipes, return_exceptions=True)


@contextlib.asynccontextmanager
async def far_host() -> AsyncIterator[FarHost]:
    """The host, until the end of the block. Raises CalledProcessError if it cannot be created."""
    _ip("netns", "add", NAMESPACE)
    host = FarHost()
    try:
        for cable, net in CABLES.items():
            _ip("link", "add", _name(cable), "type", "veth", "peer", "name", cable, "netns", NAMESPACE)
            _ip("addr", "add", f"{net}.1/30", "dev", _name(cable))
            _ip("link", "set", _name(cable), "up")
            _ip("-n", NAMESPACE, "addr", "add", f"{net}.2/30", "dev", cable)
            _ip("-n", NAMESPACE, "link", "set", cable, "up")
        _ip("-n", NAMESPACE, "link", "set", "lo", "up")
        yield host
    finally:
        await host.close()
        _ip("netns", "delete", NAMESPACE)  # also removes the cables


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()


def _name(cable: str) -> str:
    return f"lodest-{cable}"


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)
