"""A cluster as far as our manifests need one: what is applied to it, and what comes of that."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from cluster.deployments import Deployment
from cluster.image import Image
from cluster.jobs import Job
from cluster.network import Network
from cluster.objects import DATA, Objects
from cluster.pods import Kubelet, Pod
from cluster.services import Service
from support.manifests import COMPONENT, Manifest, matches
from support.waiting import let_pass

NODES = ("node-a", "node-b")
EVICT_SECONDS = 1.0  # between two tries to evict a pod


class Cluster:
    """Its pods on two nodes, which share this machine; `kubelet.note` records what happens to them."""

    def __init__(self, folder: Path, network: Network, image: Image) -> None:
        self.objects = Objects()
        self.kubelet = Kubelet(folder, network, image, self.objects)
        self.deployments: dict[str, Deployment] = {}
        self.jobs: dict[str, Job] = {}
        self.services: dict[str, Service] = {}
        self.pods: list[Pod] = []  # all that there ever were
        self.cordoned: set[str] = set()
        self._numbers = itertools.count(1)

    def apply(self, manifest: Manifest) -> bool:
        """Takes an object over; returns whether it changed anything."""
        is_new = self.objects.put(manifest)
        name = manifest["metadata"]["name"]
        match manifest["kind"]:
            case "Deployment" if name in self.deployments:
                self.deployments[name].apply(manifest)
            case "Deployment":
                self.deployments[name] = Deployment(manifest, self._replicas(manifest), self._make)
            case "Job" if name not in self.jobs:
                self.jobs[name] = Job(manifest, self._make)
            case "Service" if name not in self.services:
                self.services[name] = Service(manifest, len(self.services), lambda: self.pods)
        return is_new

    def give(self, kind: str, name: str, data: Mapping[str, str]) -> None:
        """Makes a ConfigMap or a Secret that the manifests only name."""
        assert kind in DATA
        field = "data" if kind == "ConfigMap" else "stringData"
        self.objects.put({"kind": kind, "metadata": {"name": name}, field: dict(data)})

    def delete_job(self, name: str) -> bool:
        """Removes a Job, so that it can be applied again."""
        job = self.jobs.pop(name, None)
        if job:
            job.remove()
        return job is not None

    def restart(self, name: str) -> None:
        """Replaces all pods of a Deployment, as `kubectl rollout restart` does."""
        deployment = self.deployments[name]
        template = deployment.manifest["spec"]["template"]
        annotations = template["metadata"].get("annotations", {})
        restarted = {**annotations, "kubectl.kubernetes.io/restartedAt": str(time.time())}
        metadata = {**template["metadata"], "annotations": restarted}
        spec = {**deployment.manifest["spec"], "template": {**template, "metadata": metadata}}
        deployment.apply({**deployment.manifest, "spec": spec})

    async def drain(self, node: str) -> None:
        """Takes no more pods on a node and evicts those that it has, as fast as their budgets allow."""
        self.cordoned.add(node)
        evicting: list[asyncio.Task[None]] = []
        while left := [pod for pod in self._living() if pod.node == node]:
            for pod in left:
                if self._may_evict(pod):
                    evicting.append(asyncio.create_task(pod.end()))
                    await asyncio.sleep(0)  # it counts as ending from here on
            await let_pass(EVICT_SECONDS)
        await asyncio.gather(*evicting)

    def uncordon(self, node: str) -> None:
        """Takes pods on a node again."""
        self.cordoned.discard(node)

    async def stop(self) -> None:
        """Ends everything."""
        for service in self.services.values():
            service.stop()
        await asyncio.gather(*(deployment.stop() for deployment in self.deployments.values()))

    def _replicas(self, manifest: Manifest) -> int:
        """As many as it says, or as KEDA begins with."""
        for scaled in self.objects.of("ScaledObject"):
            if scaled["spec"]["scaleTargetRef"]["name"] == manifest["metadata"]["name"]:
                return int(scaled["spec"]["minReplicaCount"])
        return int(manifest["spec"].get("replicas", 1))

    def _make(self, begin: str, template: Manifest, revision: str) -> Pod:
        name = f"{begin}-{next(self._numbers)}"
        pod = Pod(self.kubelet, name, template, revision, self._node_for(template))
        self.pods.append(pod)
        return pod

    def _node_for(self, template: Manifest) -> str:
        """The node with the fewest of its like, as the spread asks."""
        component = template["metadata"]["labels"][COMPONENT]
        alike = Counter(pod.node for pod in self._living() if pod.component == component)
        total = Counter(pod.node for pod in self._living())
        open_nodes = [node for node in NODES if node not in self.cordoned]
        return min(open_nodes, key=lambda node: (alike[node], total[node]))

    def _living(self) -> list[Pod]:
        return [pod for pod in self.pods if not pod.is_over and not pod.is_ending]

    def _may_evict(self, pod: Pod) -> bool:
        """Whether every budget that covers the pod allows one disruption more."""
        for budget in self.objects.of("PodDisruptionBudget"):
            spec = budget["spec"]
            if not matches(spec["selector"], pod.labels):
                continue
            if not pod.is_ready and spec.get("unhealthyPodEvictionPolicy") == "AlwaysAllow":
                continue
            covered = [other for other in self._living() if matches(spec["selector"], other.labels)]
            wanted = self._wanted(pod)
            if sum(other.is_ready for other in covered) - 1 < wanted - spec["maxUnavailable"]:
                return False
        return True

    def _wanted(self, pod: Pod) -> int:
        """By the Deployment that it is of."""
        return next((each.wanted for each in self.deployments.values() if pod in each.pods), 0)
