"""What Kubernetes manifests give each of our processes."""

import base64
import re
from collections.abc import Iterator, Sequence
from typing import Any

from lodestone.settings import SECRETS_FOLDER

from lodestone_local.configured.process import Configured, Platform, placeholder, process_of

DEFAULT_GRACE = 30.0
REFERENCE = re.compile(r"\$\(([\w.-]+)\)")
KEYS = {"configMapKeyRef": "ConfigMap", "secretKeyRef": "Secret"}
WHOLE = {"configMapRef": "ConfigMap", "secretRef": "Secret"}

Data = dict[str, str]


def of_kubernetes(documents: Sequence[dict[str, Any]]) -> Iterator[Configured]:
    """Each container that runs a command of ours."""
    objects = [each for document in documents for each in document.get("items", [document])]
    stored = {(each["kind"], each["metadata"]["name"]): _data(each) for each in objects if _is_data(each)}
    for each in objects:
        if pod := _pod(each):
            for container in (*pod.get("initContainers", ()), *pod["containers"]):
                command = [*container.get("command", ()), *container.get("args", ())]
                if process := process_of(list(map(str, command))):
                    where = f"{each['kind']} {each['metadata']['name']}"
                    yield _Container(where, pod, container, stored).configured(process)


def _is_data(document: dict[str, Any]) -> bool:
    return document.get("kind") in WHOLE.values()


def _data(document: dict[str, Any]) -> Data:
    plain = {**(document.get("data") or {}), **(document.get("stringData") or {})}
    if document["kind"] == "ConfigMap":
        return plain
    encoded = document.get("data") or {}
    decoded = {name: base64.b64decode(value).decode(errors="replace") for name, value in encoded.items()}
    return decoded | (document.get("stringData") or {})


def _pod(document: dict[str, Any]) -> dict[str, Any] | None:
    spec = document.get("spec") or {}
    if document.get("kind") == "Pod":
        return dict(spec)
    if document.get("kind") == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    template = spec.get("template")
    return dict(template["spec"]) if isinstance(template, dict) and "spec" in template else None


class _Container:
    def __init__(
        self,
        where: str,
        pod: dict[str, Any],
        container: dict[str, Any],
        stored: dict[tuple[str, str], Data],
    ) -> None:
        self._where, self._pod, self._container, self._stored = where, pod, container, stored
        self._missing: list[str] = []
        self._is_all_seen = True

    def configured(self, process: str) -> Configured:
        env = self._variables()
        folder = env.pop(SECRETS_FOLDER, None)
        files = self._files(folder.rstrip("/")) if folder else {}
        return Configured(
            self._where, process, files | env, self._missing, self._is_all_seen, self._platform()
        )

    def _variables(self) -> Data:
        found: Data = {}
        for each in self._container.get("envFrom", ()):
            for reference, kind in WHOLE.items():
                if reference in each:
                    found |= self._whole(kind, each[reference]["name"])
        for each in self._container.get("env", ()):
            value = self._value(each)
            if value is not None:
                found[each["name"]] = REFERENCE.sub(lambda match: found.get(match[1], match[0]), value)
        return found

    def _value(self, given: dict[str, Any]) -> str | None:
        source = given.get("valueFrom")
        if source is None:
            return str(given.get("value", ""))
        for reference, kind in KEYS.items():
            if reference in source:
                return self._key(kind, given["name"], source[reference])
        return placeholder(given["name"])  # a field of the pod

    def _key(self, kind: str, variable: str, reference: dict[str, Any]) -> str | None:
        data = self._stored.get((kind, reference["name"]))
        if data is None:
            return placeholder(variable)
        if reference["key"] not in data:
            if reference.get("optional"):
                return None
            self._missing.append(f"{kind} {reference['name']} has no key {reference['key']}.")
            return placeholder(variable)
        return data[reference["key"]]

    def _whole(self, kind: str, name: str) -> Data:
        data = self._stored.get((kind, name))
        if data is None:
            self._is_all_seen = False
        return data or {}

    def _files(self, folder: str) -> Data:
        """The secrets that are mounted in the folder."""
        mounts = {each["name"]: each for each in self._container.get("volumeMounts", ())}
        found: Data = {}
        for volume in self._pod.get("volumes", ()):
            mount = mounts.get(volume["name"])
            if mount and mount["mountPath"].rstrip("/") == folder and "secret" in volume:
                found |= self._mounted(volume["secret"])
        return found

    def _mounted(self, secret: dict[str, Any]) -> Data:
        data = self._stored.get(("Secret", secret["secretName"]))
        if "items" in secret:
            references = {
                each["path"]: {"name": secret["secretName"], "key": each["key"]} for each in secret["items"]
            }
            values = {name: self._key("Secret", name, each) for name, each in references.items()}
            return {name: value for name, value in values.items() if value is not None}
        if data is None:
            self._is_all_seen = False
        return data or {}

    def _platform(self) -> Platform:
        grace = float(self._pod.get("terminationGracePeriodSeconds", DEFAULT_GRACE))
        before = self._container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        ports = {each.get("name"): str(each["containerPort"]) for each in self._container.get("ports", ())}
        probes = (self._container.get(name) for name in ("startupProbe", "livenessProbe", "readinessProbe"))
        probed = {str(probe["httpGet"]["port"]) for probe in probes if probe and "httpGet" in probe}
        return Platform(
            "terminationGracePeriodSeconds",
            grace - before,
            frozenset(ports.get(each, each) for each in probed),
        )
