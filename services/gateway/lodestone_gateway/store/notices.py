"""Hearing what other processes committed: LISTEN on a connection of its own."""

import asyncio
from collections.abc import Callable

import psycopg
import structlog

from lodestone_gateway.store.session import Role, connect_directly

RECONNECT_SECONDS = 1.0

log = structlog.get_logger(__name__)


async def listen(database_url: str, role: Role, channel: str, on_notice: Callable[[], None]) -> None:
    """Calls `on_notice` at each NOTIFY of the channel, and after each connect for those missed before.

    Reconnects for ever; cancel it to stop. A notice may be lost with its connection: look without one, too.
    """
    while True:
        try:
            async with await connect_directly(database_url, role) as connection:
                await connection.execute(psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(channel)))
                on_notice()
                async for _ in connection.notifies():
                    on_notice()
        except psycopg.Error as error:
            log.warning("no connection for notices", channel=channel, error=str(error))
        await asyncio.sleep(RECONNECT_SECONDS)
