"""The embedded Postgres: the command that serves its data folder, and its URL.

The package with the programs can also run them, but then nobody owns the process: it outlives a killed
launcher and looks like a dead one. So we use only its programs and run the postmaster ourselves.
"""

import hashlib
import os
import re
import shutil
import signal
import tempfile
from pathlib import Path
from urllib.parse import quote

from lodestone.errors import Misconfigured

from lodestone_local.postgres_cluster import OWNER, check_cluster, make_cluster
from lodestone_local.postgres_programs import (
    as_system_user,
    give_to_system_user,
    postgres_program,
    system_user_id,
)

LONGEST_SOCKET_PATH = 100  # the system's limit is 103 to 107 characters
SOCKET_NAME = ".s.PGSQL.5432"
PLAIN = re.compile(r"[A-Za-z0-9/._+-]+")  # in a list of folders or hosts other characters may have a meaning
# Its writers wake up five times a second each, for work that a commit or a checkpoint does as well.
REST = ("-c", "bgwriter_delay=10s", "-c", "wal_writer_delay=10s")
STOP_SECONDS = 25.0  # for a leftover server
DEATH_SIGNAL = signal.SIGINT  # fast shutdown: does not wait for clients


class EmbeddedPostgres:
    """One Postgres with its cluster in `directory`; it listens on a Unix socket only.

    Raises Misconfigured if the folder cannot be used.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory.resolve()
        self._socket_folder = _socket_folder(self._directory)

    def prepare(self) -> list[str]:
        """Creates the cluster if there is none, ends a leftover server, returns the command to serve it."""
        if not self._directory.exists():
            make_cluster(self._directory)
        check_cluster(self._directory)
        _end_leftover(self._directory)
        _forget_dead_server(self._directory, self._socket_folder)
        if self._socket_folder != self._directory:
            self._make_socket_folder()
        socket_only = ["-k", str(self._socket_folder), "-c", "listen_addresses="]
        serve = [postgres_program("postgres"), "-D", str(self._directory), *socket_only, *REST]
        return as_system_user(serve, DEATH_SIGNAL)

    def url(self, database: str = OWNER, login: str = OWNER) -> str:
        """The URL for clients, as the owner of everything unless another login is named."""
        return f"postgresql://{login}@/{database}?host={quote(str(self._socket_folder), safe='/')}"

    def remove_socket_folder(self) -> None:
        """Removes what is outside the data folder; call after the stop."""
        if self._socket_folder != self._directory:
            shutil.rmtree(self._socket_folder, ignore_errors=True)

    def _make_socket_folder(self) -> None:
        self._socket_folder.mkdir(mode=0o700, exist_ok=True)
        if self._socket_folder.lstat().st_uid not in (os.geteuid(), system_user_id()):
            raise Misconfigured(f"{self._socket_folder} belongs to another user. Remove it, or set TMPDIR.")
        give_to_system_user(self._socket_folder)


def answers(url: str) -> bool:
    """Does the database answer a query now?"""
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=2) as connection:
            connection.execute("SELECT 1")
        return True
    except psycopg.Error:
        return False


def create_database(url: str, name: str) -> bool:
    """Creates the database unless it exists; `url` is the owner's. Returns whether it exists now."""
    import psycopg
    from psycopg import sql

    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=2) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.errors.DuplicateDatabase:
        return True
    except psycopg.Error:
        return False  # a full disk, or a server that has just ended
    return True


def server_on(directory: Path) -> int | None:
    """The server process of this very folder; the lock file may name any other process."""
    import psutil  # type: ignore[import-untyped]

    try:
        process = psutil.Process(_noted_pid(directory))
        is_server = process.status() != psutil.STATUS_ZOMBIE and "postgres" in process.name()
        # A server's working folder is its data folder: another system's server may have the number by now.
        return int(process.pid) if is_server and os.path.samefile(process.cwd(), directory) else None
    except (OSError, ValueError, psutil.Error):
        return None


def _end_leftover(directory: Path) -> None:
    """Stops a server that a killed launcher left on this data; its socket would answer instead of ours."""
    import psutil

    pid = server_on(directory)
    if pid is None:
        return
    try:
        process = psutil.Process(pid)
        process.send_signal(DEATH_SIGNAL)
        process.wait(STOP_SECONDS)
    except psutil.NoSuchProcess:
        return
    except psutil.Error:
        raise Misconfigured(
            f"A Postgres (pid {pid}) is still running on {directory}. Stop it first."
        ) from None


def _forget_dead_server(directory: Path, socket_folder: Path) -> None:
    """Postgres would take any living process with its old number for itself."""
    lock = directory / "postmaster.pid"
    for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
        (socket_folder / name).unlink(missing_ok=True)
    try:
        _noted_pid(directory)
        _, _, rest = lock.read_text(errors="replace").partition("\n")
    except FileNotFoundError:
        return
    except ValueError:
        lock.unlink()  # half written: says nothing
        return
    # It accepts its parent's number as its own old one, and still checks for memory in use.
    lock.write_text(f"{os.getpid()}\n{rest}")


def _noted_pid(directory: Path) -> int:
    """Raises ValueError if the file holds no number, FileNotFoundError if there is no file."""
    return int((directory / "postmaster.pid").read_text(errors="replace").split("\n", 1)[0])


def _socket_folder(directory: Path) -> Path:
    short = f"lodestone-{os.getuid()}-{hashlib.sha256(os.fsencode(directory)).hexdigest()[:12]}"
    elsewhere = (Path(folder) / short for folder in (tempfile.gettempdir(), "/tmp"))  # noqa: S108
    candidates = [directory, *elsewhere]
    return next((folder for folder in candidates if _takes_socket(folder)), candidates[-1])


def _takes_socket(folder: Path) -> bool:
    path = str(folder / SOCKET_NAME)
    return len(os.fsencode(path)) <= LONGEST_SOCKET_PATH and PLAIN.fullmatch(path) is not None
