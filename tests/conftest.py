"""Fixtures for all tests; importable helpers are in tests/support."""

import functools
import gc
import os
from collections.abc import Iterator
from pathlib import Path

import httpcore2
import pytest
import structlog
from hypothesis import HealthCheck, settings
from lodestone_local.provider import without_proxy
from support.backends import NatsServer, PostgresServer, choose, new_database, running_nats, running_postgres
from support.file_order import in_mixed_order
from support.running_system import RunningSystem
from support.waiting import eventually_sync

KINDS = ("unit", "contract", "integration", "system", "failure", "simulation", "chaos", "browser")


# A busy machine is not a failure: examples have no time limit of their own.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")


def pytest_configure() -> None:
    """Removes the developer's own settings, so that a test sees only what it sets."""
    for name in list(os.environ):
        if name.startswith(("LODESTONE_", "ANTHROPIC_")) and not name.startswith("LODESTONE_TEST_"):
            del os.environ[name]
    os.environ |= without_proxy(os.environ)  # a proxy is only for hosts other than this machine
    _log_plain_tracebacks()
    # Each HTTP client would read all the system's certificates, though the tests speak to this machine.
    httpcore2.default_ssl_context = functools.cache(httpcore2.default_ssl_context)


def _log_plain_tracebacks() -> None:
    """By default structlog draws each with its locals, which takes longer than many a test."""
    *before, _ = structlog.get_config()["processors"]
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*before, plain])


def pytest_collection_finish() -> None:
    """Spares the garbage collector the thousands of tests, which it would look through again and again."""
    gc.collect()
    gc.freeze()


def pytest_report_header() -> str:
    return str(choose())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks each test with the name of its folder, and puts the files into an order for several workers."""
    files = [item.path.relative_to(Path(__file__).parent) for item in items]
    for item, file in zip(items, files, strict=True):
        if file.parts[0] in KINDS:
            item.add_marker(file.parts[0])
    places = {file: place for place, file in enumerate(in_mixed_order(map(Path.as_posix, files)))}
    items.sort(key=lambda item: places[item.path.relative_to(Path(__file__).parent).as_posix()])


@pytest.fixture(scope="session")
def nats_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One NATS server for the whole run: a test finds what earlier tests left in it."""
    with running_nats(tmp_path_factory.mktemp("nats") / "server") as url:
        yield url


@pytest.fixture
def own_nats(tmp_path: Path) -> Iterator[NatsServer]:
    """An empty NATS server for this test alone, which may kill and restart it."""
    server = NatsServer(tmp_path / "nats")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The owner's URL of one Postgres server for the whole run."""
    with running_postgres(tmp_path_factory.mktemp("postgres") / "server") as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server_url: str) -> str:
    """The owner's URL of a fresh, empty database for this test."""
    return new_database(postgres_server_url)


@pytest.fixture(scope="module")
def module_postgres_url(postgres_server_url: str) -> str:
    """The owner's URL of a database that all tests of one file share."""
    return new_database(postgres_server_url)


@pytest.fixture
def own_postgres(tmp_path: Path) -> Iterator[PostgresServer]:
    """A Postgres server for this test alone, which may kill and restart it."""
    server = PostgresServer(tmp_path / "postgres")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def shared_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSystem]:
    """One running system, all in one process, for the whole run."""
    with RunningSystem(tmp_path_factory.mktemp("system")) as system:
        yield system


@pytest.fixture
def system(shared_system: RunningSystem) -> RunningSystem:
    """The shared system, with its simulator reset."""
    shared_system.reset_simulator()
    return shared_system


@pytest.fixture(scope="session")
def shared_processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSystem]:
    """One running system with a process for each part."""
    short_drain = {"LODESTONE_DRAIN_SECONDS": "3"}
    with RunningSystem(tmp_path_factory.mktemp("processes"), "--processes", env=short_drain) as system:
        yield system


@pytest.fixture
def processes(shared_processes: RunningSystem) -> RunningSystem:
    """The shared system of processes, which a test may kill, with its simulator reset."""
    eventually_sync(shared_processes.is_whole, within=60, told="all parts are up again")
    shared_processes.reset_simulator()
    return shared_processes
