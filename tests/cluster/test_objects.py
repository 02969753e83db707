"""What a container is given, as Kubernetes gives it."""

from pathlib import Path

import pytest
from cluster.objects import Missing, Objects, expand, selected


@pytest.fixture
def objects() -> Objects:
    found = Objects()
    found.put({"kind": "ConfigMap", "metadata": {"name": "all"}, "data": {"A": "1", "B": "2"}})
    found.put({"kind": "Secret", "metadata": {"name": "login"}, "stringData": {"username": "relay"}})
    return found


def of_secret(name: str, key: str, **more: bool) -> dict[str, object]:
    return {"name": "USER", "valueFrom": {"secretKeyRef": {"name": name, "key": key, **more}}}


def test_a_reference_means_a_variable_that_was_set_before() -> None:
    seen = {"USER": "relay"}

    assert expand("tls://$(USER)@$(LATER) $$(USER) ${USER}", seen) == "tls://relay@$(LATER) $(USER) ${USER}"


def test_a_variable_of_its_own_wins_over_a_whole_map(objects: Objects) -> None:
    container = {
        "envFrom": [{"configMapRef": {"name": "all"}}],
        "env": [{"name": "B", "value": "$(A)3"}, of_secret("login", "username")],
    }

    assert objects.environment(container) == {"A": "1", "B": "13", "USER": "relay"}


def test_what_is_optional_may_be_missing_and_nothing_else(objects: Objects) -> None:
    assert objects.environment({"env": [of_secret("login", "other", optional=True)]}) == {}
    with pytest.raises(Missing, match="Secret login has no key other"):
        objects.environment({"env": [of_secret("login", "other")]})
    with pytest.raises(Missing, match="no ConfigMap none"):
        objects.environment({"envFrom": [{"configMapRef": {"name": "none"}}]})


def test_only_the_named_keys_of_a_map_are_mounted(objects: Objects, tmp_path: Path) -> None:
    volume = {"name": "ca", "configMap": {"name": "all", "items": [{"key": "A", "path": "a.pem"}]}}
    container = {"volumeMounts": [{"name": "ca", "mountPath": "/etc/ca"}]}

    found = objects.files({"volumes": [volume]}, container, tmp_path)

    assert {file.name: file.read_text() for file in found["/etc/ca"].iterdir()} == {"a.pem": "1"}


@pytest.mark.parametrize(
    ("selector", "is_chosen"),
    [
        ("wave=1", True),
        ("wave=2", False),
        ("wave notin (1,2)", False),
        ("other notin (1,2)", True),
        ("part!=service,wave in (1, 3)", True),
    ],
)
def test_a_selector_is_read_as_kubectl_reads_it(selector: str, is_chosen: bool) -> None:
    assert selected(selector, {"wave": "1"}) == is_chosen
