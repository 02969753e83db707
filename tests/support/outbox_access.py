"""A fresh database as its owner sees it, and as the relay does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from lodestone_gateway.store.autocommit import AutocommitConnection
from lodestone_gateway.store.session import Role
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from support.tables import give_tables


@asynccontextmanager
async def owner_and_relay(database_url: str) -> AsyncIterator[tuple[AsyncEngine, AutocommitConnection]]:
    """Migrates the database, and closes both at the end."""
    await asyncio.to_thread(give_tables, database_url)
    engine = create_async_engine(make_url(database_url).set(drivername="postgresql+psycopg"))
    connection = AutocommitConnection(database_url, Role.RELAY)
    yield engine, connection
    await connection.close()
    await engine.dispose()
