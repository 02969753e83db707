"""Three NATS servers of deploy/nats/cluster.conf, with TLS and the users of the bus."""

from pathlib import Path

from cluster.certificates import Authority
from cluster.image import Container, Image
from cluster.network import Network
from cluster.server import Server, own_folder, password_of
from lodestone.bus.accounts import accounts_file
from lodestone.bus.users import BusUser, bus_users
from lodestone_local.nats_server import OWNER, find_server
from support.manifests import ROOT

HOST = "nats.nats.svc"
NODES = ("nats-0", "nats-1", "nats-2")


class Nats:
    """The cluster; each server has a namespace of its own."""

    def __init__(self, folder: Path, network: Network, image: Image) -> None:
        self._folder, self._network, self._image = folder / "nats", network, image
        self.authority = Authority("nats")
        self.servers: dict[str, Server] = {}

    def start(self) -> None:
        """Starts all three."""
        config = self._folder / "config"
        names = [host for name in NODES for host in (name, f"{name}.nats-headless")]
        self.authority.issue(config / "tls", HOST, *names)
        conf = (ROOT / "deploy" / "nats" / "cluster.conf").read_text()
        (config / "nats.conf").write_text(conf)
        (config / "users.conf").write_text(_users())
        for number, name in enumerate(NODES):
            place = self._network.join(name, f"10.77.0.{20 + number}")
            self._network.name(f"{name}.nats-headless", place.address)
            self._network.name(HOST, place.address)
            container = Container(
                command=[str(find_server()), "-c", "/etc/nats/nats.conf"],
                env={"NODE": name},
                folders={"/etc/nats": config, "/data": own_folder(self._folder / name)},
                writable=frozenset({"/data"}),
            )
            log = self._folder.parent / "logs" / f"{name}.log"
            self.servers[name] = Server(self._image, place, container, log)

    def url(self, user: str = OWNER) -> str:
        """Of one of the bus's users; by default, of one who may do everything."""
        return f"tls://{user}:{password_of(user)}@{HOST}:4222"


def _users() -> str:
    users, owner = bus_users(), BusUser(OWNER, (">",), (">",))
    logins = {variable: login for user in users for login, variable in user.logins.items()}
    logins[owner.logins[OWNER]] = OWNER
    passwords = "\n".join(f'{variable}: "{password_of(login)}"' for variable, login in logins.items())
    return f"{passwords}\n{accounts_file(users, owner)}"
