"""Writes the Helm chart from the base and the components, so that it says the same as they do.

What differs between installations becomes a value: image, numbers of processes, settings, components.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from lodestone.settings import Settings, models, variable

K8S = Path(__file__).parent
CHART = K8S.parent / "chart"
COMPONENT = "app.kubernetes.io/component"
HEAD = "{{- /* Written by `make contracts` from deploy/k8s; do not edit. */}}\n"
IMAGE = "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
CHECKSUM = "⟦.Values.config | toJson | sha256sum | quote⟧"
REPLICAS = "LODESTONE_STREAM_REPLICAS"
CONFIGS = {
    "lodestone-every-process": "everyProcess",
    "lodestone-gateway": "gateway",
    "lodestone-projector": "projector",
    "lodestone-services": "services",
}
READERS = {"gateway": "gateway", "projector": "projector", "services": "worker"}  # settings of each process
# Of Secrets, or put together in the manifests
NOT_VALUES = re.compile(
    r"_(DATABASE|NATS)_URLS?$|_JWT_SECRETS?$|_API_KEY$|_NATS_CA$|_LOCAL|_SIMULATOR$|_(DRAIN|GRACE)_S"
)
TOGGLES = {"keda": "keda", "monitoring": "monitoring", "gateway-api": "gatewayApi", "priority": "priority"}
HASHED = re.compile(rf"\b({'|'.join(CONFIGS)})-[a-z0-9]{{10}}\b")
MARKED = re.compile(r"^(\s*)(- |\S+: )'?⟦([^⟧?]+?)(?: \? ([^⟧]+))?⟧'?$", re.MULTILINE)

Manifest = dict[str, Any]


def templates() -> dict[str, str]:
    """The text of each file, by its name. Needs kubectl."""
    files: dict[str, list[Manifest]] = {}
    for manifest in _base():
        files.setdefault(_file_of(manifest), []).append(_with_values(manifest))
    texts = {name: _written(manifests) for name, manifests in files.items()}
    return texts | {f"{name}.yaml": _optional(name, toggle) for name, toggle in TOGGLES.items()}


def _base() -> list[Manifest]:
    command = ["kubectl", "kustomize", str(K8S / "base")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own folder
    return list(yaml.safe_load_all(HASHED.sub(r"\1", done.stdout)))


def _file_of(manifest: Manifest) -> str:
    if manifest["kind"] in ("ConfigMap", "NetworkPolicy"):
        return {"ConfigMap": "config.yaml", "NetworkPolicy": "network.yaml"}[manifest["kind"]]
    return f"{manifest['metadata']['labels'][COMPONENT].partition('-')[0]}.yaml"


def _with_values(manifest: Manifest) -> Manifest:
    if manifest["kind"] == "ConfigMap":
        manifest["data"] = f"⟦.Values.config.{CONFIGS[manifest['metadata']['name']]} | toJson⟧"
    if manifest["kind"] in ("Deployment", "Job"):
        pod = manifest["spec"]["template"]["spec"]
        for container in (*pod["containers"], *pod.get("initContainers", [])):
            container["image"] = IMAGE
    if manifest["kind"] == "Deployment":
        _let_values_size(manifest)
    if manifest["kind"] == "Job":
        value = f".Values.config.projector.{REPLICAS}"
        entry = f"{{name: {REPLICAS}, value: {{{{ {value} | quote }}}}}}"
        pod["containers"][0]["env"].append(f"⟦{entry} ? {value}⟧")
    return manifest


def _let_values_size(manifest: Manifest) -> None:
    name, template = manifest["metadata"]["labels"][COMPONENT], manifest["spec"]["template"]
    is_service = template["metadata"]["labels"].get("lodestone.dev/part") == "service"
    is_scaled = is_service or name == "gateway"
    unless = " ? not .Values.keda.enabled" if is_scaled else ""
    manifest["spec"]["replicas"] = f"⟦.Values.replicas.{name}{unless}⟧"
    template["metadata"]["annotations"] = {"checksum/config": CHECKSUM}
    priority = "lodestone-works-on-jobs" if is_service else "lodestone-keeps-jobs"
    template["spec"]["priorityClassName"] = f"⟦{priority} ? .Values.priority.enabled⟧"


def _optional(component: str, toggle: str) -> str:
    folder = K8S / "components" / component
    files = yaml.safe_load((folder / "kustomization.yaml").read_text())["resources"]
    manifests = [each for file in files for each in yaml.safe_load_all((folder / file).read_text())]
    text = _written(manifests, is_free_of_values=True)
    text = text.replace("http://prometheus.monitoring.svc:9090", "{{ .Values.keda.prometheus }}")
    if component == "gateway-api":
        text = text.replace("- jobs.example.com", "- {{ .Values.gatewayApi.hostname }}")
        text = text.replace("name: public", "name: {{ .Values.gatewayApi.gateway.name }}")
        text = text.replace("namespace: gateways", "namespace: {{ .Values.gatewayApi.gateway.namespace }}")
    return f"{HEAD}{{{{- if .Values.{toggle}.enabled }}}}\n{text.removeprefix(HEAD)}{{{{- end }}}}\n"


def _written(manifests: list[Manifest], *, is_free_of_values: bool = False) -> str:
    text = "---\n".join(
        yaml.safe_dump(each, sort_keys=False, width=10_000, allow_unicode=True) for each in manifests
    )
    if is_free_of_values:
        return HEAD + text.replace("{{", '{{ "{{" }}')
    return HEAD + MARKED.sub(_marked, text)


def _marked(found: re.Match[str]) -> str:
    indent, before, what, condition = found.groups()
    is_value = what.startswith(".Values")
    line = f"{indent}{before}{{{{ {what} }}}}" if is_value else f"{indent}{before}{what}"
    return line if condition is None else f"{{{{- if {condition} }}}}\n{line}\n{{{{- end }}}}"


def schema() -> dict[str, Any]:
    """Of the values: closed, so that a misspelt setting is refused before anything is applied."""
    text = {"type": "string"}
    toggle = _closed(enabled={"type": "boolean"})
    counts = {name: {"type": "integer", "minimum": 0} for name in _deployments()}
    known = models()
    every = set.intersection(*(_settings(known[name]) for name in READERS.values()))
    config = {value: _settings(known[name]) for value, name in READERS.items()} | {"everyProcess": every}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        **_closed(
            image=_closed(repository=text, tag=text | {"not": {"const": "latest"}}),
            replicas=_closed(**counts),
            config=_closed(
                **{name: _closed(**dict.fromkeys(sorted(of), text)) for name, of in config.items()}
            ),
            keda=_closed(enabled={"type": "boolean"}, prometheus=text),
            monitoring=toggle,
            gatewayApi=_closed(
                enabled={"type": "boolean"}, hostname=text, gateway=_closed(name=text, namespace=text)
            ),
            priority=toggle,
        ),
    }


def _closed(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _settings(model: type[Settings]) -> set[str]:
    return {name for field in model.model_fields if not NOT_VALUES.search(name := variable(field))}


def _deployments() -> list[str]:
    return [each["metadata"]["labels"][COMPONENT] for each in _base() if each["kind"] == "Deployment"]


def write() -> None:
    """Replaces the templates and the schema of the values; says so where it cannot."""
    if shutil.which("kubectl") is None:
        sys.stderr.write("kubectl is not installed: THE CHART IS NOT WRITTEN.\n")
        return
    (CHART / "values.schema.json").write_text(json.dumps(schema(), indent=2) + "\n")
    folder = CHART / "templates"
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.yaml"):
        file.unlink()
    for name, text in templates().items():
        (folder / name).write_text(text)


if __name__ == "__main__":
    write()
