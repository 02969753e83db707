"""Who reaches whom: connections tried from the namespace of a pod of each kind, and of a stranger."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import IPv4Address

from cluster.network import Place
from cluster.pods import Pod
from cluster.provider import ADDRESS, PORT
from cluster.trial import Trial
from lodestone.jobs import JOB_TYPES

SERVICES = {job_type.service for job_type in JOB_TYPES.values()}
OUTSIDE = {*SERVICES, "gateway"}  # may reach the internet
AT_ONCE = 8
TRY_SECONDS = 1.0
TRY = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=float(sys.argv[3])).close()
except OSError:
    sys.exit(1)
"""


@dataclass(frozen=True)
class Try:
    """A connection, and whether it may succeed."""

    who: str
    place: Place
    target: str
    address: IPv4Address
    port: int
    may: bool

    def breach(self) -> str | None:
        """What went otherwise than it may."""
        program = [sys.executable, "-S", "-c", TRY, str(self.address), str(self.port), str(TRY_SECONDS)]
        inside = ["nsenter", f"--net={self.place.namespace}", *program]
        can = subprocess.run(inside, check=False).returncode == 0
        if can == self.may:
            return None
        return f"{self.who} {'can' if can else 'cannot'} reach {self.target}"


def breaches(trial: Trial) -> tuple[int, list[str]]:
    """How many connections were tried, and each that went otherwise than promised."""
    cases = list(_cases(trial))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = [told for told in pool.map(Try.breach, cases) if told]
    return len(cases), found


def _cases(trial: Trial) -> Iterator[Try]:
    postgres, nats = trial.postgres.place.address, trial.nats.servers["nats-0"].place.address
    pods = {pod.component: pod for each in trial.cluster.deployments.values() for pod in each.ready}
    for who, pod in pods.items():
        place = _place_of(pod)
        yield Try(who, place, "Postgres", postgres, 5432, who not in SERVICES)
        yield Try(who, place, "NATS", nats, 4222, True)
        yield Try(who, place, "the routes of NATS", nats, 6222, False)
        yield Try(who, place, "the internet", IPv4Address(ADDRESS), PORT, who in OUTSIDE)
        for name, other in pods.items():
            for called, port in other.ports.items() if other is not pod else ():
                yield Try(who, place, f"{name} at {called}", _place_of(other).address, port, False)
    stranger = trial.network.join("stranger")
    for name, pod in pods.items():
        for called, port in pod.ports.items():
            target = f"{name} at {called}"
            yield Try("a stranger", stranger, target, _place_of(pod).address, port, called == "http")


def _place_of(pod: Pod) -> Place:
    assert pod.place is not None
    return pod.place
