"""Prepared statements in transactions of a pooled connection, which is kept for one after the other."""

import contextlib
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Self

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, AsyncTransaction

from lodestone_gateway.store.prepared import Driver, PreparedStatements, Row
from lodestone_gateway.store.session import driver_of, is_gone

OPEN = (TransactionStatus.INTRANS, TransactionStatus.INERROR)


class Pipeline(PreparedStatements):
    """The statements of a pooled connection, which nobody else uses meanwhile, and its transactions."""

    def __init__(self, connection: AsyncConnection, driver: Driver) -> None:
        super().__init__(driver)
        self._connection = connection
        self._models: AsyncTransaction | None = None

    @property
    def is_usable(self) -> bool:
        """Whether a transaction can begin; not after one that was cut off, or that lost the server."""
        return self.is_idle and not is_gone(self.driver)

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[Self]:
        """What is sent in the block is one transaction, whose last statements travel with the commit.

        Rolled back when the block raises.
        """
        self.add("BEGIN")
        try:
            yield self
            self.add("COMMIT")
            await self.send()
        except BaseException:
            await self._roll_back()
            raise
        finally:
            if self._models is not None:
                await self._models.close()
                self._models = None

    @contextlib.asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A session in the open transaction, for what is rare enough to be written with models."""
        await self.send()
        self._models = self._models or await self._connection.begin()
        async with AsyncSession(self._connection, expire_on_commit=False) as session:
            yield session
            await session.flush()

    async def _roll_back(self) -> None:
        self._added.clear()
        if self.driver.pgconn.transaction_status in OPEN:
            with contextlib.suppress(psycopg.Error):  # then it is not usable
                self.add("ROLLBACK")
                await self.send()


class KeptConnection:
    """One connection of an engine, for one transaction after the other; a new one after it was lost."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None
        self._pipeline: Pipeline | None = None

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[Pipeline]:
        """As that of a pipeline."""
        async with (await self._usable()).transaction() as pipeline:
            yield pipeline

    async def execute(self, statement: str, *values: bytes | str | None) -> list[Row]:
        """Commits the statement and returns its rows. Raises psycopg.Error."""
        return await (await self._usable()).execute(statement, *values)

    async def execute_each(
        self, statement: str, values: Iterable[Sequence[bytes | str | None]]
    ) -> list[list[Row]]:
        """Commits the statement for each of these values, in one transaction and one round trip; returns the
        rows of each. Raises psycopg.Error."""
        pipeline = await self._usable()
        answers = [pipeline.add(statement, *each) for each in values]
        await pipeline.send()
        return [answer.rows for answer in answers]

    async def aclose(self) -> None:
        """Gives the connection back to the engine."""
        connection, self._connection = self._connection, None
        if connection is not None:
            if self._pipeline is None or not self._pipeline.is_usable:
                await connection.invalidate()
            await connection.close()
        self._pipeline = None

    async def _usable(self) -> Pipeline:
        if self._pipeline is None or not self._pipeline.is_usable:
            await self.aclose()
            self._pipeline = await self._open()
        return self._pipeline

    async def _open(self) -> Pipeline:
        self._connection = await self._engine.connect()
        return Pipeline(self._connection, await _without_own_statements(self._connection))


async def _without_own_statements(connection: AsyncConnection) -> Driver:
    """The driver's connection, which from now on prepares nothing by itself.

    It would drop all prepared statements, and ours with them, when a savepoint is rolled back.
    """
    driver = await driver_of(connection)
    await driver.execute("DEALLOCATE ALL")
    await driver.rollback()
    driver.prepare_threshold = None
    return driver
