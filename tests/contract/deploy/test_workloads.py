"""What the manifests say of each process is what its code declares; a wrong value is one sentence."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from lodestone_local.doctor import examine_settings
from support.manifests import (
    COMPONENT,
    NAMES,
    ROOT,
    Manifest,
    Secret,
    environment,
    of_kind,
    rendered,
    workloads,
)
from support.workload_rules import SERVICES, problems

Edit = Callable[[Manifest], None]
BUNDLED = {"StatefulSet", "PersistentVolumeClaim", "Cluster", "Stream", "Consumer", "Secret"}


@pytest.mark.parametrize("overlay", NAMES)
def test_every_workload_keeps_to_what_the_code_declares(overlay: str) -> None:
    assert problems(rendered(overlay)) == []


@pytest.mark.parametrize("overlay", NAMES)
def test_the_doctor_says_of_each_process_that_it_would_start(overlay: str, tmp_path: Path) -> None:
    file = tmp_path / "all.yaml"
    file.write_text(yaml.safe_dump_all(rendered(overlay)))

    found = list(examine_settings([file], None))

    assert len(found) == len(workloads(rendered(overlay)))
    assert [each for each in found if not each.is_fine] == []


@pytest.mark.parametrize("overlay", NAMES)
def test_the_namespace_takes_nothing_but_restricted_pods(overlay: str) -> None:
    (namespace,) = of_kind(rendered(overlay), "Namespace")

    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


@pytest.mark.parametrize("overlay", NAMES)
def test_neither_a_backend_nor_a_secret_comes_with_an_overlay(overlay: str) -> None:
    assert {each["kind"] for each in rendered(overlay)} & BUNDLED == set()


@pytest.mark.parametrize("overlay", NAMES)
def test_argo_cd_can_name_and_follow_every_object(overlay: str) -> None:
    for each in rendered(overlay):
        name, labels = each["metadata"]["name"], each["metadata"].get("labels", {})
        assert re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", name)
        assert "app.kubernetes.io/instance" not in labels, "Argo CD writes its own there"


def in_pod(path: str, value: Any) -> Edit:
    """Sets what is at this path of a pod's specification."""
    return lambda manifest: set_at(manifest["spec"]["template"]["spec"], path, value)


def in_container(path: str, value: Any) -> Edit:
    """Sets what is at this path of the container."""
    return in_pod(f"containers.0.{path}", value)


def in_variable(name: str, value: str) -> Edit:
    """Sets a variable of the container."""

    def edit(manifest: Manifest) -> None:
        env = manifest["spec"]["template"]["spec"]["containers"][0]["env"]
        env[:] = [each for each in env if each["name"] != name] + [{"name": name, "value": value}]

    return edit


def set_at(place: Any, path: str, value: Any) -> None:
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in way:
        place = place[step]
    place[last] = value


