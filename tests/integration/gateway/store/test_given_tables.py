"""The database that a test is given is the one that the migrations make."""

import psycopg
from lodestone_gateway.store.migrate import upgrade
from psycopg.rows import TupleRow
from support.tables import give_tables

LOOKS = (
    "SELECT version_num FROM alembic_version",
    """SELECT relname, relkind, relacl::text, relrowsecurity, relforcerowsecurity, reloptions
        FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY relname""",
    "SELECT tablename, policyname, roles, cmd, qual, with_check FROM pg_policies ORDER BY 1, 2",
    """SELECT oid::regprocedure::text, prosrc, proacl::text, proconfig
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1""",
    "SELECT datacl::text FROM pg_database WHERE datname = current_database()",
    """SELECT setrole::regrole::text, setconfig FROM pg_db_role_setting
        JOIN pg_database ON pg_database.oid = setdatabase WHERE datname = current_database()""",
)


def seen(url: str) -> list[list[TupleRow]]:
    with psycopg.connect(url) as connection:
        return [connection.execute(look).fetchall() for look in LOOKS]


def test_a_copy_has_all_that_migrations_make(postgres_url: str, module_postgres_url: str) -> None:
    upgrade(postgres_url)
    give_tables(module_postgres_url)

    assert seen(module_postgres_url) == seen(postgres_url)
