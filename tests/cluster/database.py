"""A Postgres with TLS: Debian's 15, or the embedded 18, which knows none, behind a door that does."""

from pathlib import Path

import psycopg
from cluster.certificates import Authority
from cluster.image import BINARIES, PATH, Container, Image
from cluster.network import Network
from cluster.server import Server, give, own_folder, password_of
from lodestone_local.postgres_programs import postgres_program
from support.manifests import ROOT
from support.waiting import eventually_sync

HOST, PORT = "postgres.example.com", 5432
DATABASE, OWNER, SUPERUSER = "lodestone", "lodestone_owner", "postgres"
LOGINS = ("gateway", "relay", "projector", "reconciler")
DEBIAN = Path("/usr/lib/postgresql/15/bin")
RULES = "local all all scram-sha-256\nhostssl all all 0.0.0.0/0 scram-sha-256\n"
SECRETS = "/etc/postgres"
WITH_TLS = {
    "listen_addresses": "*",
    "ssl": "on",
    "ssl_cert_file": f"{SECRETS}/tls.crt",
    "ssl_key_file": f"{SECRETS}/tls.key",
}
BEHIND_A_DOOR = {"listen_addresses": ""}
COMMON = {"max_connections": "300", "hba_file": f"{SECRETS}/pg_hba.conf", "unix_socket_directories": "/data"}


class Postgres:
    """The server, in a namespace of its own."""

    def __init__(self, folder: Path, network: Network, image: Image, version: int) -> None:
        self.authority = Authority("postgres")
        self._folder, self._network, self._image = folder / "postgres", network, image
        self._is_debian = version == 15
        self._bin = DEBIAN if self._is_debian else Path(postgres_program("postgres")).parent
        self._log = folder / "logs" / "postgres.log"

    def start(self) -> None:
        """Returns once it answers, with the database and the logins that docs/deploy.md asks for."""
        self.place = self._network.join("postgres", "10.77.0.30")
        self._network.name(HOST, self.place.address)
        secrets = self._folder / "secrets"
        self.authority.issue(secrets, HOST)
        (secrets / "pg_hba.conf").write_text(RULES)
        (secrets / "password").write_text(password_of(SUPERUSER))
        (secrets / "tls.key").chmod(0o600)
        give(secrets)
        self._folders = {"/data": own_folder(self._folder / "data"), SECRETS: secrets}
        locale = ("--encoding=UTF8", "--locale=C.UTF-8")
        made = self._run("initdb", "-D", "/data/db", "-U", SUPERUSER, f"--pwfile={SECRETS}/password", *locale)
        assert made.process.wait(120) == 0, self._log.read_text()
        settings = COMMON | (WITH_TLS if self._is_debian else BEHIND_A_DOOR)
        given = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self._run("postgres", "-D", "/data/db", *given)
        if not self._is_debian:
            python = str(BINARIES / "python")
            self._run(python, "-m", "cluster.postgres_door", SECRETS, f"/data/.s.PGSQL.{PORT}", str(PORT))
        eventually_sync(self._answers, within=60, told="Postgres answers")
        self._make_logins()

    def url(self, login: str = SUPERUSER, database: str = DATABASE) -> str:
        """Of one of its logins, as a client outside would write it."""
        trust = f"sslmode=verify-full&sslrootcert={self._folder / 'secrets' / 'ca.crt'}"
        return f"postgresql://{login}:{password_of(login)}@{HOST}:{PORT}/{database}?{trust}"

    def _run(self, *command: str) -> Server:
        container = Container(
            command=command,
            env={"PATH": f"{self._bin}:{PATH}", "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT / "tests")},
            folders=self._folders,
            memory={"/dev/shm": "256m"},  # noqa: S108
            writable=frozenset({"/data"}),
        )
        return Server(self._image, self.place, container, self._log)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url(database="postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def _make_logins(self) -> None:
        with psycopg.connect(self.url(database="postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEROLE PASSWORD '{password_of(OWNER)}'")
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
        with psycopg.connect(self.url(OWNER), autocommit=True) as connection:
            for login in (f"lodestone_{name}" for name in LOGINS):
                password = password_of(login)
                connection.execute(f"CREATE ROLE {login} LOGIN NOINHERIT PASSWORD '{password}'")