@pytest.mark.parametrize(
    ("component", "edit", "told"),
    [
        ("relay", in_container("args", ["relya"]), "relay runs `lodestone-gateway relya`, not"),
        ("polish", in_container("args", ["content"]), "polish runs `lodestone-worker content`, not"),
        ("relay", in_pod("serviceAccountName", "default"), "relay runs as default, not as lodestone-relay"),
        ("relay", in_pod("automountServiceAccountToken", True), "relay gets a token for the cluster"),
        ("relay", in_pod("securityContext.runAsUser", 0), "relay does not run as the user 65532"),
        ("relay", in_container("securityContext.readOnlyRootFilesystem", False), "can write to its root"),
        ("relay", in_container("securityContext.capabilities", {}), "relay can gain rights"),
        ("relay", in_pod("topologySpreadConstraints", []), "relay is not spread over zones and nodes"),
        ("relay", in_container("resources", {}), "relay has no request or no limit of memory"),
        ("polish", in_container("livenessProbe.httpGet.path", "/readyz"), "the livenessProbe of polish"),
        ("polish", in_pod("terminationGracePeriodSeconds", 30), "polish believes that it is killed"),
        ("polish", in_variable("LODESTONE_DRAIN_SECONDS", "20"), "polish drains for 20 s, but"),
        ("polish", in_variable("LODESTONE_GRACE_SECONDS", "240"), "polish would not start: LODESTONE_DRAIN"),
        ("gateway", in_pod("terminationGracePeriodSeconds", 10), "gateway is killed 10 s after SIGTERM"),
        ("gateway", in_container("lifecycle", {}), "gateway has a preStop gap of 0 s"),
        ("gateway", in_container("image", "lodestone:latest"), "gateway runs the image lodestone:latest"),
        ("gateway", in_container("ports.0.containerPort", 80), "gateway listens on 9400, but"),
        ("gateway", in_variable("LODESTONE_HOSTS", "::"), "gateway gets LODESTONE_HOSTS"),
        ("relay", in_variable("LODESTONE_SLOTS", "4"), "relay gets LODESTONE_SLOTS, which its process"),
        ("polish", in_variable("LODESTONE_SLOTS", "none"), "polish would not start: Correct these"),
        ("relay", in_variable("LODESTONE_LOG_LEVEL", "${LEVEL}"), "LODESTONE_LOG_LEVEL has a `${`, which"),
        ("relay", in_variable("LODESTONE_LOG_LEVEL", "$(LEVEL)"), "refers to LEVEL, which is not set"),
        ("relay", in_variable("LODESTONE_NATS_URL", "nats://u:p@nats:4222"), "it has to begin with tls://"),
        ("relay", in_variable("LODESTONE_DATABASE_URL", "postgresql://p/l"), "it needs sslmode=verify-full"),
        (
            "relay",
            in_container("env.2.valueFrom.secretKeyRef.name", "lodestone-nats-operator"),
            "relay signs in at NATS as ['operator', 'relay'], not as ['relay']",
        ),
    ],
)  # fmt: skip
def test_a_wrong_value_is_one_sentence(component: str, edit: Edit, told: str) -> None:
    manifests = rendered("ha")
    (target,) = (
        each
        for each in of_kind(manifests, "Deployment")
        if each["metadata"]["labels"][COMPONENT] == component
    )
    edit(target)

    assert [problem for problem in problems(manifests) if told in problem]


def test_each_process_asks_for_more_memory_than_it_has_when_idle() -> None:
    text = (ROOT / "docs" / "benchmarks.md").read_text().partition("| process | memory of its own, MiB |")[2]
    measured = {"service": int(re.findall(r"content \| (\d+) each", text)[0])}
    measured |= {
        name: int(mib) for name, mib in re.findall(r"^\| (gateway|projector|relay) \| (\d+)", text, re.M)
    }

    for each in workloads(rendered("ha")):
        request = each.container["resources"]["requests"]["memory"]
        name = "service" if each.name in SERVICES else "gateway" if each.is_job else each.name
        assert int(request.removesuffix("Mi")) > measured[name], each.name


def test_the_guide_makes_every_object_from_outside() -> None:
    guide = (ROOT / "docs" / "deploy.md").read_text()
    made = set(re.findall(r"create (?:configmap|secret generic) ([a-z-]+)(?= )", guide))
    for variable, names in re.findall(r"^for (\w+) in ([a-z ]+); do", guide, re.MULTILINE):
        (prefix,) = re.findall(rf"secret generic ([a-z-]+)\${variable}", guide)
        made |= {f"{prefix}{name}" for name in names.split()}

    assert {each.name for each in from_outside()} == made


def from_outside() -> set[Secret]:
    """The keys of objects that the manifests do not have."""
    manifests = rendered("ha")
    there = {each["metadata"]["name"] for each in of_kind(manifests, "ConfigMap")}
    named = [value for each in workloads(manifests) for value in environment(each, manifests).values()]
    return {value for value in named if isinstance(value, Secret) and value.name not in there}


def test_a_process_that_is_left_out_is_missed() -> None:
    manifests = [each for each in rendered("ha") if each["metadata"]["name"] != "lodestone-relay"]

    assert "there is no workload relay" in problems(manifests)
