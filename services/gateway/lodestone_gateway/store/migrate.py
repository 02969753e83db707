"""Brings the tables to the newest version: one process at a time, by an advisory lock."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from lodestone.errors import Misconfigured
from lodestone.jobs import JOB_TYPES
from sqlalchemy import Connection, create_engine, text

from lodestone_gateway.store.connecting import connect_arguments

SCRIPTS = Path(__file__).parent / "migrations"
LOCK_TIMEOUT = "10s"  # for a table that somebody's open transaction uses
LOCK_SECONDS = 0.2  # between two looks whether another process still migrates
_JOB_TYPE_CHECK = "background_jobs_job_type_check"
_LOCK = 7_205_759_403_792_801  # any number that nothing else in this database locks


def upgrade(database_url: str, *, only_pre: bool = False) -> None:
    """Applies every migration that is missing; the URL's user owns the tables.

    With `only_pre` it leaves out the newest ones that are `post`, so that the previous release can go on.
    Raises Misconfigured when that is impossible, and when the database is newer than this release.
    """
    with _alone(database_url) as connection:
        try:
            _run(connection, lambda config: _upgrade(config, only_pre=only_pre))
        except CommandError as error:
            raise Misconfigured(
                f"This release cannot migrate the database: {error}. Was it migrated by a newer release?"
            ) from error
        _admit_job_types(connection)
        _open_lanes(connection)


def _upgrade(config: Config, *, only_pre: bool) -> None:
    missing = _missing(config)
    if len(missing) == len(_all(config)) or not only_pre:
        command.upgrade(config, "head")  # a new database has no previous release
    elif before_post := up_to_post(missing):
        command.upgrade(config, before_post[-1].partition("_")[0])


def up_to_post(missing: Sequence[str]) -> Sequence[str]:
    """The missing migrations before the first `post` one, given the names of all missing, oldest first.

    Raises Misconfigured when a `pre` one comes after a `post` one: then more than one release is missing.
    """
    first = next((index for index, name in enumerate(missing) if _is_post(name)), len(missing))
    if not all(_is_post(name) for name in missing[first:]):
        raise Misconfigured(
            f"The database is more than one release behind: {missing[first]} comes before migrations that "
            "this release needs, and a running older process may not work with it. Upgrade to the release in "
            "between first, or stop all processes and run `lodestone-gateway migrate`."
        )
    return missing[:first]


def _is_post(name: str) -> bool:
    return "_post_" in name


def _all(config: Config) -> list[str]:
    """The names of all migrations, oldest first."""
    scripts = ScriptDirectory.from_config(config).walk_revisions()
    return [Path(script.path).stem for script in scripts][::-1]


def _missing(config: Config) -> list[str]:
    connection = config.attributes["connection"]
    applied = MigrationContext.configure(connection).get_current_revision()
    connection.commit()  # alembic would go on in this transaction, with all migrations
    return [name for name in _all(config) if applied is None or name.partition("_")[0] > applied]


def downgrade(database_url: str, revision: str) -> None:
    """Takes back every migration after `revision`; "base" takes back all."""
    with _alone(database_url) as connection:
        _run(connection, lambda config: command.downgrade(config, revision))


def _run(connection: Connection, action: Callable[[Config], None]) -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
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


def _open_lanes(connection: Connection) -> None:
    """Gives each job type of the registry its clocks in the outbox, likewise; not before there are any."""
    if connection.scalar(text("SELECT to_regproc('lodestone_open_lanes')")) is None:
        return
    for name in JOB_TYPES:
        connection.execute(text("SELECT lodestone_open_lanes(:name)"), {"name": name})
    connection.commit()


@contextmanager
def _alone(database_url: str) -> Iterator[Connection]:
    arguments = connect_arguments(database_url, {})
    engine = create_engine("postgresql+psycopg://", creator=partial(psycopg.connect, **arguments))
    try:
        with engine.connect() as connection:
            _wait_for_lock(connection)
            # Waiting for a table blocks everyone who comes later: better to fail and be run again.
            connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
            connection.commit()
            yield connection
    finally:
        engine.dispose()  # ends the session, and with it the lock


def _wait_for_lock(connection: Connection) -> None:
    # Asked again and again: whoever builds an index concurrently waits for every statement that is waiting.
    while not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _LOCK}):
        connection.rollback()
        time.sleep(LOCK_SECONDS)
