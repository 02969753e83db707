"""The usual mistakes with a command end in a sentence that says what to do, without a traceback."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import psycopg
import pytest
from lodestone.jobs import JOB_TYPES
from lodestone_gateway.__main__ import main
from support.backends import NatsServer

NOWHERE = "postgresql://postgres@127.0.0.1:1/postgres"


class Command:
    """`lodestone-gateway`, run in this process, and what it prints."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def run(self, command: str, database_url: str, nats_url: str) -> tuple[object, str]:
        """Returns the exit status and the output; 0 if it simply returns."""
        self._monkeypatch.setattr(sys, "argv", ["lodestone-gateway", *command.split()])
        self._monkeypatch.setenv("LODESTONE_DATABASE_URL", database_url)
        self._monkeypatch.setenv("LODESTONE_NATS_URL", nats_url)
        try:
            main()
        except SystemExit as end:
            return end.code, self._capsys.readouterr().err
        return 0, ""


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    monkeypatch.setattr("lodestone.telemetry.configure_logging", lambda *_: None)
    monkeypatch.setattr("lodestone.bus.connection.CONNECT_SECONDS", 1.0)
    return Command(monkeypatch, capsys)


def with_name(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


@pytest.mark.parametrize(("name", "status"), [("migrate", 1), ("rebuild", 2)])
def test_a_command_tells_what_is_wrong(
    command: Command, name: str, status: int, own_nats: NatsServer, postgres_url: str
) -> None:
    bus = own_nats.users["operator"]
    refused = f"nats://operator:wrong@127.0.0.1:{urlsplit(own_nats.url).port}"
    assert command.run("migrate", postgres_url, bus) == (0, "")
    for sentence, database_url, nats_url in (
        ("LODESTONE_NATS_URL", postgres_url, "nats://:4222"),
        ("like postgresql://", "mysql:/nonsense", bus),
        ("Is it running, and is LODESTONE_DATABASE_URL correct?", NOWHERE, bus),
        ("This database does not exist.", with_name(postgres_url, "none"), bus),
        ("NATS refused the user operator: 'Authorization Violation'", postgres_url, refused),
        ("NATS refused the user operator", postgres_url, "nats://127.0.0.1:1"),
    ):
        ended, words = command.run(name, database_url, nats_url)

        assert (ended, sentence in words) == (status, True), words
        assert "wrong@" not in words


def test_a_rebuild_without_tables_says_what_to_run_first(
    command: Command, own_nats: NatsServer, postgres_url: str
) -> None:
    bus = own_nats.users["operator"]
    assert command.run("migrate", postgres_url, bus) == (0, "")

    ended, words = command.run("rebuild", with_name(postgres_url, "postgres"), bus)

    assert (ended, "Run `lodestone-gateway migrate` first" in words) == (2, True), words


def test_a_database_of_a_newer_release_is_told(
    command: Command, own_nats: NatsServer, postgres_url: str
) -> None:
    bus = own_nats.users["operator"]
    assert command.run("migrate", postgres_url, bus) == (0, "")
    with psycopg.connect(postgres_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_post_later'")

    ended, words = command.run("migrate", postgres_url, bus)

    assert (ended, "This release cannot migrate the database" in words) == (1, True), words
    assert "9999_post_later" in words


def test_a_subscriber_that_cannot_be_added_is_told_why(
    command: Command, monkeypatch: pytest.MonkeyPatch, own_nats: NatsServer, tmp_path: Path
) -> None:
    file = tmp_path / "subscribers.json"
    monkeypatch.setenv("LODESTONE_SUBSCRIBERS_FILE", str(file))
    bus = own_nats.users["operator"]
    refused = f"nats://operator:wrong@127.0.0.1:{urlsplit(own_nats.url).port}"
    for sentence, nats_url in (
        ("The bus is not set up. Run `lodestone-gateway migrate` first.", bus),
        ("NATS refused the user operator: 'Authorization Violation'", refused),
        ("NATS refused the user operator: it does not answer", "nats://127.0.0.1:1"),
    ):
        ended, words = command.run("subscriber add newsletter", NOWHERE, nats_url)

        assert (ended, sentence in words) == (1, True), words
        assert "wrong@" not in words
        assert not file.exists()


def test_a_user_of_the_bus_that_is_not_the_operator_is_told(
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
    own_nats: NatsServer,
    postgres_url: str,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("LODESTONE_SUBSCRIBERS_FILE", str(tmp_path / "subscribers.json"))
    assert command.run("migrate", postgres_url, own_nats.users["operator"]) == (0, "")

    for name, status in (("migrate", 1), ("rebuild", 2), ("subscriber add early", 1)):
        ended, words = command.run(name, postgres_url, own_nats.users["polish"])

        said = "LODESTONE_NATS_URL must name the user operator" in words
        assert (ended, said) == (status, True), (name, words)


def test_a_port_that_is_taken_is_told(postgres_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        env = {
            "LODESTONE_DATABASE_URL": postgres_url,
            "LODESTONE_NATS_URL": "nats://127.0.0.1:1",
            "LODESTONE_JWT_SECRET": "s" * 40,
            "LODESTONE_JWT_AUDIENCE": "lodestone",
            "LODESTONE_JWT_ISSUER": "https://login.example.com",
            "LODESTONE_PORT": str(taken.getsockname()[1]),
        }
        done = subprocess.run(
            [sys.executable, "-m", "lodestone_gateway", "serve"],
            env=os.environ | env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert (done.returncode, "The port is taken" in done.stderr) == (1, True), done.stderr
    assert "Traceback" not in done.stderr


def test_the_migration_before_the_new_processes_makes_what_they_consume(
    command: Command, own_nats: NatsServer, postgres_url: str
) -> None:
    assert command.run("migrate --pre", postgres_url, own_nats.users["operator"]) == (0, "")

    told = httpx2.get(f"{own_nats.monitoring_url}/jsz?accounts=true&consumers=true", trust_env=False).json()
    streams = [stream for account in told["account_details"] for stream in account.get("stream_detail", [])]
    (jobs,) = (stream for stream in streams if stream["name"] == "JOBS")
    assert {consumer["name"] for consumer in jobs["consumer_detail"]} == set(JOB_TYPES)
