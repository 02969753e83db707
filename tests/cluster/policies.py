"""NetworkPolicies as rules of a pod's own namespace, which its process cannot change."""

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from cluster.network import NODE, Place, run
from support.manifests import Manifest, matches

# No pod of the trial is in another namespace than its own; what a peer names there is nobody.
Spec = Mapping[str, Any]


def enforce(place: Place, rules: str) -> None:
    """Puts the rules in force."""
    run("nsenter", f"--net={place.namespace}", "iptables-restore", "--wait", "10", given=rules)


def rules_of(
    policies: Sequence[Manifest],
    labels: Mapping[str, str],
    ports: Mapping[str, int],
    others: Mapping[str, Sequence[IPv4Address]],
) -> str:
    """What `iptables-restore` reads for a pod with these labels and named ports.

    `others` are the addresses of pods, by their namespace.
    """
    lines = ["*filter", ":FORWARD DROP [0:0]"]
    for chain, direction in (("INPUT", "Ingress"), ("OUTPUT", "Egress")):
        specs = [
            policy["spec"]
            for policy in policies
            if direction in policy["spec"]["policyTypes"] and matches(policy["spec"]["podSelector"], labels)
        ]
        lines.append(f":{chain} {'DROP' if specs else 'ACCEPT'} [0:0]")
        lines += _always(chain)
        for spec in specs:
            for rule in spec.get(direction.lower(), []):
                lines += [f"-A {chain} {match} -j ACCEPT" for match in _matches(rule, chain, ports, others)]
    return "\n".join([*lines, "COMMIT", ""])


def _always(chain: str) -> list[str]:
    side = "-i" if chain == "INPUT" else "-o"
    lines = [f"-A {chain} {side} lo -j ACCEPT", f"-A {chain} -m conntrack --ctstate ESTABLISHED -j ACCEPT"]
    # The kubelet's node reaches each of its pods, for the probes.
    return [*lines, f"-A INPUT -s {NODE} -j ACCEPT"] if chain == "INPUT" else lines


def _matches(
    rule: Spec, chain: str, ports: Mapping[str, int], others: Mapping[str, Sequence[IPv4Address]]
) -> Iterator[str]:
    peers = rule.get("from" if chain == "INPUT" else "to")
    wheres = [""] if peers is None else [where for peer in peers for where in _peer(peer, chain, others)]
    for where in wheres:
        if "ports" not in rule:
            yield where
        for port in rule.get("ports", []):
            number = ports.get(port["port"], port["port"])
            protocol = port.get("protocol", "TCP").lower()
            yield f"{where} -p {protocol} --dport {number}"


def _peer(peer: Spec, chain: str, others: Mapping[str, Sequence[IPv4Address]]) -> Iterator[str]:
    side = "-s" if chain == "INPUT" else "-d"
    if block := peer.get("ipBlock"):
        yield from _block(block, side)
    else:
        name = peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
        yield from (f"{side} {address}" for address in others.get(name, ()))


def _block(block: Spec, side: str) -> Iterator[str]:
    left = [IPv4Network(block["cidr"])]
    for each in map(IPv4Network, block.get("except", [])):
        left = [
            part
            for network in left
            for part in (network.address_exclude(each) if each.subnet_of(network) else [network])
        ]
    yield from (f"{side} {network}" for network in left)
