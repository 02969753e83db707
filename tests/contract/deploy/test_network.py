"""Each selector means one workload; services have no way to Postgres, and only the gateway is reachable."""

from collections.abc import Callable

import pytest
from support.manifests import NAMES, Manifest, rendered
from support.network_rules import problems


@pytest.mark.parametrize("overlay", NAMES)
def test_who_can_reach_whom_is_what_the_processes_need(overlay: str) -> None:
    assert problems(rendered(overlay)) == []


def widened(spec: Manifest) -> None:
    spec["podSelector"].pop("matchExpressions")


def opened(spec: Manifest) -> None:
    spec["podSelector"] = {"matchLabels": {"app.kubernetes.io/name": "lodestone"}}


def to_everywhere(spec: Manifest) -> None:
    spec["egress"][0]["to"][0]["ipBlock"].pop("except")


def misspelt(spec: Manifest) -> None:
    spec["selector"]["matchLabels"]["app.kubernetes.io/component"] = "relya"


def misplaced(spec: Manifest) -> None:
    spec["ports"][0]["targetPort"] = "htpp"


@pytest.mark.parametrize(
    ("kind", "name", "edit", "told"),
    [
        ("NetworkPolicy", "lodestone-postgres", widened, "content can reach Postgres"),
        ("NetworkPolicy", "lodestone-internet", widened, "relay can reach the internet"),
        ("NetworkPolicy", "lodestone-internet", to_everywhere, "content can reach the cloud's metadata"),
        ("NetworkPolicy", "lodestone-callers", opened, "everybody can reach relay at its ports ['http']"),
        ("PodDisruptionBudget", "lodestone-relay", misspelt, "lodestone-relay selects 0 workloads"),
        ("Service", "lodestone-gateway", misplaced, "sends to a port htpp, which gateway has not"),
    ],
)
def test_a_wrong_rule_is_one_sentence(
    kind: str, name: str, edit: Callable[[Manifest], None], told: str
) -> None:
    manifests = rendered("ha")
    (target,) = (each for each in manifests if (each["kind"], each["metadata"]["name"]) == (kind, name))
    edit(target["spec"])

    assert [problem for problem in problems(manifests) if told in problem]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("lodestone-default-deny", "nothing closes polish to the rest of the network"),
        ("lodestone-nats", "polish cannot reach NATS"),
        ("lodestone-postgres", "relay cannot reach Postgres"),
    ],
)
def test_a_missing_policy_is_missed(name: str, told: str) -> None:
    manifests = [each for each in rendered("ha") if each["metadata"]["name"] != name]

    if name == "lodestone-default-deny":
        manifests = [each for each in manifests if each["metadata"]["name"] != "lodestone-monitoring"]
    assert told in problems(manifests)
