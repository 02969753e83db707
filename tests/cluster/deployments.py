"""Deployments as their controller keeps them: so many pods of the newest template, replaced within limits."""

import asyncio
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from cluster.pods import Pod
from support.manifests import Manifest, Workload
from support.waiting import let_pass

LOOK_SECONDS = 0.1
PROGRESS_SECONDS = 600.0  # Kubernetes' progressDeadlineSeconds
Make = Callable[[str, Manifest, str], Pod]  # of a name's beginning, a template and its revision


@dataclass(frozen=True)
class Step:
    """What to do next to come nearer to what is wanted."""

    make: int = 0
    remove: list[Pod] = field(default_factory=list)


class Deployment:
    """Its pods; those that are ending are no longer counted, as in Kubernetes."""

    def __init__(self, manifest: Manifest, replicas: int, make: Make) -> None:
        self.wanted = replicas
        self.pods: list[Pod] = []
        self.unavailable_seconds = 0.0  # in which fewer were ready than its strategy allows
        self._make = make
        self.apply(manifest)
        self._keeping = asyncio.create_task(self._keep())

    def apply(self, manifest: Manifest) -> None:
        """Another template: its pods are replaced."""
        self.manifest = manifest
        self.name = str(manifest["metadata"]["name"])
        self._strategy = manifest["spec"]["strategy"]["rollingUpdate"]
        template = json.dumps(Workload(manifest).template, sort_keys=True)
        self.revision = hashlib.sha256(template.encode()).hexdigest()[:8]

    @property
    def living(self) -> list[Pod]:
        """Those that are not ending."""
        return [pod for pod in self.pods if not pod.is_ending]

    @property
    def ready(self) -> list[Pod]:
        """Those that are ready, and not ending."""
        return [pod for pod in self.living if pod.is_ready]

    @property
    def least(self) -> int:
        """How many have to be available while pods are replaced."""
        return self.wanted - int(self._strategy["maxUnavailable"])

    @property
    def is_rolled_out(self) -> bool:
        """Whether all that are wanted are there, ready and of the newest template, and no others."""
        newest = [pod for pod in self.ready if pod.revision == self.revision]
        return len(newest) == len(self.living) == self.wanted

    async def rolled_out(self, within: float) -> bool:
        """Returns when it is rolled out, or False where that takes too long."""
        until = time.monotonic() + min(within, PROGRESS_SECONDS)
        while not self.is_rolled_out:
            if time.monotonic() > until:
                return False
            await let_pass(LOOK_SECONDS)
        return True

    async def settled(self) -> None:
        """Returns when every pod that was told to end has ended."""
        await asyncio.gather(*(pod.gone() for pod in self.pods if pod.is_ending))

    async def stop(self) -> None:
        """Ends all of its pods and makes no more."""
        self._keeping.cancel()
        await asyncio.gather(*(pod.end() for pod in self.living))

    async def _keep(self) -> None:
        ending: set[asyncio.Task[None]] = set()
        seen, was_available = time.monotonic(), False
        while True:
            step = next_step(self.living, self.revision, self.wanted, self._strategy)
            for _ in range(step.make):
                template = Workload(self.manifest).template
                self.pods.append(self._make(f"{self.name}-{self.revision}", template, self.revision))
            for pod in step.remove:
                task = asyncio.create_task(pod.end())
                ending.add(task)
                task.add_done_callback(ending.discard)
            self.pods = [pod for pod in self.pods if not pod.is_over]
            await let_pass(LOOK_SECONDS)
            is_available, now = len(self.ready) >= self.least, time.monotonic()
            was_available = was_available or is_available
            self.unavailable_seconds += (now - seen) * (was_available and not is_available)
            seen = now


def next_step(living: list[Pod], revision: str, wanted: int, strategy: dict[str, int]) -> Step:
    """What the strategy allows now: new pods up to its surge, old ones down to what has to be available."""
    new = [pod for pod in living if pod.revision == revision]
    old = [pod for pod in living if pod.revision != revision]
    if len(new) > wanted:
        by_worth = sorted(new, key=lambda pod: (pod.is_ready, -pod.began))
        return Step(remove=by_worth[: len(new) - wanted])
    room = wanted + strategy["maxSurge"] - len(living)
    spare = sum(pod.is_ready for pod in living) - (wanted - strategy["maxUnavailable"])
    unready = [pod for pod in old if not pod.is_ready]
    ready = [pod for pod in old if pod.is_ready]
    return Step(make=max(0, min(wanted - len(new), room)), remove=unready + ready[: max(0, spare)])
