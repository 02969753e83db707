"""Jobs, as their controller runs them: a pod at a time, until one succeeds or too many have failed."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from cluster.pods import Pod
from support.manifests import Manifest, Workload
from support.waiting import let_pass

BACK_OFF_SECONDS = 1.0  # doubled with each failure; Kubernetes begins with ten
Make = Callable[[str, Manifest, str], Pod]


class Job:
    """One run of a Job; to run again it is made again."""

    def __init__(self, manifest: Manifest, make: Make) -> None:
        self.manifest = manifest
        self.name = str(manifest["metadata"]["name"])
        self.condition: str | None = None  # Complete or Failed
        self.seconds = 0.0
        self.pods: list[Pod] = []
        self._make = make
        self._running = asyncio.create_task(self._run())

    @property
    def logs(self) -> list[Path]:
        """Of all its pods, the newest last."""
        return [pod.log for pod in self.pods]

    async def ended(self, within: float) -> bool:
        """Whether it has ended by then."""
        await asyncio.wait({self._running}, timeout=within)
        return self.condition is not None

    def remove(self) -> None:
        """Deletes it, with its pods."""
        self._running.cancel()
        for pod in self.pods:
            pod.kill()

    async def _run(self) -> None:
        spec, began = self.manifest["spec"], time.monotonic()
        template = Workload(self.manifest).template
        try:
            async with asyncio.timeout(spec.get("activeDeadlineSeconds")):
                for failures in range(spec.get("backoffLimit", 6) + 1):
                    if failures:
                        await let_pass(BACK_OFF_SECONDS * 2 ** (failures - 1))
                    pod = self._make(self.name, template, "job")
                    self.pods.append(pod)
                    if await pod.wait() == 0:
                        self.condition = "Complete"
                        return
            self.condition = "Failed"
        except TimeoutError:
            self.condition = "Failed"
        finally:
            self.seconds = time.monotonic() - began
