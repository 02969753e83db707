"""The objects of a namespace, and what a container is given of them, as Kubernetes does it."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from support.manifests import Manifest

# $(NAME) is replaced by a variable that was set before it, $$(NAME) is $(NAME), anything else stays.
REFERENCE = re.compile(r"\$(\$|\(([A-Za-z_][A-Za-z0-9_.-]*)\))")
DATA = ("ConfigMap", "Secret")
Key = tuple[str, str]


class Missing(Exception):
    """A container names an object, or a key of one, that is not there: Kubernetes would not start it."""


class Objects:
    """What was applied, by kind and name."""

    def __init__(self) -> None:
        self._found: dict[Key, Manifest] = {}

    def put(self, manifest: Manifest) -> bool:
        """Returns whether this changed anything."""
        key = key_of(manifest)
        is_new = self._found.get(key) != manifest
        self._found[key] = manifest
        return is_new

    def of(self, kind: str) -> list[Manifest]:
        """All of a kind."""
        return [manifest for (other, _), manifest in self._found.items() if other == kind]

    def get(self, kind: str, name: str) -> Manifest | None:
        """One of them."""
        return self._found.get((kind, name))

    def data(self, kind: str, name: str) -> dict[str, str] | None:
        """The values of a ConfigMap or Secret."""
        found = self.get(kind, name)
        return None if found is None else {**found.get("data", {}), **found.get("stringData", {})}

    def environment(self, container: Manifest) -> dict[str, str]:
        """The variables of a container. Raises Missing."""
        seen: dict[str, str] = {}
        for source in container.get("envFrom", []):
            seen |= self._whole(source)
        for variable in container.get("env", []):
            if "valueFrom" not in variable:
                seen[variable["name"]] = expand(str(variable.get("value", "")), seen)
            elif (value := self._referenced(variable["valueFrom"])) is not None:
                seen[variable["name"]] = value
        return seen

    def files(self, pod: Manifest, container: Manifest, folder: Path) -> dict[str, Path]:
        """Writes the ConfigMaps and Secrets that are mounted; returns each folder by its path inside."""
        volumes = {volume["name"]: volume for volume in pod.get("volumes", [])}
        found = {}
        for mount in container.get("volumeMounts", []):
            volume, target = volumes[mount["name"]], folder / mount["name"]
            if source := _source_of(volume):
                _write(target, self._items(*source))
                found[mount["mountPath"]] = target
        return found

    def _whole(self, source: Mapping[str, Any]) -> dict[str, str]:
        ((reference, named),) = source.items()
        kind = {"configMapRef": "ConfigMap", "secretRef": "Secret"}[reference]
        data = self.data(kind, named["name"])
        if data is None and not named.get("optional"):
            raise Missing(f"There is no {kind} {named['name']}.")
        return data or {}

    def _referenced(self, source: Mapping[str, Any]) -> str | None:
        ((reference, named),) = source.items()
        kind = {"configMapKeyRef": "ConfigMap", "secretKeyRef": "Secret"}[reference]
        data = self.data(kind, named["name"]) or {}
        if named["key"] not in data and not named.get("optional"):
            raise Missing(f"{kind} {named['name']} has no key {named['key']}.")
        return data.get(named["key"])

    def _items(self, kind: str, name: str, items: list[Mapping[str, str]] | None) -> dict[str, str]:
        data = self.data(kind, name)
        if data is None:
            raise Missing(f"There is no {kind} {name}.")
        if items is None:
            return data
        absent = [item["key"] for item in items if item["key"] not in data]
        if absent:
            raise Missing(f"{kind} {name} has no key {absent[0]}.")
        return {item["path"]: data[item["key"]] for item in items}


def key_of(manifest: Manifest) -> Key:
    """Its kind and its name."""
    return manifest["kind"], manifest["metadata"]["name"]


def memory_of(pod: Manifest, container: Manifest) -> dict[str, str]:
    """The size of each folder in memory, by its path inside."""
    volumes = {volume["name"]: volume for volume in pod.get("volumes", [])}
    return {
        mount["mountPath"]: str(volumes[mount["name"]]["emptyDir"]["sizeLimit"]).replace("Mi", "m")
        for mount in container.get("volumeMounts", [])
        if "emptyDir" in volumes[mount["name"]]
    }


def expand(text: str, seen: Mapping[str, str]) -> str:
    """The text with its references replaced."""

    def value(found: re.Match[str]) -> str:
        if found[1] == "$":
            return "$"
        return seen.get(found[2], found[0])

    return REFERENCE.sub(value, text)


def selected(selector: str, labels: Mapping[str, str]) -> bool:
    """Whether kubectl's `--selector` chooses these labels."""
    return all(_meets(term, labels) for term in _terms(selector))


def _terms(selector: str) -> Iterator[str]:
    yield from (term.strip() for term in re.split(r",(?![^(]*\))", selector))


def _meets(term: str, labels: Mapping[str, str]) -> bool:
    if found := re.fullmatch(r"(\S+) (not)?in \(([^)]*)\)", term):
        name, negated, values = found.groups()
        return (labels.get(name) in [each.strip() for each in values.split(",")]) != bool(negated)
    name, negated, value = re.fullmatch(r"([^!=]+)(!)?==?(.*)", term).groups()  # type: ignore[union-attr]
    return (labels.get(name) == value) != bool(negated)


def _source_of(volume: Mapping[str, Any]) -> tuple[str, str, list[Mapping[str, str]] | None] | None:
    if named := volume.get("configMap"):
        return "ConfigMap", named["name"], named.get("items")
    if named := volume.get("secret"):
        return "Secret", named["secretName"], named.get("items")
    return None


def _write(folder: Path, files: Mapping[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        (folder / path).write_text(text)
