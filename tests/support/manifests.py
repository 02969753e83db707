"""The Kubernetes manifests as a cluster would get them, and what a pod of theirs would see."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
OVERLAYS = ROOT / "deploy" / "k8s" / "overlays"
COMPONENTS = sorted(folder.name for folder in (OVERLAYS.parent / "components").iterdir())
NAMES = sorted(folder.name for folder in OVERLAYS.iterdir())
COMPONENT = "app.kubernetes.io/component"
MISSING = "kubectl is not installed: NO MANIFEST IS RENDERED, AND NOTHING UNDER deploy/k8s IS CHECKED."
REFERENCE = re.compile(r"\$\(([A-Za-z_][A-Za-z0-9_]*)\)")  # the only kind that Kubernetes expands

Manifest = dict[str, Any]


def _rendered(folder: Path) -> list[Manifest]:
    if shutil.which("kubectl") is None:
        pytest.skip(MISSING)
    done = subprocess.run(["kubectl", "kustomize", folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return list(yaml.load_all(done.stdout, Loader=yaml.CSafeLoader))


def rendered(overlay: str) -> list[Manifest]:
    """All objects of an overlay; a copy, to be changed at will. Skips the test where kubectl is missing."""
    return deepcopy(_overlay(overlay))


@cache
def _overlay(name: str) -> list[Manifest]:
    return _rendered(OVERLAYS / name)


def with_components(*names: str) -> list[Manifest]:
    """The base with these components, in a namespace of its own; a copy likewise."""
    return deepcopy(_composed(names))


@cache
def _composed(names: tuple[str, ...]) -> list[Manifest]:
    with tempfile.TemporaryDirectory() as folder:
        to = Path(os.path.relpath(OVERLAYS.parent, Path(folder).resolve()))
        overlay = {
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "namespace": "lodestone",
            "resources": [str(to / "base")],
            "components": [str(to / "components" / name) for name in names],
        }
        Path(folder, "kustomization.yaml").write_text(yaml.safe_dump(overlay))
        return _rendered(Path(folder))


@dataclass
class Workload:
    """A Deployment or a Job."""

    manifest: Manifest

    @property
    def name(self) -> str:
        """Its component: `gateway`, `ideation`, `migrate-before`."""
        return str(self.manifest["metadata"]["labels"][COMPONENT])

    @property
    def is_job(self) -> bool:
        """Whether it ends by itself."""
        return bool(self.manifest["kind"] == "Job")

    @property
    def template(self) -> Manifest:
        """Of its pods."""
        return self.manifest["spec"]["template"]  # type: ignore[no-any-return]

    @property
    def labels(self) -> dict[str, str]:
        """Of its pods."""
        return self.template["metadata"]["labels"]  # type: ignore[no-any-return]

    @property
    def pod(self) -> Manifest:
        """The specification of its pods."""
        return self.template["spec"]  # type: ignore[no-any-return]

    @property
    def container(self) -> Manifest:
        """The one that does the work."""
        (found,) = self.pod["containers"]
        return found  # type: ignore[no-any-return]

    @property
    def ports(self) -> dict[str, int]:
        """Of its container, by name."""
        return {port["name"]: port["containerPort"] for port in self.container.get("ports", [])}


def workloads(manifests: list[Manifest]) -> list[Workload]:
    """All Deployments and Jobs."""
    return [Workload(each) for each in manifests if each["kind"] in ("Deployment", "Job")]


def of_kind(manifests: list[Manifest], *kinds: str) -> list[Manifest]:
    """The objects of these kinds."""
    return [each for each in manifests if each["kind"] in kinds]


def matches(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Whether pods with these labels are selected."""
    if any(labels.get(key) != value for key, value in selector.get("matchLabels", {}).items()):
        return False
    for rule in selector.get("matchExpressions", []):
        is_in = labels.get(rule["key"]) in rule["values"]
        if is_in != (rule["operator"] == "In"):
            return False
    return True


@dataclass(frozen=True)
class Secret:
    """A value that the container gets from outside."""

    kind: str  # secretKeyRef or configMapKeyRef
    name: str
    key: str


def environment(workload: Workload, manifests: list[Manifest]) -> dict[str, str | Secret]:
    """The variables of the container as written, in the order in which they are set."""
    maps = {each["metadata"]["name"]: each["data"] for each in of_kind(manifests, "ConfigMap")}
    found: dict[str, str | Secret] = {}
    for source in workload.container.get("envFrom", []):
        found |= maps[source["configMapRef"]["name"]]
    for variable in workload.container.get("env", []):
        found.pop(variable["name"], None)
        if "value" in variable:
            found[variable["name"]] = variable["value"]
            continue
        ((kind, source),) = variable["valueFrom"].items()
        found[variable["name"]] = Secret(kind, source["name"], source["key"])
    return found


def expanded(written: Mapping[str, str | Secret], outside: Mapping[str, str]) -> dict[str, str]:
    """What the process would see, where keys of outside objects have these values."""
    seen: dict[str, str] = {}
    for name, value in written.items():
        given = outside.get(value.key, "") if isinstance(value, Secret) else value
        seen[name] = REFERENCE.sub(lambda found: seen.get(found[1], found[0]), given)
    return seen
