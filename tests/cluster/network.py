"""The network of the trial: a namespace for each pod, on a bridge that is the node's."""

import contextlib
import itertools
import subprocess
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

BRIDGE = "lode0"
NODE = IPv4Address("10.77.0.1")
FIRST = IPv4Address("10.77.1.1")  # of the pods; those below are for what is named
PREFIX = 16
SERVICES = "10.96.0.0/16"
NAMES = Path("/etc/hosts")


@dataclass(frozen=True)
class Place:
    """A pod's place in the network."""

    name: str
    address: IPv4Address

    @property
    def namespace(self) -> str:
        """The file of its namespace."""
        return f"/run/netns/{self.name}"


class Network:
    """All places; the process that holds it is in the node's namespace."""

    def __init__(self, folder: Path) -> None:
        self.hosts = folder / "hosts"
        self._numbers = itertools.count()

    def open(self) -> None:
        """Makes the bridge, and takes over the names of this mount namespace."""
        Path("/run/netns").mkdir(exist_ok=True)
        run("mount", "-t", "tmpfs", "tmpfs", "/run/netns")
        for line in (
            "link set lo up",
            f"link add {BRIDGE} type bridge",
            f"addr add {NODE}/{PREFIX} dev {BRIDGE}",
            f"link set {BRIDGE} up",
            f"route add default dev {BRIDGE}",
        ):
            run("ip", *line.split())
        self.hosts.write_text("127.0.0.1 localhost\n")
        run("mount", "--bind", str(self.hosts), str(NAMES))

    def join(self, name: str, address: str | None = None, outside: str | None = None) -> Place:
        """Makes a namespace; `outside` is one more address, beyond the cluster's own."""
        number = next(self._numbers)
        place = Place(name, IPv4Address(address) if address else FIRST + number)
        run("ip", "netns", "add", name)
        cable = f"link add pod{number} type veth peer name eth0 netns {name}"
        run("ip", *cable.split())
        run("ip", *f"link set pod{number} master {BRIDGE} up".split())
        extra = [f"addr add {outside}/32 dev eth0"] if outside else []
        for line in (
            "link set lo up",
            f"addr add {place.address}/{PREFIX} dev eth0",
            *extra,
            "link set eth0 up",
            "route add default dev eth0",
        ):
            run("ip", "-n", name, *line.split())
        return place

    def leave(self, place: Place) -> None:
        """Removes a namespace with its rules."""
        with contextlib.suppress(subprocess.CalledProcessError):
            run("ip", "netns", "del", place.name)

    def name(self, host: str, *addresses: IPv4Address) -> None:
        """Lets a name mean these addresses, for everybody."""
        with self.hosts.open("a") as names:
            names.write("".join(f"{address} {host}\n" for address in addresses))


def run(*command: str, given: str | None = None) -> str:
    """What the command printed. Raises CalledProcessError with what it complained of."""
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
    return done.stdout
