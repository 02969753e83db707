"""Errors of commands, as sentences that say what to do."""

import contextlib
import re
from collections.abc import Iterator

import psycopg
from lodestone.bus.connection import BusClient, connect_once, servers_of, trust_of
from lodestone.errors import Misconfigured
from lodestone.settings import BusSettings
from nats.errors import Error as BusError
from nats.errors import NoRespondersError
from nats.js.errors import NotFoundError
from sqlalchemy.exc import DBAPIError

USER = "operator"
BY_STATE = {
    "28": "Postgres refused the login. Check user and password.",
    "3D": "This database does not exist. Create it, or check the name.",
    "42P01": "A table is missing. Run `lodestone-gateway migrate` first.",
    "42703": "A column is missing. Run `lodestone-gateway migrate` first.",
    "42501": "This database user is not allowed to do that. Use the owner's URL.",
    "55P03": "An open transaction has locked what is to be changed. End it and try again.",
}
"""By the prefix of an SQLSTATE."""
BY_TEXT = (
    (re.compile("authentication failed"), BY_STATE["28"]),
    (re.compile(r'database "[^"]*" does not exist'), BY_STATE["3D"]),
    (
        re.compile("permission denied to create role"),
        "`migrate` creates the processes' logins, but the owner of the"
        " database is not allowed to: have a superuser run `ALTER ROLE … CREATEROLE`.",
    ),
    (
        re.compile("permission denied to grant role|must have admin option"),
        "Another owner created the processes' roles:"
        " have them, or a superuser, run"
        " `GRANT lodestone_app, lodestone_reader, lodestone_limiter TO … WITH ADMIN OPTION`.",
    ),
    (
        re.compile("permission denied to set role"),
        "This user cannot read as `lodestone_reader`: it must be the owner"
        " of the database. First run `lodestone-gateway migrate` as that owner.",
    ),
)
"""By the text of Postgres, which says more, or comes without a state."""


async def connected(settings: BusSettings) -> BusClient:
    """A connection to the bus as its operator; tries once. Raises Misconfigured."""
    try:
        return await connect_once(servers_of(settings, USER), USER, trust_of(settings))
    except (BusError, OSError, TimeoutError) as error:
        reason = str(error).removeprefix("nats: ") or "it does not answer"
        raise Misconfigured(
            f"NATS refused the user {USER}: {reason}. Is it running, and is LODESTONE_NATS_URL correct?"
        ) from error


@contextlib.contextmanager
def in_words() -> Iterator[None]:
    """Raises Misconfigured for common mistakes with the database and the bus."""
    try:
        yield
    except DBAPIError as error:
        raise Misconfigured(_of_database(error.orig or error)) from error
    except psycopg.Error as error:
        raise Misconfigured(_of_database(error)) from error
    except BusError as error:
        raise Misconfigured(_of_bus(error)) from error


def _of_bus(error: BusError) -> str:
    if isinstance(error, NoRespondersError):
        return "NATS has no JetStream. Add `jetstream` to its configuration."
    if isinstance(error, NotFoundError):
        return "The bus is not set up. Run `lodestone-gateway migrate` first."
    reason = str(error).removeprefix("nats: ")
    return f"NATS refused the request: {reason}. LODESTONE_NATS_URL must name the user {USER}."


def _of_database(error: BaseException) -> str:
    state = str(getattr(error, "sqlstate", None) or "")
    text = " ".join(_without_password(word) for word in str(error).split())[:300]
    known = next((words for pattern, words in BY_TEXT if pattern.search(text)), None)
    if known is None:
        known = next((words for start, words in BY_STATE.items() if state.startswith(start)), None)
    if known is None:
        known = "Postgres does not answer as expected. Is it running, and is LODESTONE_DATABASE_URL correct?"
    return f"{known} It says: {text}"


def _without_password(word: str) -> str:
    before, slashes, address = word.partition("//")
    return f"{before}{slashes}…@{address.rpartition('@')[2]}" if "@" in address else word
