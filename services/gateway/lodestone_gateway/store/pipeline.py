"""Statements that travel together: each is prepared once, and one round trip takes all that were added.

For what runs for every event of a job and nothing else: the driver's cursors, and the sessions above them,
cost several times what such a statement costs the server.
"""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Self

import psycopg
from psycopg import generators
from psycopg.abc import PQGen
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, PipelineStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, AsyncTransaction

from lodestone_gateway.store.session import driver_of, is_gone

DONE = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)
OPEN = (TransactionStatus.INTRANS, TransactionStatus.INERROR)

Row = tuple[Any, ...]
Driver = psycopg.AsyncConnection[Any]


@dataclass
class Answer:
    """A statement, and what it returned once it was sent."""

    statement: str
    values: tuple[bytes | None, ...]
    is_here: bool = False
    rows: list[Row] = field(default_factory=list)


class Pipeline:
    """The statements of one connection, which nobody else uses meanwhile."""

    def __init__(self, connection: AsyncConnection, driver: Driver) -> None:
        self._connection = connection
        self._driver = driver
        self._reader = Transformer(driver)
        self._prepared: dict[str, bytes] = {}
        self._added: list[Answer] = []
        self._models: AsyncTransaction | None = None

    @property
    def is_usable(self) -> bool:
        """Whether a transaction can begin; not after one that was cut off, or that lost the server."""
        libpq = self._driver.pgconn
        is_idle = libpq.transaction_status == TransactionStatus.IDLE
        return is_idle and libpq.pipeline_status == PipelineStatus.OFF and not is_gone(self._driver)

    def add(self, statement: str, *values: bytes | str | None) -> Answer:
        """Adds a statement for the values `$1` and so on, given as Postgres writes them."""
        answer = Answer(statement, tuple(v.encode() if isinstance(v, str) else v for v in values))
        self._added.append(answer)
        return answer

    async def send(self) -> None:
        """Sends what was added, and reads the answers.

        Raises psycopg.Error for the first statement that fails; those after it are not carried out.
        """
        added, self._added = self._added, []
        for answer in added:
            if answer.statement not in self._prepared:
                await self._prepare(answer.statement)
        for answer, result in zip(added, await self._results(added), strict=False):
            answer.rows, answer.is_here = self._rows(result), True

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
        if self._driver.pgconn.transaction_status in OPEN:
            with contextlib.suppress(psycopg.Error):  # then it is not usable
                self.add("ROLLBACK")
                await self.send()

    async def _prepare(self, statement: str) -> None:
        name = f"lodestone_{len(self._prepared)}".encode()
        self._driver.pgconn.send_prepare(name, statement.encode())
        [result] = await self._driver.wait(_fetch(self._driver.pgconn, 1))
        self._rows(result)
        self._prepared[statement] = name

    async def _results(self, added: list[Answer]) -> list[PGresult]:
        libpq = self._driver.pgconn
        libpq.enter_pipeline_mode()
        for answer in added:
            libpq.send_query_prepared(self._prepared[answer.statement], answer.values)
        libpq.pipeline_sync()
        results = await self._driver.wait(_fetch(libpq, len(added) + 1))
        libpq.exit_pipeline_mode()
        return results

    def _rows(self, result: PGresult) -> list[Row]:
        if result.status not in DONE:
            raise error_from_result(result)
        self._reader.set_pgresult(result)
        return self._reader.load_rows(0, result.ntuples, tuple)


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
        pipeline = await self._usable()
        answer = pipeline.add(statement, *values)
        await pipeline.send()
        return answer.rows

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


def _fetch(libpq: PGconn, count: int) -> PQGen[list[PGresult]]:
    yield from generators.send(libpq)
    results: list[PGresult] = []
    for _ in range(count):
        results += yield from generators.fetch_many(libpq)
    return results
