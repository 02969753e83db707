"""Each service grows by its own jobs, by what the code exports, and no worker is counted twice."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from lodestone.jobs import JOB_TYPES
from support.manifests import OVERLAYS, Manifest, Workload, environment, of_kind, rendered, workloads
from support.metric_queries import problems
from support.promtool import promtool
from support.workload_rules import SERVICES

SHARE = 0.75  # of its slots in use, above which another process is started


def scalers() -> dict[str, Manifest]:
    """What KEDA is told, by the name of what it scales."""
    return {
        each["spec"]["scaleTargetRef"]["name"]: each["spec"]
        for each in of_kind(rendered("ha"), "ScaledObject")
    }


def queries(scaler: Manifest) -> list[dict[str, Any]]:
    """Of each trigger that asks Prometheus, what it says."""
    return [each["metadata"] for each in scaler["triggers"] if each["type"] == "prometheus"]


def deployed(name: str) -> Workload:
    (found,) = (each for each in workloads(rendered("ha")) if each.manifest["metadata"]["name"] == name)
    return found


def test_all_that_can_be_several_at_work_is_scaled_by_keda_alone() -> None:
    assert set(scalers()) == {f"lodestone-{name}" for name in (*SERVICES, "gateway")}
    assert [name for name in scalers() if "replicas" in deployed(name).manifest["spec"]] == []
    assert of_kind(rendered("ha"), "ScaledJob", "HorizontalPodAutoscaler") == []


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_a_service_is_scaled_by_the_job_types_that_it_runs(service: str) -> None:
    (told,) = queries(scalers()[f"lodestone-{service}"])
    named = re.search(r'job_type=~"([^"]*)"', told["query"])

    assert named
    assert set(named[1].split("|")) == {each.name for each in JOB_TYPES.values() if each.service == service}
    assert told["query"].startswith("sum(max by (job_type) (lodestone_durable_wanted_slots{")


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_a_process_is_added_before_all_slots_are_in_use(service: str) -> None:
    (told,) = queries(scalers()[f"lodestone-{service}"])
    slots = environment(deployed(f"lodestone-{service}"), rendered("ha"))["LODESTONE_SLOTS"]

    assert isinstance(slots, str)
    assert float(told["threshold"]) == SHARE * float(slots)


def test_every_scaler_asks_for_what_the_code_exports() -> None:
    told = [each["query"] for scaler in scalers().values() for each in queries(scaler)]

    assert len(told) == len(SERVICES) + 1
    assert [problem for query in told for problem in problems(query)] == []


def test_prometheus_understands_every_scaler(tmp_path: Path) -> None:
    told = [each["query"] for scaler in scalers().values() for each in queries(scaler)]
    dummies = [{"record": f"scaler:{number}", "expr": query} for number, query in enumerate(told)]
    draft = tmp_path / "scalers.yml"
    draft.write_text(yaml.safe_dump({"groups": [{"name": "scalers", "rules": dummies}]}))

    promtool("check", "rules", draft)


def test_without_an_answer_nothing_shrinks() -> None:
    for scaler in scalers().values():
        assert scaler["fallback"]["behavior"] == "currentReplicasIfHigher"
        assert scaler["fallback"]["replicas"] >= scaler["minReplicaCount"] >= 2
        assert {each["ignoreNullValues"] for each in queries(scaler)} == {"false"}


def test_the_operators_rules_are_those_of_the_files() -> None:
    (written,) = of_kind(rendered("ha"), "PrometheusRule")
    folder = OVERLAYS.parents[1] / "monitoring"
    files = [
        yaml.safe_load((folder / name).read_text())["groups"] for name in ("recording.yml", "alerts.yml")
    ]

    assert written["spec"]["groups"] == [group for groups in files for group in groups], "run make contracts"
