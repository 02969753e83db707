"""The chart gives what the overlays give; rendered by a stand-in for Helm, which cannot be had here."""

import importlib.util
import json
import re
from copy import deepcopy
from types import ModuleType
from typing import Any

import pytest
from jsonschema import Draft7Validator
from support.helm import CHART, expand, files, template, values_of
from support.manifests import OVERLAYS, Manifest, rendered

ONE_OF_EACH = {"replicas": dict.fromkeys(values_of()["replicas"], 1)}
SETTINGS_OF_DEV = {
    "config": {"everyProcess": {"LODESTONE_LOG_LEVEL": "DEBUG"}, "services": {"LODESTONE_SLOTS": "8"}}
}
HASH = re.compile(r"^(lodestone-(?:every-process|gateway|projector|services))-[a-z0-9]{10}$")
SCHEMA = json.loads((CHART / "values.schema.json").read_text())


def writer() -> ModuleType:
    """The script that writes the chart."""
    spec = importlib.util.spec_from_file_location("chart", OVERLAYS.parent / "chart.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def comparable(place: Any) -> Any:
    """Without what only Kustomize adds (namespaces, hashes of settings) or only the chart (its checksum)."""
    if isinstance(place, dict):
        return {
            key: comparable(value)
            for key, value in place.items()
            if key not in ("namespace", "checksum/config") and value not in ({}, None)
        }
    if isinstance(place, list):
        return [comparable(each) for each in place]
    found = HASH.match(place) if isinstance(place, str) else None
    return found[1] if found else place


def by_name(manifests: list[Manifest]) -> dict[tuple[str, str], Any]:
    """All but namespaces, comparable."""
    for each in manifests:
        annotations = each.get("spec", {}).get("template", {}).get("metadata", {})
        if set(annotations.get("annotations", {})) == {"checksum/config"}:
            del annotations["annotations"]
        if each["kind"] in ("Deployment", "Job"):
            _sort_variables(each)
    return {
        (each["kind"], comparable(each["metadata"]["name"])): comparable(each)
        for each in deepcopy(manifests)
        if each["kind"] != "Namespace"
    }


def _sort_variables(workload: Manifest) -> None:
    for container in workload["spec"]["template"]["spec"]["containers"]:
        own = [each for each in container["env"] if each["name"] == "LODESTONE_STREAM_REPLICAS"]
        container["env"] = [*own, *(each for each in container["env"] if each not in own)]


@pytest.mark.parametrize(
    ("overlay", "values"),
    [
        ("single-node", values_of(**ONE_OF_EACH)),
        ("dev", values_of(**ONE_OF_EACH, **SETTINGS_OF_DEV)),
        ("ha", values_of("values-ha.yaml")),
    ],
)
def test_the_chart_gives_what_the_overlay_gives(overlay: str, values: dict[str, Any]) -> None:
    chart, kustomized = by_name(template(values)), by_name(rendered(overlay))

    assert set(chart) == set(kustomized)
    for name, manifest in kustomized.items():
        assert chart[name] == manifest, name


def test_the_chart_is_up_to_date() -> None:
    rendered("dev")  # skips where there is no kubectl

    assert files() == writer().templates(), "run `make contracts` and commit deploy/chart"
    assert writer().schema() == SCHEMA, "run `make contracts` and commit deploy/chart"


def test_changed_settings_restart_the_processes() -> None:
    def checksums(values: dict[str, Any]) -> set[str]:
        return {
            each["spec"]["template"]["metadata"]["annotations"]["checksum/config"]
            for each in template(values)
            if each["kind"] == "Deployment"
        }

    assert checksums(values_of()).isdisjoint(checksums(values_of(**SETTINGS_OF_DEV)))


@pytest.mark.parametrize("values", [values_of(), values_of("values-ha.yaml")], ids=["default", "ha"])
def test_the_committed_values_fit_their_schema(values: dict[str, Any]) -> None:
    assert list(Draft7Validator(SCHEMA).iter_errors(values)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"replicas": {"relya": 2}},
        {"replicas": {"relay": "2"}},
        {"image": {"tag": "latest"}},
        {"config": {"gateway": {"LODESTONE_PROT": "80"}}},
        {"config": {"gateway": {"LODESTONE_PORT": 80}}},
        {"config": {"gateway": {"LODESTONE_JWT_SECRET": "in a ConfigMap"}}},
        {"config": {"everyProcess": {"LODESTONE_SLOTS": "4"}}},
        {"keda": {"enable": True}},
    ],
    ids=str,
)
def test_a_wrong_value_is_refused(wrong: dict[str, Any]) -> None:
    assert list(Draft7Validator(SCHEMA).iter_errors(values_of(**wrong)))


def test_the_stand_in_refuses_what_it_does_not_know() -> None:
    with pytest.raises(ValueError, match=r"\.Release\.Name"):
        expand("name: {{ .Release.Name }}", values_of())
