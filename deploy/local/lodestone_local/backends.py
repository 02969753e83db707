"""NATS and Postgres of a local system: given by URL, or embedded as child processes."""

import os
import shutil
import signal
from collections.abc import Mapping
from pathlib import Path

from lodestone_local.nats_server import OWNER, EmbeddedNats, ill, is_free
from lodestone_local.postgres_programs import postgres_environment
from lodestone_local.postgres_server import DEATH_SIGNAL, EmbeddedPostgres, answers, create_database
from lodestone_local.processes import Trouble
from lodestone_local.programs import DATABASE_USERS

DATABASE = "lodestone"
ROOM_BYTES = 4 * 1024 * 1024  # less counts as a full disk


class NatsProgram:
    """The embedded NATS server as a child; keeps its port across restarts, even of the whole system."""

    name = "nats"
    stop_signal = signal.SIGTERM
    kill_signal = signal.SIGKILL
    death_signal = signal.SIGTERM

    def __init__(self, directory: Path) -> None:
        self._nats = EmbeddedNats(directory)
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
