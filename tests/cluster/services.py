"""A Service: one address, from which each new connection goes to a pod that is ready."""

import asyncio
import contextlib
import subprocess
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address

from cluster.network import run
from cluster.pods import Pod
from support.manifests import Manifest
from support.waiting import let_pass

LOOK_SECONDS = 0.1
SPREADING_SECONDS = 1.0  # until a change of endpoints is known on all nodes
FIRST = IPv4Address("10.96.0.10")


class Service:
    """Its rules, kept up to date; `pods` are all that there are."""

    def __init__(self, manifest: Manifest, number: int, pods: Callable[[], Sequence[Pod]]) -> None:
        self.address = FIRST + number
        self._selector: dict[str, str] = manifest["spec"]["selector"]
        (self._port,) = manifest["spec"]["ports"]
        self._chain = f"SERVICE-{number}"
        self._pods = pods
        port = f"-d {self.address} -p tcp --dport {self._port['port']} -j {self._chain}"
        run("iptables", *f"-t nat -N {self._chain}".split())
        run("iptables", *f"-t nat -A OUTPUT {port}".split())
        self._keeping = asyncio.create_task(self._keep())

    def stop(self) -> None:
        """Leaves the rules as they are."""
        self._keeping.cancel()

    def _endpoints(self) -> tuple[str, ...]:
        chosen = [
            pod
            for pod in self._pods()
            if pod.is_ready and pod.place and self._selector.items() <= pod.labels.items()
        ]
        return tuple(
            f"{pod.place.address}:{pod.ports[self._port['targetPort']]}" for pod in chosen if pod.place
        )

    async def _keep(self) -> None:
        known: tuple[str, ...] | None = None
        while True:
            found = self._endpoints()
            if found != known:
                await let_pass(SPREADING_SECONDS)
                await asyncio.to_thread(self._send_to, found)
                known = found
            await let_pass(LOOK_SECONDS)

    def _send_to(self, endpoints: Sequence[str]) -> None:
        lines = ["*nat", f":{self._chain} - [0:0]"]
        for left, endpoint in zip(range(len(endpoints), 0, -1), endpoints, strict=True):
            chance = f"-m statistic --mode random --probability {1 / left:.5f}" if left > 1 else ""
            lines.append(f"-A {self._chain} -p tcp {chance} -j DNAT --to-destination {endpoint}")
        with contextlib.suppress(subprocess.CalledProcessError):
            run("iptables-restore", "--noflush", "--wait", "10", given="\n".join([*lines, "COMMIT", ""]))
