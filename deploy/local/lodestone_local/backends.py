"""NATS and Postgres of a local system: given by URL, or embedded as child processes."""

import os
import shutil
import signal
from collections.abc import Mapping
from pathlib import Path

from lodestone_local.nats_server import OWNER, SUBSCRIBERS_FILE, EmbeddedNats, Node, free_port, ill, is_free
from lodestone_local.postgres_programs import postgres_environment
from lodestone_local.postgres_server import DEATH_SIGNAL, EmbeddedPostgres, answers, create_database
from lodestone_local.processes import Trouble
from lodestone_local.programs import DATABASE_USERS

DATABASE = "lodestone"
ROOM_BYTES = 4 * 1024 * 1024  # less counts as a full disk


class NatsProgram:
    """An embedded NATS server as a child; keeps its port across restarts, even of the whole system."""

    stop_signal = signal.SIGTERM
    kill_signal = signal.SIGKILL
    death_signal = signal.SIGTERM

    def __init__(self, directory: Path, node: Node | None = None) -> None:
        self.name = node.name if node else "nats"
        self._nats = EmbeddedNats(directory, node)
        self.url = ""
        self.users: dict[str, str] = {}  # the URL of each user of the bus
        self.monitoring_url = ""
        kept = self._nats.kept_ports
        if kept is not None and not (is_free(kept.client) and is_free(kept.monitoring)):
            self._nats.forget_ports()

    def command(self) -> list[str]:
        """Writes the configuration for the next start."""
        return self._nats.prepare()

    def environment(self) -> Mapping[str, str]:
        """Ours, with one processor unless it names more: several wait for each other for each message."""
        return {"GOMAXPROCS": "1", **os.environ}

    def is_ready(self, pid: int) -> bool:
        """Is JetStream up?"""
        ports = self._nats.learn_ports(pid)
        if ports is None:
            return False
        self.users = self._nats.urls(ports)
        self.url = self.users.pop(OWNER)
        self.monitoring_url = f"http://127.0.0.1:{ports.monitoring}"
        return True

    def trouble(self) -> Trouble | None:
        """A server whose disk was full writes nothing more until it is restarted."""
        ports = self._nats.kept_ports
        told = ill(ports.monitoring) if ports else None
        if not told or "write error" not in told:
            return None
        has_room = shutil.disk_usage(self._nats.store).free >= ROOM_BYTES
        return Trouble(
            f"the disk of {self._nats.store} {'was' if has_room else 'is'} full. "
            + ("There is room again." if has_room else "Jobs are accepted but have to wait. Make room."),
            is_curable=has_room,
        )


class EmbeddedBus:
    """The embedded NATS: one server, or a cluster whose nodes keep each message three times.

    A cluster has a folder of its own: what one server has stored is nothing to a cluster.
    """

    def __init__(self, data_dir: Path, nodes: int) -> None:
        if nodes == 1:
            self.folder = data_dir / "nats"
            self.programs = [NatsProgram(self.folder)]
            return
        self.folder = data_dir / "nats-cluster"
        routes = {f"nats-{number}": free_port() for number in range(1, nodes + 1)}
        self.programs = [NatsProgram(self.folder / name, Node(name, routes, self.folder)) for name in routes]

    @property
    def names(self) -> list[str]:
        """The names of its processes."""
        return [program.name for program in self.programs]

    @property
    def url(self) -> str:
        """Where the system's owner connects: every node, separated by commas."""
        return ",".join(program.url for program in self.programs)

    @property
    def users(self) -> dict[str, str]:
        """The same for each user of the bus."""
        names = self.programs[0].users
        return {name: ",".join(program.users[name] for program in self.programs) for name in names}

    @property
    def monitoring_url(self) -> str:
        """Where its first server tells how it is."""
        return self.programs[0].monitoring_url

    @property
    def subscribers_file(self) -> Path:
        """The other readers of the bus."""
        return self.folder / SUBSCRIBERS_FILE


class PostgresProgram:
    """The embedded Postgres as a child: the postmaster itself."""

    name = "postgres"
    stop_signal = DEATH_SIGNAL
    kill_signal = signal.SIGQUIT  # a killed postmaster leaves its own children behind for a moment
    death_signal = DEATH_SIGNAL
    trouble = None  # it ends when it cannot continue

    def __init__(self, directory: Path) -> None:
        self._postgres = EmbeddedPostgres(directory)
        self.url = self._postgres.url(DATABASE)
        # The URL of each user: a login, which exists once the database is migrated, or the owner's.
        logins = {name: self._postgres.url(DATABASE, f"lodestone_{name}") for name in DATABASE_USERS}
        self.users = {**logins, "operator": self.url}

    def command(self) -> list[str]:
        """Creates the cluster at the first start."""
        return self._postgres.prepare()

    def environment(self) -> Mapping[str, str] | None:
        """Our environment, without what would change the server."""
        return postgres_environment()

    def is_ready(self, pid: int) -> bool:
        """Does our database answer? Creates it if the cluster is new."""
        return answers(self._postgres.url()) and create_database(self._postgres.url(), DATABASE)

    def clean_up(self) -> None:
        """Removes what is outside the data folder; call after the stop."""
        self._postgres.remove_socket_folder()


def forget_client_settings() -> None:
    """Removes PG… from the environment: it is meant for other servers, but the embedded one would obey it."""
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]
