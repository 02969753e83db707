"""Statements that travel together: each is prepared once, and one round trip takes all that were added.

For what runs for every event of a job and nothing else: the driver's cursors, and the sessions above them,
cost several times what such a statement costs the server.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import psycopg
from psycopg import generators
from psycopg.abc import PQGen
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, PipelineStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

DONE = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)
_NAME = re.compile(r"%\((\w+)\)s")

Row = tuple[Any, ...]
Driver = psycopg.AsyncConnection[Any]


@dataclass
class Answer:
    """A statement, and what it returned once it was sent."""

    statement: str
    values: tuple[bytes | None, ...]
    is_here: bool = False
    rows: list[Row] = field(default_factory=list)


class PreparedStatements:
    """The statements of one connection, which nobody else uses while they are sent."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self._reader = Transformer(driver)
        self._prepared: dict[str, bytes] = {}
        self._added: list[Answer] = []

    @property
    def is_idle(self) -> bool:
        """Whether it can be sent more; not after a statement that was cut off."""
        libpq = self.driver.pgconn
        is_idle = libpq.transaction_status == TransactionStatus.IDLE
        return is_idle and libpq.pipeline_status == PipelineStatus.OFF

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
        if not added:
            return
        for answer in added:
            if answer.statement not in self._prepared:
                await self._prepare(answer.statement)
        for answer, result in zip(added, await self._results(added), strict=False):
            answer.rows, answer.is_here = self._rows(result), True

    async def execute(self, statement: str, *values: bytes | str | None) -> list[Row]:
        """Sends one statement and returns its rows. Raises psycopg.Error."""
        answer = self.add(statement, *values)
        await self.send()
        return answer.rows

    async def execute_named(self, statement: str, values: Mapping[str, object]) -> list[Row]:
        """As `execute`, for values that the statement names `%(name)s`: texts, numbers, times, ids and lists
        of numbers or ids."""
        plain, names = numbered(statement)
        return await self.execute(plain, *[_as_written(values[name]) for name in names])

    async def _prepare(self, statement: str) -> None:
        name = f"lodestone_{len(self._prepared)}".encode()
        self.driver.pgconn.send_prepare(name, statement.encode())
        [result] = await self.driver.wait(_fetch(self.driver.pgconn, 1))
        self._rows(result)
        self._prepared[statement] = name

    async def _results(self, added: list[Answer]) -> list[PGresult]:
        libpq = self.driver.pgconn
        libpq.enter_pipeline_mode()
        for answer in added:
            libpq.send_query_prepared(self._prepared[answer.statement], answer.values)
        libpq.pipeline_sync()
        results = await self.driver.wait(_fetch(libpq, len(added) + 1))
        libpq.exit_pipeline_mode()
        return results

    def _rows(self, result: PGresult) -> list[Row]:
        if result.status not in DONE:
            raise error_from_result(result)
        self._reader.set_pgresult(result)
        return self._reader.load_rows(0, result.ntuples, tuple)


def array_of(ids: Iterable[object]) -> str:
    """Ids or numbers as a value of a statement: an array of them."""
    return f"{{{','.join(map(str, ids))}}}"


@lru_cache
def numbered(statement: str) -> tuple[str, tuple[str, ...]]:
    """The statement with `$1` and so on in place of names, and the names in that order."""
    names = tuple(dict.fromkeys(_NAME.findall(statement)))
    return _NAME.sub(lambda found: f"${names.index(found[1]) + 1}", statement), names


def _as_written(value: object) -> str | None:
    """As Postgres writes it."""
    if value is None or isinstance(value, str):
        return value
    return array_of(value) if isinstance(value, list) else str(value)


def _fetch(libpq: PGconn, count: int) -> PQGen[list[PGresult]]:
    yield from generators.send(libpq)
    results: list[PGresult] = []
    for _ in range(count):
        results += yield from generators.fetch_many(libpq)
    return results
