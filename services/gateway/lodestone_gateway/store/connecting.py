"""How each connection to Postgres is made: from its URL and our settings, ignoring the environment.

libpq takes whatever the URL leaves out from `PG…` variables of whoever started the process: another date
style breaks what is read, another service or session attribute leads elsewhere or nowhere. Only variables
that name a file stay, for URLs without a password or with `service=`.
"""

import os
from collections.abc import Mapping
from typing import Any, TypeVar

from psycopg import AsyncConnection
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo
from psycopg.rows import TupleRow

WAIT_SECONDS = 60.0  # between two looks at a connection that says nothing
CONNECT_SECONDS = 5  # unless the URL has a connect_timeout
KEPT = {"PGPASSFILE", "PGSERVICEFILE", "PGSYSCONFDIR"}
SETTINGS = {"PGDATESTYLE", "PGTZ", "PGGEQO"}  # what libpq sends besides the parameters of a connection
RELIED_ON = {
    "DateStyle": "ISO",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "standard_conforming_strings": "on",
    "default_transaction_read_only": "off",
    "default_transaction_isolation": r"read\ committed",
}
"""Settings for which a role, a database or a server may have other values."""

Result = TypeVar("Result")


class PatientConnection(AsyncConnection[TupleRow]):
    """A connection that waits without work: psycopg's own wakes up ten times a second, to notice Ctrl-C."""

    async def wait(
        self, gen: PQGen[Result], interval: float = WAIT_SECONDS, timeout: float | None = None
    ) -> Result:
        """Waits for what psycopg does on the connection. Raises what that raises."""
        return await super().wait(gen, interval, timeout)


def connect_arguments(database_url: str, settings: Mapping[str, str]) -> dict[str, Any]:
    """The arguments of psycopg's `connect`; `settings` are those of the session.

    What the URL says stays: sslmode, passfile, options, target_session_attrs, several hosts.
    Raises psycopg.ProgrammingError for what is not the URL of a database.
    """
    _become_deaf()
    given = conninfo_to_dict(database_url)
    options = [f"-c {name}={value}" for name, value in (RELIED_ON | dict(settings)).items()]
    return {
        "connect_timeout": CONNECT_SECONDS,
        **given,
        "client_encoding": "UTF8",
        "options": " ".join([str(given.get("options", "")), *options]).strip(),
    }


def _become_deaf() -> None:
    variables = {option.envvar.decode() for option in Conninfo.get_defaults() if option.envvar}
    for name in (variables | SETTINGS) - KEPT:
        os.environ.pop(name, None)
