"""Remote backends, named by URL: whether they can be used, in words and within seconds."""

import asyncio
import json
import socket
from typing import Any
from urllib.parse import urlsplit

from lodestone.errors import Misconfigured

OLDEST_NATS = (2, 12)  # the first with everything the bus relies on
OLDEST_POSTGRES = 15
ANSWER_SECONDS = 5.0
GREETING_BYTES = 64 * 1024


def look_at_nats(url: str) -> str:
    """What runs there, without its password. Raises Misconfigured if it cannot be used."""
    try:
        servers = [urlsplit(each if "//" in each else f"//{each}") for each in url.split(",")]
        addresses = [(server.hostname or "", server.port or 4222) for server in servers]
    except ValueError as error:
        raise _unusable_nats(f"it is not a URL ({error})") from error
    host, port, told = _greeting(addresses)
    version = str(told.get("version", "of unknown version"))
    if _numbers(version) < OLDEST_NATS:
        raise _unusable_nats(f"the server at {host}:{port} is {version}, but 2.12 is needed")
    if not told.get("jetstream"):
        raise _unusable_nats(f"the server at {host}:{port} has no JetStream; enable it")
    asyncio.run(_sign_in(url))
    return f"external, {version} at {host}:{port}"


def look_at_postgres(url: str) -> str:
    """The same for the database."""
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=max(int(ANSWER_SECONDS), 1)) as connection:
            connection.execute("SELECT 1")
            info = connection.info
            version, where = info.server_version, f"{info.host}:{info.port}"
    except psycopg.OperationalError as error:
        raise _unusable_postgres(str(error).splitlines()[0]) from error
    except psycopg.Error as error:  # its text may contain the URL, which may contain a password
        raise _unusable_postgres("it is not a Postgres URL") from error
    if version < OLDEST_POSTGRES * 10_000:
        raise _unusable_postgres(
            f"the server is version {version // 10_000}, but {OLDEST_POSTGRES} is needed"
        )
    return f"external, {version // 10_000}.{version % 10_000} at {where}"


def _greeting(addresses: list[tuple[str, int]]) -> tuple[str, int, dict[str, Any]]:
    problem = "it names no server"
    for host, port in addresses:
        try:
            return host, port, _read_greeting(host, port)
        except TimeoutError:
            problem = f"nothing answers at {host}:{port}"
        except OSError as error:
            problem = f"{host}:{port} cannot be reached ({error.strerror or error})"
        except ValueError:
            problem = f"what answers at {host}:{port} is not a NATS server"
    raise _unusable_nats(problem)


def _read_greeting(host: str, port: int) -> dict[str, Any]:
    with socket.create_connection((host, port), timeout=ANSWER_SECONDS) as connection:
        line = connection.makefile("rb").readline(GREETING_BYTES)
    if not line.startswith(b"INFO {"):
        raise ValueError
    return dict(json.loads(line[len(b"INFO ") :]))


async def _sign_in(url: str) -> None:
    import nats

    problems: list[Exception] = []

    async def note(problem: Exception) -> None:
        problems.append(problem)

    try:
        async with asyncio.timeout(ANSWER_SECONDS):  # left to itself, the client tries for minutes
            client = await nats.connect(url.split(","), allow_reconnect=False, error_cb=note)
        await client.close()
    except (nats.errors.Error, OSError, ValueError) as error:
        problem = problems[-1] if problems else error
        raise _unusable_nats(str(problem) or "it does not answer the login") from error


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("-")[0].split(".") if part.isdigit())


def _unusable_nats(why: str) -> Misconfigured:
    return Misconfigured(
        f"The NATS server of LODESTONE_NATS_URL cannot be used: {why}. "
        "Fix that, or unset the variable to use the embedded one."
    )


def _unusable_postgres(why: str) -> Misconfigured:
    return Misconfigured(
        f"The Postgres of LODESTONE_DATABASE_URL cannot be used: {why}. "
        "Fix that, or unset the variable to use the embedded one."
    )
