"""The provider: the simulator, as a server at an address of the internet.

`python -m cluster.provider PORT` is that server itself.
"""

import socket
import sys
from ipaddress import IPv4Address
from pathlib import Path

import uvicorn
from cluster.image import BINARIES, Container, Image
from cluster.network import Network
from cluster.server import Server
from lodestone_local.simulator.__main__ import server_config
from support.manifests import ROOT
from support.waiting import eventually_sync

HOST, ADDRESS, PORT = "provider.example.net", "203.0.113.10", 443


def start_provider(folder: Path, network: Network, image: Image) -> Server:
    """Returns once it answers."""
    place = network.join("provider", "10.77.0.40", outside=ADDRESS)
    network.name(HOST, IPv4Address(ADDRESS))
    command = [str(BINARIES / "python"), "-m", "cluster.provider", str(PORT)]
    container = Container(command, {"PYTHONPATH": str(ROOT / "tests")}, user=0)
    server = Server(image, place, container, folder / "logs" / "provider.log")
    eventually_sync(_answers, within=60, told="the provider answers")
    return server


def _answers() -> bool:
    try:
        socket.create_connection((ADDRESS, PORT), timeout=1).close()
    except OSError:
        return False
    return True


def main() -> None:
    """Serves until it is killed."""
    listener = socket.create_server(("0.0.0.0", int(sys.argv[1])))  # noqa: S104 - in its own namespace
    uvicorn.Server(server_config()).run(sockets=[listener])


if __name__ == "__main__":
    main()
