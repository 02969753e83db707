"""Connections ignore every `PG…` variable in a process's environment."""

from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from lodestone_gateway.store.migrate import upgrade
from lodestone_gateway.store.session import Role, connect_directly, make_engine, transaction
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import Conninfo
from sqlalchemy import text
from support.tables import give_tables

HOSTILE = {
    "PGDATESTYLE": "German",
    "PGTZ": "Asia/Tokyo",
    "PGCLIENTENCODING": "LATIN1",
    "PGSERVICE": "elsewhere",
    "PGTARGETSESSIONATTRS": "standby",
    "PGOPTIONS": "-c no_such_setting=1",
    "PGCONNECT_TIMEOUT": "soon",
    "PGHOST": "192.0.2.1",
    "PGHOSTADDR": "192.0.2.1",
    "PGPORT": "1",
    "PGUSER": "nobody",
    "PGPASSWORD": "wrong",
    "PGDATABASE": "elsewhere",
    "PGSSLMODE": "verify-full",
    "PGREQUIREAUTH": "gss",
    "PGCHANNELBINDING": "require",
    "PGAPPNAME": "x" * 200,
    "PGGEQO": "maybe",
}
SEEN = ("2026-03-04 05:06:07+00", "UTF8", "read committed", "off")
LOOK = """
    SELECT timestamptz '2026-03-04 05:06:07+00', '🚀 é', timestamptz '2026-03-04 05:06:07+00'::text,
        current_setting('client_encoding'), current_setting('transaction_isolation'),
        current_setting('transaction_read_only')"""


@pytest.fixture(scope="module")
def database_url(module_postgres_url: str) -> str:
    give_tables(module_postgres_url)
    return module_postgres_url


async def look(database_url: str) -> None:
    engine = make_engine(database_url, Role.READER, pool_size=1)
    async with transaction(engine) as session:
        by_engine = (await session.execute(text(LOOK.replace(":", r"\:")))).one()
    await engine.dispose()
    async with await connect_directly(database_url, Role.READER) as connection:
        by_hand = await (await connection.execute(LOOK.encode())).fetchone()
    right = (datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC), "🚀 é", *SEEN)
    assert (tuple(by_engine), by_hand) == (right, right)


@pytest.mark.parametrize("variable", HOSTILE)
async def test_variable_of_the_environment_changes_nothing(
    database_url: str, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, HOSTILE[variable])

    upgrade(database_url)
    await look(database_url)


async def test_settings_of_the_database_change_nothing(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"datestyle": "German", "timezone": "Asia/Tokyo", "default_transaction_read_only": "on"}
    with psycopg.connect(database_url, autocommit=True) as connection:
        for name, value in settings.items():
            name_of_it = conninfo_to_dict(database_url)["dbname"]
            connection.execute(f"ALTER DATABASE {name_of_it} SET {name} = '{value}'".encode())

    upgrade(database_url)
    await look(database_url)

    with psycopg.connect(database_url, options="-c default_transaction_read_only=off") as connection:
        connection.execute(f"ALTER DATABASE {name_of_it} RESET ALL".encode())


def test_every_variable_that_libpq_knows_is_meant() -> None:
    known = {option.envvar.decode() for option in Conninfo.get_defaults() if option.envvar}

    assert {name for name in HOSTILE if name not in known} == {"PGDATESTYLE", "PGTZ", "PGGEQO"}


async def test_password_is_looked_up_where_the_url_or_the_user_says(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = conninfo_to_dict(database_url)
    passwords = tmp_path / "pgpass"
    passwords.write_text(f"*:*:*:*:{parts.pop('password', 'none')}\n")
    passwords.chmod(0o600)

    await look(make_conninfo("", **parts, passfile=str(passwords)))
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    await look(make_conninfo("", **parts))
