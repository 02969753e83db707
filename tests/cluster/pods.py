"""A pod's life, as the kubelet leads it: started, probed, restarted, asked to end, killed."""

import asyncio
import contextlib
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cluster.image import Container, Image
from cluster.network import Network, Place
from cluster.objects import Missing, Objects, memory_of
from cluster.policies import enforce, rules_of
from cluster.probes import Probe
from support.manifests import COMPONENT, Manifest
from support.waiting import let_pass

LOOK_SECONDS = 0.05
DEFAULT_GRACE = 30.0
BACK_OFF_SECONDS, LONGEST_BACK_OFF = 10.0, 300.0  # between two restarts of one container
MISSING_SECONDS = 5.0

Note = Callable[..., None]


class Kubelet:
    """What all pods need of their machine; `note` records what is done to them."""

    def __init__(self, folder: Path, network: Network, image: Image, objects: Objects) -> None:
        self.folder = folder
        self.network = network
        self.image = image
        self.objects = objects
        self.note: Note = lambda kind, **fields: None


class Pod:
    """One pod of our manifests; `revision` says of which template."""

    def __init__(self, kubelet: Kubelet, name: str, template: Manifest, revision: str, node: str) -> None:
        self.name = name
        self.node = node
        self.revision = revision
        self.labels: Mapping[str, str] = template["metadata"]["labels"]
        self.component = self.labels[COMPONENT]
        self.is_ready = False
        self.is_ending = False
        self.began = time.monotonic()
        self.ready_after: float | None = None
        self.restarts = 0
        self.statuses: list[int] = []
        self.peak_kib = 0
        self.log = kubelet.folder / "logs" / f"{name}.log"
        self._spec: Mapping[str, Any] = template["spec"]
        self._kubelet = kubelet
        self._folder = kubelet.folder / "volumes" / name
        self._place: Place | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._running = asyncio.create_task(self._live(), name=name)

    @property
    def place(self) -> Place | None:
        """Where it is in the network."""
        return self._place

    @property
    def is_over(self) -> bool:
        """Whether it has ended for good."""
        return self._running.done()

    @property
    def container(self) -> Manifest:
        """Its main container."""
        (found,) = self._spec["containers"]
        return dict(found)

    @property
    def ports(self) -> dict[str, int]:
        """Of its container, by name."""
        return {port["name"]: port["containerPort"] for port in self.container.get("ports", [])}

    async def wait(self) -> int:
        """Returns the last exit status when it has ended for good; raises what went wrong in the trial."""
        await self.gone()
        self._running.result()
        return self.statuses[-1]

    async def gone(self) -> None:
        """Returns when it has ended for good."""
        await asyncio.wait({self._running})

    async def end(self) -> None:
        """Ends it as a deletion does: its gap, SIGTERM, and SIGKILL when its grace is over."""
        if self.is_ending:
            return
        self.is_ending, self.is_ready = True, False
        until = time.monotonic() + self._spec.get("terminationGracePeriodSeconds", DEFAULT_GRACE)
        gap = self.container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        if gap and self._process:
            await self._ended(self._process, within=gap)
        if (process := self._process) is None:
            self._running.cancel()
            return
        at, what = time.time(), "term"
        self._signal(process, signal.SIGTERM)
        if not await self._ended(process, within=until - time.monotonic()):
            what = "kill"
            self._signal(process, signal.SIGKILL)
        await asyncio.wait({self._running})
        self._kubelet.note(
            "fault", at=at, until=time.time(), what=what, target=self.component, process=self.name
        )
        self._kubelet.note("exit", target=self.component, status=self.statuses[-1])

    def kill(self) -> None:
        """Ends its process at once, as a crash would; it is restarted."""
        if self._process:
            self._signal(self._process, signal.SIGKILL)

    async def _live(self) -> None:
        kubelet = self._kubelet
        self._place = await asyncio.to_thread(kubelet.network.join, self.name)
        try:
            policies = kubelet.objects.of("NetworkPolicy")
            rules = rules_of(policies, self.labels, self.ports, {})
            await asyncio.to_thread(enforce, self._place, rules)
            for first in self._spec.get("initContainers", []):
                if await self._run(first) != 0:
                    return
            await self._keep_running()
        finally:
            self.is_ready = False
            await asyncio.to_thread(kubelet.network.leave, self._place)

    async def _keep_running(self) -> None:
        pause = 0.0
        while True:
            at = time.time()
            status = await self._run(self.container)
            if self.is_ending or self._spec.get("restartPolicy") == "Never":
                return
            self.restarts += 1
            target, process = self.component, self.name
            self._kubelet.note("restart", target=target, process=process, status=status, began=at)
            await let_pass(pause)
            pause = min(max(2 * pause, BACK_OFF_SECONDS), LONGEST_BACK_OFF)

    async def _run(self, container: Manifest) -> int:
        """Runs a container until it ends; returns its exit status."""
        assert self._place is not None
        given = await self._given(container)
        process = self._kubelet.image.start(self._place, given, self.log)
        self._process = process
        probing = asyncio.create_task(self._probe(process, container))
        try:
            await self._ended(process, within=float("inf"))
        finally:
            self._process, self.is_ready = None, False
            probing.cancel()
        self.statuses.append(process.returncode)
        return int(process.returncode)

    async def _given(self, container: Manifest) -> Container:
        """What the container sees; waits for the objects that it names."""
        objects = self._kubelet.objects
        while True:
            try:
                return Container(
                    command=[*container.get("command", []), *container.get("args", [])],
                    env=objects.environment(container),
                    folders=objects.files(dict(self._spec), container, self._folder),
                    memory=memory_of(dict(self._spec), container),
                    user=self._spec["securityContext"]["runAsUser"],
                )
            except Missing:
                await let_pass(MISSING_SECONDS)

    async def _ended(self, process: subprocess.Popen[bytes], within: float) -> bool:
        until = time.monotonic() + within
        while process.poll() is None:
            if time.monotonic() > until:
                return False
            await let_pass(LOOK_SECONDS)
        return True

    async def _probe(self, process: subprocess.Popen[bytes], container: Manifest) -> None:
        startup = Probe.of(container, "startupProbe")
        if startup and not await self._succeeds(startup, at_most=startup.failures):
            return self._restart(process, "did not start")
        readiness, liveness = (Probe.of(container, name) for name in ("readinessProbe", "livenessProbe"))
        await asyncio.gather(self._judge_readiness(readiness), self._judge_liveness(process, liveness))

    async def _judge_readiness(self, probe: Probe | None) -> None:
        while probe:
            await self._succeeds(probe)
            self.is_ready = not self.is_ending
            self.ready_after = self.ready_after or time.monotonic() - self.began
            await self._fails(probe)
            self.is_ready = False

    async def _judge_liveness(self, process: subprocess.Popen[bytes], probe: Probe | None) -> None:
        if probe:
            await self._fails(probe)
            if not self.is_ending:
                self._restart(process, "is not alive")

    async def _succeeds(self, probe: Probe, at_most: float = float("inf")) -> bool:
        """Returns at the first success, or False after so many failures."""
        assert self._place is not None
        failures = 0
        while not await probe.succeeds(self._place.address):
            failures += 1
            if failures >= at_most:
                return False
            await let_pass(probe.period)
        return True

    async def _fails(self, probe: Probe) -> None:
        """Returns when it has failed as often in a row as it may."""
        assert self._place is not None
        failures = 0
        while failures < probe.failures:
            await let_pass(probe.period)
            failures = 0 if await probe.succeeds(self._place.address) else failures + 1

    def _restart(self, process: subprocess.Popen[bytes], why: str) -> None:
        """Without a grace: no process of a trial should ever get here, and one that does fails it."""
        self._kubelet.note("unhealthy", target=self.component, process=self.name, why=why)
        self._signal(process, signal.SIGKILL)

    def _signal(self, process: subprocess.Popen[bytes], number: signal.Signals) -> None:
        self.peak_kib = max(self.peak_kib, _peak_kib(process.pid))
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(number)


def _peak_kib(pid: int) -> int:
    """The most memory that the process ever had."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)
