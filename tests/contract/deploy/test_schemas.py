"""The API servers of the oldest and the newest Kubernetes that we promise would take every object."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from support.manifests import COMPONENTS, NAMES, Manifest, of_kind, rendered, with_components

OLDEST, NEWEST = "1.32", "1.37"
SCHEMAS = Path(__file__).parent / "schemas"  # of custom resources: the fields that we use, and no others
MISSING = (
    "kubernetes-validate is not installed (make deploy-check does it): NO SCHEMA OF KUBERNETES IS CHECKED."
)


def problems(manifest: Manifest, version: str) -> list[str]:
    """What an API server of this version refuses; skips the test where no schemas are installed."""
    if importlib.util.find_spec("kubernetes_validate") is None:
        pytest.skip(MISSING)
    import kubernetes_validate

    name = f"{manifest['kind']} {manifest['metadata']['name']}"
    try:
        kubernetes_validate.validate(manifest, version, strict=True)
    except kubernetes_validate.ValidationError as error:
        return [f"{name}: {'.'.join(map(str, error.path))}: {error.message}"]
    except kubernetes_validate.SchemaNotFoundError:
        return [f"{name}: {problem}" for problem in _of_custom(manifest)]
    return []


def _of_custom(manifest: Manifest) -> list[str]:
    group, _, version = manifest["apiVersion"].partition("/")
    file = SCHEMAS / f"{group}_{manifest['kind'].lower()}_{version}.json"
    if not file.exists():
        return [f"Kubernetes has no such kind, and {file.name} does not describe it"]
    schema: dict[str, Any] = json.loads(file.read_text())
    return [
        f"{'.'.join(map(str, error.path))}: {error.message}"
        for error in Draft202012Validator(schema).iter_errors(manifest)
    ]


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
@pytest.mark.parametrize("overlay", NAMES)
def test_an_api_server_would_take_every_object(overlay: str, version: str) -> None:
    manifests = rendered(overlay)

    assert manifests
    assert [problem for each in manifests for problem in problems(each, version)] == []


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
def test_an_api_server_would_take_every_component(version: str) -> None:
    manifests = with_components(*COMPONENTS)

    assert [problem for each in manifests for problem in problems(each, version)] == []


def test_a_misspelt_field_is_one_sentence() -> None:
    relay = next(
        each for each in of_kind(rendered("ha"), "Deployment") if "relay" in each["metadata"]["name"]
    )
    relay["spec"]["template"]["spec"]["containers"][0]["securityContext"]["readOnlyRootFs"] = True

    (problem,) = problems(relay, NEWEST)

    assert problem.startswith("Deployment lodestone-relay: spec.template.spec.containers.0.securityContext: ")
    assert "readOnlyRootFs" in problem


def test_an_unknown_kind_is_one_sentence() -> None:
    queue = {"apiVersion": "example.com/v1", "kind": "Queue", "metadata": {"name": "jobs"}}

    assert problems(queue, NEWEST) == [
        "Queue jobs: Kubernetes has no such kind, and example.com_queue_v1.json does not describe it"
    ]
