"""Recognisable text for every free-text field, and a search for it in tables and stream."""

import json
from collections.abc import Iterator
from typing import Any

from lodestone.wire import JsonObject
from nats.aio.client import Client
from nats.js.errors import NotFoundError
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from support.samples import problems

CANARY = "kanarienvogel"

_EVERY_TABLE = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema()"


def marked(model: type[BaseModel], body: JsonObject) -> JsonObject:
    """The body with a canary in each free text; it is as valid as before."""
    whole = json.loads(json.dumps(body))
    for inner, key in list(_texts(whole)):
        before = inner[key]
        inner[key] = f"{before} {CANARY}"
        if problems(model, whole):
            inner[key] = before
    assert CANARY in json.dumps(whole)
    return dict(whole)


async def canaries_in_tables(engine: AsyncEngine) -> list[str]:
    """The rows that hold a canary, from every table."""
    async with engine.connect() as connection:
        tables = (await connection.execute(text(_EVERY_TABLE))).scalars().all()
        return [found for table in tables for found in await _canaries_in(connection, table)]


async def canaries_in_stream(client: Client) -> list[str]:
    """The subjects of all messages in the stream that hold a canary."""
    jetstream, found = client.jetstream(), []
    state = (await jetstream.stream_info("JOBS")).state
    for sequence in range(state.first_seq, state.last_seq + 1):
        try:
            message = await jetstream.get_msg("JOBS", sequence)
        except NotFoundError:
            continue
        if CANARY in f"{message.data!r} {message.headers}":
            found.append(str(message.subject))
    return found


async def _canaries_in(connection: AsyncConnection, table: str) -> list[str]:
    rows = await connection.execute(text(f"SELECT row::text FROM {table} AS row"))  # noqa: S608
    return [f"{table}: {row[:300]}" for (row,) in rows if CANARY in row]


def _texts(body: Any) -> Iterator[tuple[Any, Any]]:
    """The places of the texts: the object or list that holds each, and its name or index there."""
    for key, value in body.items() if isinstance(body, dict) else enumerate(body):
        if isinstance(value, str):
            yield body, key
        elif isinstance(value, dict | list):
            yield from _texts(value)
