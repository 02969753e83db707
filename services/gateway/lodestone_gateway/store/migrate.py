"""Brings the tables to the newest version: one process at a time, by an advisory lock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from lodestone.jobs import JOB_TYPES
from sqlalchemy import Connection, create_engine, text

from lodestone_gateway.store.connecting import connect_arguments

LOCK_TIMEOUT = "10s"  # for a table that somebody's open transaction uses
_JOB_TYPE_CHECK = "background_jobs_job_type_check"
_LOCK = 7_205_759_403_792_801  # any number that nothing else in this database locks


def upgrade(database_url: str) -> None:
    """Applies every migration that is missing; the URL's user owns the tables."""
    with _alone(database_url) as connection:
        _run(connection, lambda config: command.upgrade(config, "head"))
        _admit_job_types(connection)


def downgrade(database_url: str, revision: str) -> None:
    """Takes back every migration after `revision`; "base" takes back all."""
    with _alone(database_url) as connection:
        _run(connection, lambda config: command.downgrade(config, revision))


def _run(connection: Connection, action: Callable[[Config], None]) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    action(config)
    connection.commit()


def _admit_job_types(connection: Connection) -> None:
    """Keeps the CHECK on job_type as wide as the registry, so that a new type needs no migration."""
    allowed = ", ".join(f"'{name}'" for name in sorted(JOB_TYPES))
    definition = connection.scalar(
        text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"),
        {"name": _JOB_TYPE_CHECK},
    )
    if all(f"'{name}'" in str(definition) for name in JOB_TYPES):
        return
    connection.execute(
        text(
            f"ALTER TABLE background_jobs DROP CONSTRAINT {_JOB_TYPE_CHECK},"
            f" ADD CONSTRAINT {_JOB_TYPE_CHECK} CHECK (job_type IN ({allowed})) NOT VALID"
        )
    )
    connection.commit()


@contextmanager
def _alone(database_url: str) -> Iterator[Connection]:
    arguments = connect_arguments(database_url, {})
    engine = create_engine("postgresql+psycopg://", creator=partial(psycopg.connect, **arguments))
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
            # Who waits for a table stops everybody who comes after: better to fail and be run again.
            connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
            connection.commit()
            yield connection
    finally:
        engine.dispose()  # ends the session, and with it the lock
