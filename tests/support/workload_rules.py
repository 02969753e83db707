"""What each workload of a set of manifests has to keep to; every rule tells its breaches in sentences."""

import math
import os
import re
from collections.abc import Iterator
from functools import cache
from unittest.mock import patch

from lodestone.bus.users import bus_users
from lodestone.deadlines import HAND_BACK_SECONDS, check_worker
from lodestone.errors import Misconfigured
from lodestone.jobs import JOB_TYPES
from lodestone.settings import models, read_settings, variable
from lodestone.worker.app import FAREWELL_SECONDS
from lodestone_gateway.__main__ import PROCESSES
from lodestone_gateway.app import BACKSTOP_SECONDS, PARTING_SECONDS
from support.manifests import (
    REFERENCE,
    ROOT,
    Manifest,
    Secret,
    Workload,
    environment,
    expanded,
    workloads,
)

SERVICES = {job_type.service for job_type in JOB_TYPES.values()}
EXPECTED = {*PROCESSES.values(), *SERVICES, "migrate-before", "migrate-after"}
BUS_USER = {"migrate-before": "operator", "migrate-after": "operator"}  # others have their own name
LOGINS = {"gateway": {"gateway"}, "relay": {"relay"}, "projector": {"projector", "reconciler"}}
OWNER = {"owner"}
PASSWORD = "p0"
OUTSIDE = {
    "username": "user",
    "password": PASSWORD,
    "NATS_ADDRESS": "nats:4222",
    "POSTGRES_ADDRESS": "postgres:5432",
    "POSTGRES_DATABASE": "lodestone",
    "LODESTONE_JWT_SECRET": 32 * "s",
    "ANTHROPIC_API_KEY": "sk-ant-key",
}
OTHER_VARIABLES = {"OTEL_EXPORTER_OTLP_ENDPOINT", "HTTPS_PROXY", "NO_PROXY"}  # docs/settings.md has them
PROBES = {"startupProbe": "/healthz", "livenessProbe": "/healthz", "readinessProbe": "/readyz"}
STEP_SECONDS = 5.0  # to close what is left, after the longest that a process waits for


def problems(manifests: list[Manifest]) -> list[str]:
    """All breaches of the rules below."""
    found = workloads(manifests)
    told = [f"there is no workload {name}" for name in sorted(EXPECTED - {each.name for each in found})]
    for workload in found:
        for rule in (_of_command, _of_identity, _of_security, _of_place, _of_probes, _of_end, _of_image):
            told += rule(workload)
        for rule_of_settings in (_of_variables, _of_values, _of_backends):
            told += rule_of_settings(workload, manifests)
    return told


def settings_of(workload: Workload) -> str:
    """The name of the settings that its process reads."""
    if workload.is_job:
        return "migrate"
    return "worker" if workload.name in SERVICES else workload.name


def _of_command(workload: Workload) -> Iterator[str]:
    said = [*workload.container["command"], *workload.container["args"]]
    if workload.name in SERVICES:
        wanted = ["lodestone-worker", workload.name]
    elif workload.is_job:
        wanted = ["lodestone-gateway", "migrate", *(["--pre"] if workload.name == "migrate-before" else [])]
    else:
        wanted = ["lodestone-gateway", *(name for name, app in PROCESSES.items() if app == workload.name)]
    if said != wanted:
        yield f"{workload.name} runs `{' '.join(said)}`, not `{' '.join(wanted)}`"


def _of_identity(workload: Workload) -> Iterator[str]:
    account = workload.pod.get("serviceAccountName")
    wanted = "lodestone-migrate" if workload.is_job else f"lodestone-{workload.name}"
    if account != wanted:
        yield f"{workload.name} runs as {account}, not as {wanted}"
    if workload.pod.get("automountServiceAccountToken") is not False:
        yield f"{workload.name} gets a token for the cluster, which it has no use for"


def _of_security(workload: Workload) -> Iterator[str]:
    pod = workload.pod["securityContext"]
    if not pod.get("runAsNonRoot") or pod.get("runAsUser") != 65532:
        yield f"{workload.name} does not run as the user 65532"
    if pod.get("seccompProfile") != {"type": "RuntimeDefault"}:
        yield f"{workload.name} has no seccomp profile RuntimeDefault"
    for container in (*workload.pod["containers"], *workload.pod.get("initContainers", [])):
        own = container.get("securityContext", {})
        if own.get("allowPrivilegeEscalation") is not False or own.get("capabilities") != {"drop": ["ALL"]}:
            yield f"{workload.name} can gain rights"
        if own.get("readOnlyRootFilesystem") is not True:
            yield f"{workload.name} can write to its root"


def _of_place(workload: Workload) -> Iterator[str]:
    """Its processes go to different zones and nodes where they can, and no node is left without memory."""
    spread = {each["topologyKey"] for each in workload.pod.get("topologySpreadConstraints", [])}
    if not workload.is_job and spread != {"topology.kubernetes.io/zone", "kubernetes.io/hostname"}:
        yield f"{workload.name} is not spread over zones and nodes"
    resources = workload.container.get("resources", {})
    if "memory" not in resources.get("limits", {}) or "memory" not in resources.get("requests", {}):
        yield f"{workload.name} has no request or no limit of memory"


def _of_probes(workload: Workload) -> Iterator[str]:
    if workload.is_job:
        return
    for probe, path in PROBES.items():
        asked = workload.container.get(probe, {}).get("httpGet", {})
        if asked != {"path": path, "port": "health"}:
            yield f"the {probe} of {workload.name} asks for {asked}, not for {path} at its health port"


