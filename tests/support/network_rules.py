"""Whom the manifests select, and who can reach whom; every breach is told in a sentence."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address, ip_network
from typing import Any

from support.manifests import Manifest, Workload, matches, of_kind, workloads
from support.workload_rules import LOGINS, SERVICES

NATS, POSTGRES, HTTPS = 4222, 5432, 443
PROVIDER, METADATA = (
    "160.79.104.10",
    "169.254.169.254",
)  # an address of the internet; of a cloud's own secrets


def problems(manifests: list[Manifest]) -> list[str]:
    """All breaches of the rules below."""
    found = workloads(manifests)
    return [*_of_selectors(manifests, found), *_of_reach(manifests, found)]


def _of_selectors(manifests: list[Manifest], found: list[Workload]) -> Iterator[str]:
    """Each selects the pods of one workload, and ports that they have."""
    for each in of_kind(manifests, "Deployment", "PodDisruptionBudget", "Service"):
        selector, name = _selector_of(each), f"{each['kind']} {each['metadata']['name']}"
        chosen = [workload for workload in found if matches(selector, workload.labels)]
        if len(chosen) != 1:
            yield f"the {name} selects {len(chosen)} workloads: {[workload.name for workload in chosen]}"
        elif each["kind"] == "Service":
            missing = [port["targetPort"] for port in each["spec"]["ports"]]
            for port in set(missing) - chosen[0].ports.keys():
                yield f"the {name} sends to a port {port}, which {chosen[0].name} has not"
    budgets = {each["metadata"]["name"] for each in of_kind(manifests, "PodDisruptionBudget")}
    for workload in found:
        if not workload.is_job and f"lodestone-{workload.name}" not in budgets:
            yield f"{workload.name} has no PodDisruptionBudget"


def _selector_of(manifest: Manifest) -> Mapping[str, Any]:
    selector: dict[str, Any] = manifest["spec"]["selector"]
    return {"matchLabels": selector} if manifest["kind"] == "Service" else selector


def _of_reach(manifests: list[Manifest], found: list[Workload]) -> Iterator[str]:
    policies = of_kind(manifests, "NetworkPolicy")
    for workload in found:
        name = workload.name
        can = {port: reaches(policies, workload, PROVIDER, port) for port in (NATS, POSTGRES, HTTPS)}
        if not is_closed(policies, workload):
            yield f"nothing closes {name} to the rest of the network"
        if not can[NATS]:
            yield f"{name} cannot reach NATS"
        if can[POSTGRES] != (name in LOGINS or workload.is_job):
            yield f"{name} can{'' if can[POSTGRES] else 'not'} reach Postgres"
        if can[HTTPS] != (name in {*SERVICES, "gateway"}):
            yield f"{name} can{'' if can[HTTPS] else 'not'} reach the internet"
        if reaches(policies, workload, METADATA, HTTPS) or reaches(policies, workload, METADATA, 80):
            yield f"{name} can reach the cloud's metadata"
        if (open_ports := admitted(policies, workload)) != ({"http"} if name == "gateway" else set()):
            yield f"everybody can reach {name} at its ports {sorted(map(str, open_ports))}"


def _of(policies: list[Manifest], workload: Workload, direction: str) -> Iterator[Mapping[str, Any]]:
    for policy in policies:
        spec = policy["spec"]
        if direction in spec["policyTypes"] and matches(spec["podSelector"], workload.labels):
            yield spec


def is_closed(policies: list[Manifest], workload: Workload) -> bool:
    """Whether its pods are under some policy in both directions, so that only what is listed is open."""
    return all(any(_of(policies, workload, direction)) for direction in ("Ingress", "Egress"))


def reaches(policies: list[Manifest], workload: Workload, address: str, port: int) -> bool:
    """Whether it may connect to this address, which is of no pod of a named namespace."""
    rules = [rule for spec in _of(policies, workload, "Egress") for rule in spec.get("egress", [])]
    return any(
        _has_port(rule, port) and ("to" not in rule or any(_covers(peer, address) for peer in rule["to"]))
        for rule in rules
    )


def admitted(policies: list[Manifest], workload: Workload) -> set[str | int]:
    """Its ports that anybody may connect to."""
    rules = [rule for spec in _of(policies, workload, "Ingress") for rule in spec.get("ingress", [])]
    return {
        port.get("port", "any")
        for rule in rules
        if "from" not in rule
        for port in rule.get("ports", [{"port": "any"}])
    }


def _has_port(rule: Mapping[str, Any], port: int) -> bool:
    return "ports" not in rule or any(each.get("port") in (port, None) for each in rule["ports"])


def _covers(peer: Mapping[str, Any], address: str) -> bool:
    block = peer.get("ipBlock")
    if block is None:
        return False
    inside = ip_address(address) in ip_network(block["cidr"])
    return inside and not any(ip_address(address) in ip_network(each) for each in block.get("except", []))
