"""The password of a login and the certificate of Postgres are changed while a gateway serves."""

import contextlib
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from lodestone.ids import new_id
from lodestone_gateway.settings import GatewaySettings
from lodestone_gateway.store.migrate import upgrade
from lodestone_local import postgres_cluster, postgres_server
from lodestone_local.nats_server import free_port
from support.api import MEANT, NO_NATS, SECRET, RunningGateway, token
from support.backends import PostgresServer
from support.certificates import certify
from support.waiting import eventually

WITH_TLS = Path("/usr/lib/postgresql/15/bin")  # Debian's path; the embedded Postgres has no TLS


class Server(PostgresServer):
    """A Postgres that asks the gateway for its password, at a TCP port."""

    def __init__(self, directory: Path, *options: str) -> None:
        self.port = free_port()
        self.directory = directory
        listening = ("-c", "listen_addresses=127.0.0.1", "-c", f"port={self.port}")
        super().__init__(directory, *listening, *options)

    @property
    def url(self) -> str:
        return f"{super().url}&port={self.port}"

    def url_of_gateway(self, **parts: object) -> str:
        """What a gateway gets; `parts` are parameters of libpq."""
        password = parts.pop("password", None)
        login = f"lodestone_gateway:{password}" if password else "lodestone_gateway"
        told = "&".join(f"{name}={value}" for name, value in parts.items())
        return f"postgresql://{login}@127.0.0.1:{self.port}/postgres?{told}"

    def set_up(self, kind: str) -> None:
        """Makes tables and logins. Who is not the owner comes by TCP, encrypted if the kind is hostssl."""
        self.start()
        upgrade(self.url)
        rules = f"local all all trust\n{kind} all all 127.0.0.1/32 scram-sha-256\n"
        (self.directory / "pg_hba.conf").write_text(rules)
        self.reload()

    def reload(self) -> None:
        self.run("SELECT pg_reload_conf()")

    def set_password(self, password: str) -> None:
        self.run(f"ALTER ROLE lodestone_gateway PASSWORD '{password}'")

    def cut_off(self) -> None:
        """Ends the gateway's connections, as a failover does."""
        self.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'lodestone_gateway'")

    def run(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("rotation") / "postgres")
    server.set_up("host")
    yield server
    server.discard()


@pytest.fixture
def encrypted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """With the certificate in `tls`, signed by the authority there."""
    if not (WITH_TLS / "initdb").exists():
        pytest.skip(f"there is no Postgres 15 in {WITH_TLS}; Debian's package postgresql-15 has it")
    for module in (postgres_cluster, postgres_server):
        monkeypatch.setattr(module, "postgres_program", lambda name: str(WITH_TLS / name))
    monkeypatch.setattr(postgres_cluster, "VERSION", 15)
    monkeypatch.setattr(postgres_cluster, "LOCALE", ("--locale=C", "--encoding=UTF8"))
    tls = tmp_path / "tls"
    certify(tls)
    files = ("-c", f"ssl_cert_file={tls}/server.pem", "-c", f"ssl_key_file={tls}/server.key")
    server = Server(tmp_path / "postgres", "-c", "ssl=on", *files)
    server.set_up("hostssl")
    yield server
    server.discard()


@contextlib.asynccontextmanager
async def gateway(database_url: str) -> AsyncIterator[RunningGateway]:
    values: dict[str, Any] = {"jwt_secret": SECRET, "jwt_audience": MEANT["aud"], "jwt_issuer": MEANT["iss"]}
    settings = GatewaySettings(database_url=database_url, nats_url=NO_NATS, port=0, **values)
    running = await RunningGateway(settings).ready()
    try:
        yield running
    finally:
        running.begin_stop()
        await running.stopped()


async def answers(running: RunningGateway) -> bool:
    bearer = {"Authorization": f"Bearer {token(new_id())}"}
    return (await running.client.get("/api/usage", headers=bearer)).status_code == 200


async def test_gateways_take_a_new_password_one_after_the_other(server: Server) -> None:
    server.set_password("old")
    async with gateway(server.url_of_gateway(password="old")) as first:
        assert await answers(first)

        server.set_password("new")

        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(server.url_of_gateway(password="old"))
        async with gateway(server.url_of_gateway(password="new")) as second:
            assert await answers(first)  # over the connections that it has
            assert await answers(second)


async def test_a_password_in_a_file_is_changed_without_a_restart(server: Server, tmp_path: Path) -> None:
    passwords = tmp_path / "pgpass"

    def keep(password: str) -> None:
        server.set_password(password)
        passwords.write_text(f"*:*:*:*:{password}\n")
        passwords.chmod(0o600)

    keep("old")
    async with gateway(server.url_of_gateway(passfile=passwords)) as running:
        assert await answers(running)

        keep("new")
        server.cut_off()

        await eventually(lambda: answers(running), within=20, told="it has signed in again")


async def test_certificate_and_authority_are_changed_without_a_restart(
    encrypted: Server, tmp_path: Path
) -> None:
    trusted, old = tmp_path / "trusted.pem", (tmp_path / "tls" / "ca.pem").read_bytes()
    trusted.write_bytes(old)
    encrypted.set_password("right")
    url = encrypted.url_of_gateway(password="right", sslmode="verify-full", sslrootcert=trusted)
    async with gateway(url) as running:
        assert await answers(running)

        new = certify(tmp_path / "new").read_bytes()
        for name in ("server.pem", "server.key"):
            shutil.copy(tmp_path / "new" / name, tmp_path / "tls" / name)
        encrypted.reload()
        for authorities in (old + new, new):
            trusted.write_bytes(authorities)
            encrypted.cut_off()
            await eventually(lambda: answers(running), within=20, told="it trusts the new authority")