def _of_end(workload: Workload) -> Iterator[str]:
    """The time until SIGKILL is longer than what a process may take to end; see lodestone.deadlines."""
    if workload.is_job:
        return
    grace = workload.pod["terminationGracePeriodSeconds"]
    gap = workload.container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
    if workload.name in SERVICES:
        yield from _of_drain(workload, grace - gap)
    elif grace < (needed := gap + PARTING_SECONDS + BACKSTOP_SECONDS + STEP_SECONDS):
        yield f"{workload.name} is killed {grace} s after SIGTERM, but may need {needed:g} s"
    if (workload.name == "gateway") != bool(gap):
        yield f"{workload.name} has a preStop gap of {gap} s; only who is sent requests needs one"


def _of_drain(workload: Workload, grace: int) -> Iterator[str]:
    written = {each["name"]: each.get("value") for each in workload.container["env"]}
    drain = float(written.get("LODESTONE_DRAIN_SECONDS") or math.nan)
    told_grace = float(written.get("LODESTONE_GRACE_SECONDS") or math.nan)
    longest = max(each.limits.call for each in JOB_TYPES.values() if each.service == workload.name)
    if drain != longest:
        yield f"{workload.name} drains for {drain:g} s, but its longest call may take {longest:g} s"
    if told_grace != grace:
        yield f"{workload.name} believes that it is killed after {told_grace:g} s, but it is after {grace} s"
    if grace < drain + HAND_BACK_SECONDS + FAREWELL_SECONDS:
        yield f"{workload.name} is killed after {grace} s, before it has handed its jobs back"
    try:
        check_worker(drain, told_grace)
    except Misconfigured as error:
        yield f"{workload.name} would not start: {error}"


def _of_image(workload: Workload) -> Iterator[str]:
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version
    for container in (*workload.pod["containers"], *workload.pod.get("initContainers", [])):
        if container["image"] != f"ghcr.io/lodestone/lodestone:{version[1]}":
            yield f"{workload.name} runs the image {container['image']}, not that of the release {version[1]}"


@cache
def known_variables(settings: str) -> frozenset[str]:
    """What a process with these settings reads."""
    names: set[str] = set()
    for field, about in models()[settings].model_fields.items():
        alias = about.validation_alias
        names |= {str(each) for each in getattr(alias, "choices", [])} or {variable(field)}
    return frozenset(names)


def _of_variables(workload: Workload, manifests: list[Manifest]) -> Iterator[str]:
    """Each variable is a setting of the process, or part of one; each `$(…)` can be expanded."""
    set_before: set[str] = set()
    used: set[str] = set()
    for each in workload.container["env"]:
        named = set(REFERENCE.findall(each.get("value", "")))
        for name in sorted(named - set_before):
            yield f"{workload.name}: {each['name']} refers to {name}, which is not set before it"
        if "${" in each.get("value", ""):
            yield f"{workload.name}: {each['name']} has a `${{`, which Kubernetes does not expand"
        used |= named
        set_before.add(each["name"])
    known = known_variables(settings_of(workload)) | OTHER_VARIABLES | used
    for name in sorted(environment(workload, manifests).keys() - known):
        yield f"{workload.name} gets {name}, which its process does not read"


def _of_values(workload: Workload, manifests: list[Manifest]) -> Iterator[str]:
    """The process takes the values; where the cluster has to find it, they are what the manifest says."""
    env = expanded(environment(workload, manifests), OUTSIDE)
    with patch.dict(os.environ, env, clear=True):
        try:
            read_settings(models()[settings_of(workload)])
        except Misconfigured as error:
            yield f"{workload.name} would not start: {error}"
    ports = {"health": "LODESTONE_HEALTH_PORT", "http": "LODESTONE_PORT"}
    for port, number in workload.ports.items():
        if env.get(ports[port]) != str(number):
            yield f"{workload.name} listens on {env.get(ports[port])}, but its port {port} is {number}"


def _of_backends(workload: Workload, manifests: list[Manifest]) -> Iterator[str]:
    """Its own user of NATS and logins of Postgres, both encrypted; for services the provider's key."""
    written = environment(workload, manifests)
    secrets = {
        each.name for each in written.values() if isinstance(each, Secret) and each.kind == "secretKeyRef"
    }
    users = {name.removeprefix("lodestone-nats-") for name in secrets if name.startswith("lodestone-nats-")}
    logins = {
        name.removeprefix("lodestone-postgres-") for name in secrets if name.startswith("lodestone-postgres-")
    }
    wanted_users = {BUS_USER.get(workload.name, workload.name)} | (
        LOGINS.get(workload.name, set()) & {"reconciler"}
    )
    if users != wanted_users or not users <= {user.name for user in bus_users()}:
        yield f"{workload.name} signs in at NATS as {sorted(users)}, not as {sorted(wanted_users)}"
    wanted_logins = OWNER if workload.is_job else LOGINS.get(workload.name, set())
    if logins != wanted_logins:
        yield f"{workload.name} signs in at Postgres as {sorted(logins)}, not as {sorted(wanted_logins)}"
    if ("lodestone-provider" in secrets) != (workload.name in SERVICES):
        yield f"{workload.name} and the provider's key: only services need it, and do need it"
    yield from _unencrypted(workload.name, expanded(written, OUTSIDE))


def _unencrypted(name: str, env: dict[str, str]) -> Iterator[str]:
    for variable_name in ("LODESTONE_NATS_URL", "LODESTONE_NATS_URLS"):
        if "nats:" in env.get(variable_name, "").replace("nats:4222", ""):
            yield f"{name}: {variable_name} does not insist on TLS; it has to begin with tls://"
    for variable_name in ("LODESTONE_DATABASE_URL", "LODESTONE_DATABASE_URLS"):
        url = env.get(variable_name)
        if url and "sslmode=verify-full" not in url:
            yield f"{name}: {variable_name} does not insist on TLS; it needs sslmode=verify-full"
