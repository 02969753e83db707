"""A new database of deploy/compose.yaml: logins first, then `migrate` as an owner who is no superuser."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from lodestone_gateway.store.migrate import upgrade
from support.backends import PostgresServer

DEPLOY = Path(__file__).parents[4] / "deploy"
DATABASE = "lodestone"


def test_an_owner_who_is_no_superuser_migrates_and_each_login_gets_its_rights(
    own_postgres: PostgresServer, tmp_path: Path
) -> None:
    for file in ("docker/make_secrets.py", "nats/accounts.conf"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        shutil.copy(DEPLOY / file, tmp_path / file)
    env = os.environ | {"ANTHROPIC_API_KEY": "sk-test"}
    subprocess.run([sys.executable, tmp_path / "docker" / "make_secrets.py"], env=env, check=True)
    statements = (tmp_path / "secrets" / "logins.sql").read_text().splitlines()
    with psycopg.connect(own_postgres.url, autocommit=True) as superuser:
        for statement in statements:
            superuser.execute(statement.encode())

    upgrade(_as(own_postgres, "lodestone_owner"))

    with psycopg.connect(_as(own_postgres, "lodestone_gateway")) as gateway:
        gateway.execute("SET ROLE lodestone_reader")
        assert gateway.execute("SELECT count(*) FROM background_jobs").fetchone() == (0,)
    with psycopg.connect(_as(own_postgres, "lodestone_relay")) as relay:
        assert relay.execute("SELECT count(*) FROM outbox").fetchone() == (0,)
    with psycopg.connect(own_postgres.url) as superuser:
        [owner] = superuser.execute(
            "SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = 'lodestone_owner'"
        ).fetchall()
    assert owner == (False, True)


def _as(server: PostgresServer, login: str) -> str:
    """The URL of the new database for this login."""
    parts = urlsplit(server.url)
    return parts._replace(netloc=f"{login}@", path=f"/{DATABASE}").geturl()
