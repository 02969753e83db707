"""What a component adds is what the code declares, and breaks no rule of the base."""

import re
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from lodestone.bus.topology import consumer_config, stream_config
from lodestone.jobs import JOB_TYPES
from lodestone.subjects import durable
from support import network_rules, workload_rules
from support.manifests import (
    COMPONENTS,
    ROOT,
    Workload,
    environment,
    matches,
    of_kind,
    rendered,
    with_components,
    workloads,
)

SECONDS = {"h": 3600, "m": 60, "s": 1}


def seconds(duration: str) -> float:
    """Of a duration as Go writes it."""
    parts = re.findall(r"(\d+)([hms])", duration)
    return timedelta(seconds=sum(int(count) * SECONDS[unit] for count, unit in parts)).total_seconds()


def test_the_rules_hold_with_all_components_too() -> None:
    manifests = with_components(*COMPONENTS)

    assert workload_rules.problems(manifests) == []
    assert network_rules.problems(manifests) == []


def test_the_stream_of_nack_is_that_of_the_code() -> None:
    (stream,) = of_kind(with_components("nack"), "Stream")
    declared, spec = stream_config(), stream["spec"]

    assert (spec["name"], spec["subjects"]) == (declared.name, declared.subjects)
    assert (spec["retention"], spec["storage"]) == ("limits", "file")
    assert (seconds(spec["maxAge"]), seconds(spec["duplicateWindow"])) == (
        declared.max_age,
        declared.duplicate_window,
    )
    assert (spec["allowDirect"], spec["allowAtomicPublish"]) == (declared.allow_direct, declared.allow_atomic)


def test_the_durables_of_nack_are_those_of_the_code() -> None:
    found = {
        each["spec"]["durableName"]: each["spec"] for each in of_kind(with_components("nack"), "Consumer")
    }

    assert set(found) == {durable(job_type) for job_type in JOB_TYPES}
    for job_type in JOB_TYPES:
        spec, declared = found[durable(job_type)], asdict(consumer_config(job_type))
        assert spec["filterSubject"] == declared["filter_subject"]
        assert seconds(spec["ackWait"]) == declared["ack_wait"]
        assert (spec["maxDeliver"], spec["maxAckPending"]) == (
            declared["max_deliver"],
            declared["max_ack_pending"],
        )
        assert (spec["ackPolicy"], spec["streamName"]) == ("explicit", "JOBS")


def test_all_that_make_the_stream_put_it_on_as_many_servers() -> None:
    manifests = rendered("ha")
    makers = [each for each in workloads(manifests) if each.is_job or each.name == "projector"]
    (shown,) = of_kind(with_components("nack"), "Stream")

    assert {environment(each, manifests)["LODESTONE_STREAM_REPLICAS"] for each in makers} == {"3"}
    assert shown["spec"]["replicas"] == 3


def test_nack_neither_changes_nor_deletes_what_migrate_made() -> None:
    for each in of_kind(with_components("nack"), "Stream", "Consumer"):
        assert each["spec"]["preventDelete"] is each["spec"]["preventUpdate"] is True


def test_metrics_are_read_from_every_process_and_from_no_job() -> None:
    (monitor,) = of_kind(rendered("ha"), "PodMonitor")
    read = {
        each.name for each in workloads(rendered("ha")) if matches(monitor["spec"]["selector"], each.labels)
    }
    (endpoint,) = monitor["spec"]["podMetricsEndpoints"]

    assert read == {each.name for each in workloads(rendered("ha")) if not each.is_job}
    assert all(endpoint["port"] in each.ports for each in workloads(rendered("ha")) if not each.is_job)


def test_requests_are_routed_to_the_gateway_for_as_long_as_a_stream_lasts() -> None:
    manifests = rendered("ha")
    (route,), (service,) = of_kind(manifests, "HTTPRoute"), of_kind(manifests, "Service")
    (rule,) = route["spec"]["rules"]
    (port,) = service["spec"]["ports"]

    assert rule["backendRefs"] == [{"name": service["metadata"]["name"], "port": port["port"]}]
    assert rule["timeouts"] == {"request": "0s"}


def test_postgres_has_room_for_what_all_processes_hold() -> None:
    manifests = with_components("cnpg", "keda")
    (cluster,) = of_kind(manifests, "Cluster")
    (scaler,) = (each for each in of_kind(manifests, "ScaledObject") if "gateway" in each["metadata"]["name"])
    table = (ROOT / "docs" / "operations.md").read_text().partition("\n## Scaling\n")[2]
    held = {
        name: int(number)
        for name, number in re.findall(
            r"^\| (gateway|relay|projector).*?(\d+) (?:Postgres )?connections", table, re.MULTILINE
        )
    }
    surge = 1
    needed = held["gateway"] * (scaler["spec"]["maxReplicaCount"] + surge)
    needed += sum(held[name] * (2 + surge) for name in ("relay", "projector"))

    assert int(cluster["spec"]["postgresql"]["parameters"]["max_connections"]) >= needed + 5


def test_postgres_takes_nobody_unencrypted_and_keeps_each_job_twice() -> None:
    (cluster,) = of_kind(with_components("cnpg"), "Cluster")

    assert cluster["spec"]["postgresql"]["pg_hba"] == ["hostnossl all all all reject"]
    assert cluster["spec"]["postgresql"]["synchronous"] == {"method": "any", "number": 1}


def test_processes_trust_the_authority_of_the_cluster_that_comes_with_them() -> None:
    def authorities(workload: Workload) -> list[Any]:
        (volume,) = (each for each in workload.pod["volumes"] if each["name"] == "ca")
        return [source["secret"]["name"] for source in volume["projected"]["sources"] if "secret" in source]

    assert {tuple(authorities(each)) for each in workloads(with_components("cnpg"))} == {
        ("lodestone-postgres-ca",)
    }


def test_whoever_keeps_jobs_goes_before_whoever_works_on_them() -> None:
    manifests = rendered("ha")
    values = {each["metadata"]["name"]: each["value"] for each in of_kind(manifests, "PriorityClass")}
    found = {
        each.name: values[each.pod["priorityClassName"]] for each in workloads(manifests) if not each.is_job
    }

    keeps = {name: value for name, value in found.items() if name not in workload_rules.SERVICES}
    assert min(keeps.values()) > max(value for name, value in found.items() if name not in keeps)
