"""The rules that our own policies become."""

import pytest
from cluster.policies import rules_of
from support.manifests import Workload, of_kind, rendered, workloads


@pytest.fixture(scope="module")
def pods() -> dict[str, Workload]:
    return {each.name: each for each in workloads(rendered("ha"))}


def accepted(workload: Workload, chain: str) -> list[str]:
    """What is let through besides answers, the pod itself and its node."""
    rules = rules_of(of_kind(rendered("ha"), "NetworkPolicy"), workload.labels, workload.ports, {})
    assert f":{chain} DROP [0:0]" in rules
    return [
        line.removeprefix(f"-A {chain} ").strip()
        for line in rules.splitlines()
        if line.startswith(f"-A {chain}")
    ][2 + (chain == "INPUT") :]


def test_a_service_has_no_rule_for_postgres(pods: dict[str, Workload]) -> None:
    assert not any("--dport 5432" in rule for rule in accepted(pods["ideation"], "OUTPUT"))
    assert "-p tcp --dport 5432 -j ACCEPT" in accepted(pods["relay"], "OUTPUT")


def test_an_exception_is_cut_out_of_its_block(pods: dict[str, Workload]) -> None:
    rules = accepted(pods["ideation"], "OUTPUT")

    assert "-d 203.0.0.0/8 -p tcp --dport 443 -j ACCEPT" not in rules  # it is part of a larger one
    assert "-d 200.0.0.0/5 -p tcp --dport 443 -j ACCEPT" in rules
    assert not any(rule.startswith("-d 10.") or rule.startswith("-d 0.0.0.0/0") for rule in rules)


def test_only_the_gateway_lets_anybody_in(pods: dict[str, Workload]) -> None:
    assert accepted(pods["gateway"], "INPUT") == ["-p tcp --dport 8400 -j ACCEPT"]
    assert accepted(pods["projector"], "INPUT") == []
