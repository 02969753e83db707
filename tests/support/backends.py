"""NATS and Postgres for tests: given ones, containers where an engine has the images, else embedded ones."""

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
ENGINE_SECONDS = 3  # an engine that answers later is taken for none


class NatsServer:
    """A NATS server of the test's own, to be stopped, killed and started again; keeps its port and data."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._nats = EmbeddedNats(directory)
        self._log = directory.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""
        self.users: dict[str, str] = {}  # the URL of each user of the bus
        self.monitoring_url = ""

    def start(self) -> None:
        """Returns when JetStream is up."""
        process = self._process = _start(self._nats.prepare(), self._log)
        ports = eventually_sync(
            lambda: self._nats.learn_ports(process.pid), within=10, told="nats-server is up"
        )
        self.url = self._nats.url(ports)
        self.users = self._nats.urls(ports)
        self.monitoring_url = f"http://127.0.0.1:{ports.monitoring}"

    def reload(self) -> None:
        """Tells the running server of users and passwords that changed."""
        self._nats.reload()

    @property
    def pid(self) -> int:
        """The server's process, for signals."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """Ends it as a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """Ends it in good order."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)


class PostgresServer:
    """A Postgres of the test's own, likewise."""

    def __init__(self, directory: Path) -> None:
        self._postgres = EmbeddedPostgres(directory)
        self._log = directory.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The owner's URL of the database `postgres`."""
        return self._postgres.url()

    @property
    def pid(self) -> int:
        """The postmaster."""
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        """What it wrote down so far."""
        return self._log.read_text(errors="replace")

    def start(self) -> None:
        """Returns when it answers queries."""
        # A killed server keeps what it wrote: only a machine that dies would lose what was not flushed.
        self._process = _start([*self._postgres.prepare(), "-c", "fsync=off"], self._log)
        eventually_sync(lambda: answers(self.url), within=60, told="Postgres answers")

    def kill(self) -> None:
        """Kills the postmaster, and waits for its children: they hold what the next one needs."""
        if self._process is not None:
            children = psutil.Process(self._process.pid).children(recursive=True)
            self._process.kill()
            self._process.wait()
            psutil.wait_procs(children, timeout=20)

    def stop(self) -> None:
        """Ends it in good order, without waiting for its clients."""
        if self._process is not None:
            self._process.send_signal(2)  # SIGINT: fast shutdown
            self._process.wait(20)
            self._postgres.remove_socket_folder()

    def discard(self) -> None:
        """Ends it at once, without writing out what hundreds of databases hold: nobody reads it again."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(20)
            self._postgres.remove_socket_folder()


@dataclass(frozen=True)
class Choice:
    """Where the backends of this test run come from; also the run's header."""

    nats: str
    postgres: str

    def __str__(self) -> str:
        return f"backends: NATS {self.nats}, Postgres {self.postgres}"


@functools.cache
def choose() -> Choice:
    """Decides once for each run."""
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
