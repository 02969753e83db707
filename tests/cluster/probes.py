"""Probes as the kubelet makes them: one request at a time, judged by its thresholds."""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any


@dataclass(frozen=True)
class Probe:
    """How a container is asked; the defaults are Kubernetes'."""

    path: str
    port: int
    period: float
    timeout: float
    failures: int
    delay: float

    @classmethod
    def of(cls, container: Mapping[str, Any], name: str) -> "Probe | None":
        """The container's probe of this name."""
        given = container.get(name)
        if given is None:
            return None
        ports = {port["name"]: port["containerPort"] for port in container.get("ports", [])}
        asked = given["httpGet"]
        return cls(
            path=asked["path"],
            port=int(ports.get(asked["port"], asked["port"])),
            period=given.get("periodSeconds", 10),
            timeout=given.get("timeoutSeconds", 1),
            failures=given.get("failureThreshold", 3),
            delay=given.get("initialDelaySeconds", 0),
        )

    async def succeeds(self, address: IPv4Address) -> bool:
        """Asks once."""
        with contextlib.suppress(OSError, TimeoutError, ValueError, IndexError):
            async with asyncio.timeout(self.timeout):
                return 200 <= await _status(str(address), self.port, self.path) < 400
        return False


async def _status(host: str, port: int, path: str) -> int:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        lines = (
            f"GET {path} HTTP/1.1",
            f"Host: {host}:{port}",
            "User-Agent: kube-probe",
            "Connection: close",
        )
        writer.write("".join(f"{line}\r\n" for line in (*lines, "")).encode())
        await writer.drain()
        return int((await reader.readline()).split()[1])
    finally:
        writer.close()
