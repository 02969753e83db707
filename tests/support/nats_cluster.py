"""A cluster of three NATS servers on loopback, each of which a test may kill and restart."""

import os
import socket
import subprocess
from pathlib import Path

from lodestone.bus.accounts import accounts_file
from lodestone.bus.users import BusUser, bus_users
from lodestone_local.nats_server import OWNER, find_server, is_healthy
from support.waiting import eventually_sync

NODES = 3


class NatsCluster:
    """The cluster with the bus users; `url` is the owner's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ports = _free_ports(3 * NODES)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.users = {user.name: self.url_at("node0", user.name) for user in bus_users()}

    @property
    def names(self) -> list[str]:
        """The nodes, by their server names."""
        return [f"node{number}" for number in range(NODES)]

    @property
    def url(self) -> str:
        """The URL of the first connection; a client learns of the other nodes there."""
        return self.url_at("node0", OWNER)

    def url_at(self, name: str, user: str) -> str:
        """The URL of a user at one of the nodes."""
        return f"nats://{user}:of{user}@127.0.0.1:{self._of(name)[0]}"

    def start(self) -> None:
        """Returns once JetStream is up on all nodes."""
        for name in self.names:
            self.start_node(name)
        for name in self.names:
            self.until_healthy(name)

    def start_node(self, name: str) -> None:
        """Starts a node without waiting."""
        client, routes, monitoring = self._of(name)
        others = ", ".join(f'"nats://127.0.0.1:{self._of(other)[1]}"' for other in self.names)
        config = self._folder / f"{name}.conf"
        config.write_text(f"""server_name: {name}
listen: "127.0.0.1:{client}"
http: "127.0.0.1:{monitoring}"
jetstream {{ store_dir: "{self._folder / name}" }}
cluster {{ name: loopback, listen: "127.0.0.1:{routes}", routes: [{others}] }}
{_users()}""")
        with (self._folder / f"{name}.log").open("ab") as output:
            self._processes[name] = subprocess.Popen(
                [find_server(), "-c", config], stdout=output, stderr=output, env=os.environ
            )

    def until_healthy(self, name: str) -> None:
        """Returns once the node reports that it is up and current."""
        eventually_sync(lambda: is_healthy(self._of(name)[2]), within=60, told=f"{name} is healthy")

    def kill(self, name: str) -> None:
        """Kills a node, as a crash would."""
        self._processes[name].kill()
        self._processes[name].wait()

    def stop(self) -> None:
        """Stops all nodes."""
        for name in self._processes:
            self.kill(name)

    def _of(self, name: str) -> list[int]:
        place = self.names.index(name)
        return self._ports[3 * place : 3 * place + 3]


def _users() -> str:
    users, owner = bus_users(), BusUser(OWNER, (">",), (">",))
    logins = {variable: login for user in users for login, variable in user.logins.items()}
    logins[owner.logins[OWNER]] = OWNER
    passwords = "\n".join(f'{variable}: "of{login}"' for variable, login in logins.items())
    return f"{passwords}\n{accounts_file(users, owner)}"


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
