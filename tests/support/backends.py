"""NATS and Postgres for tests: given by URL, in containers if an engine has the images, else embedded."""

import contextlib
import functools
import importlib.util
import os
import signal
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil  # type: ignore[import-untyped]
from lodestone_local.nats_server import EmbeddedNats
from lodestone_local.postgres_server import EmbeddedPostgres, answers, create_database
from support.waiting import eventually_sync

NATS_IMAGE = "nats:2.12"
POSTGRES_IMAGE = "postgres:18"
ENGINE_SECONDS = 3  # an engine that takes longer counts as absent


class NatsServer:
    """A NATS server for one test, which may stop, kill and restart it; it keeps its port and data."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._nats = EmbeddedNats(directory)
        self._log = directory.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""
        self.users: dict[str, str] = {}  # the URL of each bus user
        self.monitoring_url = ""

    def start(self) -> None:
        """Returns once JetStream is up."""
        process = self._process = _start(self._nats.prepare(), self._log)
        ports = eventually_sync(
            lambda: self._nats.learn_ports(process.pid), within=10, told="nats-server is up"
        )
        self.url = self._nats.url(ports)
        self.users = self._nats.urls(ports)
        self.monitoring_url = f"http://127.0.0.1:{ports.monitoring}"

    def reload(self) -> None:
        """Makes the running server read changed users and passwords."""
        self._nats.reload()

    @property
    def pid(self) -> int:
        """The server's process id, for signals."""
        assert self._process is not None
        return self._process.pid

    @contextlib.contextmanager
    def standing_still(self) -> Iterator[None]:
        """Meanwhile the server does nothing; its connections stay open."""
        os.kill(self.pid, signal.SIGSTOP)
        os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WNOWAIT)  # until its last thread has stopped
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """Kills the server, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """Stops the server cleanly."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)


class PostgresServer:
    """A Postgres for one test, which may stop, kill and restart it."""

    def __init__(self, directory: Path, *options: str) -> None:
        self._postgres = EmbeddedPostgres(directory)
        self._options = options  # for the server
        self._log = directory.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The owner's URL of the database `postgres`."""
        return self._postgres.url()

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        """The log so far."""
        return self._log.read_text(errors="replace")

    def start(self) -> None:
        """Returns once it answers queries."""
        # A killed server keeps what it wrote: only a machine that fails loses what was not flushed.
        self._process = _start([*self._postgres.prepare(), "-c", "fsync=off", *self._options], self._log)
        eventually_sync(lambda: answers(self.url), within=60, told="Postgres answers")

    def kill(self) -> None:
        """Kills the postmaster and waits for its children, which hold resources that the next start needs."""
        if self._process is not None:
            children = psutil.Process(self._process.pid).children(recursive=True)
            self._process.kill()
            self._process.wait()
            psutil.wait_procs(children, timeout=20)

    def stop(self) -> None:
        """Stops the server cleanly, without waiting for its clients."""
        if self._process is not None:
            self._process.send_signal(2)  # SIGINT: fast shutdown
            self._process.wait(20)
            self._postgres.remove_socket_folder()

    def discard(self) -> None:
        """Kills the server without a checkpoint of its hundreds of databases, which nobody reads again."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(20)
            self._postgres.remove_socket_folder()


@dataclass(frozen=True)
class Choice:
    """Where this test run takes its backends from; also printed as the run's header."""

    nats: str
    postgres: str

    def __str__(self) -> str:
        return f"backends: NATS {self.nats}, Postgres {self.postgres}"


@functools.cache
def choose() -> Choice:
    """Decides once per run."""
    return Choice(
        nats=_source("LODESTONE_TEST_NATS_URL", NATS_IMAGE),
        postgres=_source("LODESTONE_TEST_DATABASE_URL", POSTGRES_IMAGE),
    )


@contextlib.contextmanager
def running_nats(directory: Path) -> Iterator[str]:
    """The URL of a NATS server with JetStream."""
    source = choose().nats
    if source == "given":
        yield os.environ["LODESTONE_TEST_NATS_URL"]
    elif source == "container":
        from testcontainers.nats import NatsContainer

        with NatsContainer(NATS_IMAGE, jetstream=True) as container:
            yield container.nats_uri()
    else:
        server = NatsServer(directory)
        server.start()
        try:
            yield server.url
        finally:
            server.stop()


@contextlib.contextmanager
def running_postgres(directory: Path) -> Iterator[str]:
    """The owner's URL of a Postgres server."""
    source = choose().postgres
    if source == "given":
        yield os.environ["LODESTONE_TEST_DATABASE_URL"]
    elif source == "container":
        from testcontainers.postgres import PostgresContainer

        with PostgresContainer(POSTGRES_IMAGE, driver=None) as container:
            yield container.get_connection_url()
    else:
        server = PostgresServer(directory)
        server.start()
        try:
            yield server.url
        finally:
            server.discard()


def new_database(server_url: str) -> str:
    """The owner's URL of a fresh, empty database on the server."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    create_database(server_url, name)
    return urlsplit(server_url)._replace(path=f"/{name}").geturl()


def _source(variable: str, image: str) -> str:
    if os.environ.get(variable):
        return "given"
    return "container" if _engine_has(image) else "embedded"


@functools.cache
def _engine_has(image: str) -> bool:
    reachable = os.environ.get("DOCKER_HOST") or Path("/var/run/docker.sock").exists()
    if not reachable or importlib.util.find_spec("docker") is None:
        return False
    import docker  # type: ignore[import-untyped]

    try:
        docker.from_env(timeout=ENGINE_SECONDS).images.get(image)
    except docker.errors.DockerException:
        return False
    return True


def _start(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
