"""Engines by database role, and the one transaction at the edge of a request or a batch."""

import select
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from enum import StrEnum
from functools import partial
from types import MappingProxyType
from typing import Any
from uuid import UUID

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import event, func
from sqlalchemy import select as select_rows
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from lodestone_gateway.store.connecting import PatientConnection, connect_arguments


class Role(StrEnum):
    """The database roles; each engine acts as one of them."""

    APP = "lodestone_app"  # the caller's own rows only, by row-level security
    PROJECTOR = "lodestone_projector"  # folds events; the only one that updates jobs
    RECONCILER = "lodestone_reconciler"  # looks at every job; writes only who runs and that it restores
    RELAY = "lodestone_relay"  # the outbox
    READER = "lodestone_reader"  # reads every row, writes nothing
    LIMITER = "lodestone_limiter"  # the rate limits of all users, and nothing else


LOCK_TIMEOUT = {
    Role.APP: "3s",  # then the caller has to try again
    Role.PROJECTOR: "500ms",  # then the job waits alone
    Role.RECONCILER: "3s",
    Role.RELAY: "3s",
    Role.READER: "3s",
    Role.LIMITER: "250ms",  # then it tells a second later
}
"""How long a statement waits for what somebody else has locked."""


def default_plan(name: str) -> dict[str, str]:
    """The session setting that gives users without a plan of their own their limits."""
    return {"lodestone.default_plan": name}


def make_engine(
    database_url: str, role: Role, *, pool_size: int = 10, settings: Mapping[str, str] = MappingProxyType({})
) -> AsyncEngine:
    """An engine whose connections act as `role`, with more `settings` of the session if there are.

    Close it with `dispose`. Connects at first use.
    """
    engine = create_async_engine(
        "postgresql+psycopg://",
        async_creator=partial(
            psycopg.AsyncConnection.connect, **connect_arguments(database_url, {**_limits(role), **settings})
        ),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=15,
        hide_parameters=True,  # errors are logged, and users' texts must not be
    )
    event.listen(engine.sync_engine, "checkout", _check_alive)
    return engine


async def connect_directly(
    database_url: str, role: Role, settings: Mapping[str, str] = MappingProxyType({})
) -> psycopg.AsyncConnection[psycopg.rows.TupleRow]:
    """One autocommit connection outside any pool, with more `settings` of the session if there are.

    Raises psycopg.Error.
    """
    arguments = connect_arguments(database_url, {**_limits(role), **settings})
    return await PatientConnection.connect(autocommit=True, **arguments)


@asynccontextmanager
async def transaction(engine: AsyncEngine, user_id: UUID | None = None) -> AsyncIterator[AsyncSession]:
    """One transaction: committed at the end of the block, rolled back when it raises.

    The app role sees the rows of `user_id` alone, and none without one.
    """
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        if user_id is not None:
            await name_user(session, user_id)
        yield session


async def name_user(session: AsyncSession, user_id: UUID) -> None:
    """From now on the app role sees the rows of this user, and none of the one named before."""
    await session.execute(select_rows(func.set_config("app.user_id", str(user_id), True)))


@asynccontextmanager
async def directly(engine: AsyncEngine) -> AsyncIterator[psycopg.AsyncConnection[psycopg.rows.TupleRow]]:
    """A pooled connection as its driver has it, for hot paths: each statement is a transaction of its own.

    Errors are SQLAlchemy's, as everywhere.
    """
    async with engine.connect() as pooled:
        connection = await driver_of(pooled)
        await connection.set_autocommit(True)
        try:
            yield connection
        except psycopg.Error as error:
            raise DBAPIError.instance(None, None, error, psycopg.Error, hide_parameters=True) from error
        finally:
            if connection.info.transaction_status is TransactionStatus.IDLE:
                await connection.set_autocommit(False)
            else:
                await pooled.invalidate()


@asynccontextmanager
async def snapshot(engine: AsyncEngine, user_id: UUID) -> AsyncIterator[AsyncSession]:
    """A transaction that only reads: all its statements see the rows as they were at one moment."""
    async with transaction(engine.execution_options(isolation_level="REPEATABLE READ"), user_id) as session:
        yield session


@asynccontextmanager
async def single_read(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """For one statement that only reads: a transaction around it would be two more round trips."""
    async with engine.connect() as connection:
        yield await connection.execution_options(isolation_level="AUTOCOMMIT")


async def ask_for_answer(engine: AsyncEngine) -> None:
    """Returns when the database answers. Raises SQLAlchemyError."""
    async with engine.connect() as connection:
        await connection.execute(select_rows(1))


async def driver_of(connection: AsyncConnection) -> psycopg.AsyncConnection[psycopg.rows.TupleRow]:
    """The connection as its driver has it."""
    driver = (await connection.get_raw_connection()).driver_connection
    if not isinstance(driver, psycopg.AsyncConnection):
        raise TypeError(f"{type(driver)} is not a connection of psycopg")
    return driver


def is_gone(driver: psycopg.AsyncConnection[Any]) -> bool:
    """Whether the server has closed an idle connection; asks the kernel, not the server.

    It has nothing to read unless its server has gone. To ask the server would cost every transaction a round
    trip.
    """
    socket = select.poll()
    if not driver.closed:
        socket.register(driver.fileno(), select.POLLIN)
    return driver.closed or bool(socket.poll(0))


def _check_alive(connection: Any, *_: Any) -> None:
    """Replaces pooled connections that the server has closed."""
    if is_gone(connection.driver_connection):
        raise InvalidatePoolError("the server has closed the connection")


def _limits(role: Role) -> dict[str, str]:
    return {
        "role": role,
        "lock_timeout": LOCK_TIMEOUT[role],
        "statement_timeout": "30s",
        "idle_in_transaction_session_timeout": "30s",
    }
