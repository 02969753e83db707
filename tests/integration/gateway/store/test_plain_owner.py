"""The owner of the database needs CREATEROLE but not superuser, even on the oldest supported Postgres."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from lodestone_gateway.__main__ import main
from lodestone_local import postgres_cluster, postgres_server
from support.backends import NatsServer, PostgresServer

OLDEST = Path("/usr/lib/postgresql/15/bin")  # Debian's path

Command = Callable[[str, str, str], tuple[object, str]]


@pytest.fixture(params=["embedded", "15"])
def superuser_url(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    if request.param == "15":
        if not (OLDEST / "initdb").exists():
            pytest.skip(f"there is no Postgres 15 in {OLDEST}; Debian's package postgresql-15 has it")
        for module in (postgres_cluster, postgres_server):
            monkeypatch.setattr(module, "postgres_program", lambda name: str(OLDEST / name))
        monkeypatch.setattr(postgres_cluster, "VERSION", 15)
        monkeypatch.setattr(postgres_cluster, "LOCALE", ("--locale=C", "--encoding=UTF8"))
    server = PostgresServer(tmp_path / "postgres")
    server.start()
    yield server.url
    server.discard()


def owned(superuser_url: str, name: str, rights: str) -> str:
    """The URL of a login that owns its own database."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN {rights}".encode())
        connection.execute(f"CREATE DATABASE {name} OWNER {name}".encode())
    parts = urlsplit(superuser_url)
    return parts._replace(netloc=f"{name}@{parts.netloc.rpartition('@')[2]}", path=f"/{name}").geturl()


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    monkeypatch.setattr("lodestone.telemetry.configure_logging", lambda *_: None)

    def run(name: str, database_url: str, nats_url: str) -> tuple[object, str]:
        monkeypatch.setattr(sys, "argv", ["lodestone-gateway", name])
        monkeypatch.setenv("LODESTONE_DATABASE_URL", database_url)
        monkeypatch.setenv("LODESTONE_NATS_URL", nats_url)
        status: object = 0
        try:
            main()
        except SystemExit as end:
            status = end.code
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


def test_a_plain_owner_migrates_and_compares(
    superuser_url: str, own_nats: NatsServer, command: Command
) -> None:
    bus = own_nats.users["operator"]
    plain, powerless = owned(superuser_url, "plain", "CREATEROLE"), owned(superuser_url, "powerless", "")
    refused = [command("migrate", powerless, bus)]

    migrated, compared = command("migrate", plain, bus), command("rebuild", plain, bus)

    assert (migrated[0], compared[0]) == (0, 0), (migrated, compared)
    assert "No drift." in compared[1]
    refused += [command("migrate", powerless, bus), command("rebuild", powerless, bus)]
    for (status, words), expected, sentence in zip(
        refused,
        (1, 1, 2),
        (
            "`ALTER ROLE … CREATEROLE`",
            "Another owner created the processes' roles",
            "First run `lodestone-gateway migrate`",
        ),
        strict=True,
    ):
        assert (status, sentence in words) == (expected, True), words
