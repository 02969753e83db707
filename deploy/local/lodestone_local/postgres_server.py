"""The embedded Postgres: the command that serves its data folder, and its URL.

The package that brings the programs can also run them, but then nobody owns the process: it outlives a killed
launcher and cannot be told apart from a dead one. So we take its programs and run the postmaster ourselves.
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
PLAIN = re.compile(
    r"[A-Za-z0-9/._+-]+"
)  # in a list of folders, or of hosts, other characters may mean something
STOP_SECONDS = 25.0  # for a server that was left behind
DEATH_SIGNAL = signal.SIGINT  # fast shutdown: does not wait for clients


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
            make_cluster(self._directory)
        check_cluster(self._directory)
        _end_leftover(self._directory)
        _forget_dead_server(self._directory, self._socket_folder)
        if self._socket_folder != self._directory:
            self._make_socket_folder()
        socket_only = ["-k", str(self._socket_folder), "-c", "listen_addresses="]
        serve = [postgres_program("postgres"), "-D", str(self._directory), *socket_only]
        return as_system_user(serve, DEATH_SIGNAL)

    def url(self, database: str = OWNER, login: str = OWNER) -> str:
        """Where clients connect, as the owner of everything unless another login is named."""
        return f"postgresql://{login}@/{database}?host={quote(str(self._socket_folder), safe='/')}"

    def remove_socket_folder(self) -> None:
        """Removes what is outside of the data folder; for after the stop."""
        if self._socket_folder != self._directory:
            shutil.rmtree(self._socket_folder, ignore_errors=True)

    def _make_socket_folder(self) -> None:
        self._socket_folder.mkdir(mode=0o700, exist_ok=True)
        if self._socket_folder.lstat().st_uid not in (os.geteuid(), system_user_id()):
            raise Misconfigured(f"{self._socket_folder} belongs to somebody else. Remove it, or set TMPDIR.")
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
    """Creates the database unless it is there; `url` is the owner's. Says whether it is there now."""
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
    """The process of the server on this very folder; what the lock file names may be any other."""
    import psutil  # type: ignore[import-untyped]

    try:
        process = psutil.Process(_noted_pid(directory))
        is_server = process.status() != psutil.STATUS_ZOMBIE and "postgres" in process.name()
        # A server works in its data folder: the same number may by now be that of another system's server.
        return int(process.pid) if is_server and os.path.samefile(process.cwd(), directory) else None
    except (OSError, ValueError, psutil.Error):
        return None


def _end_leftover(directory: Path) -> None:
    """Stops a server that a killed launcher left on this data; its socket would answer in our stead."""
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
        raise Misconfigured(f"A Postgres (pid {pid}) still runs on {directory}. End it first.") from None


def _forget_dead_server(directory: Path, socket_folder: Path) -> None:
    """Postgres would take any living process that has its old number for itself."""
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
    # It takes its parent's number for its own old one, and still looks for memory that is in use.
    lock.write_text(f"{os.getpid()}\n{rest}")


def _noted_pid(directory: Path) -> int:
    """Raises ValueError when the file holds no number, FileNotFoundError when there is none."""
    return int((directory / "postmaster.pid").read_text(errors="replace").split("\n", 1)[0])


def _socket_folder(directory: Path) -> Path:
    short = f"lodestone-{os.getuid()}-{hashlib.sha256(os.fsencode(directory)).hexdigest()[:12]}"
    elsewhere = (Path(folder) / short for folder in (tempfile.gettempdir(), "/tmp"))  # noqa: S108
    candidates = [directory, *elsewhere]
    return next((folder for folder in candidates if _takes_socket(folder)), candidates[-1])


def _takes_socket(folder: Path) -> bool:
    path = str(folder / SOCKET_NAME)
    return len(os.fsencode(path)) <= LONGEST_SOCKET_PATH and PLAIN.fullmatch(path) is not None
