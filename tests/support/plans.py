"""How much a piece of work reads in Postgres: its statements, explained with what they really read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.ext.asyncio import AsyncSession

Statement = tuple[str, Any]
EXPLAINED = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True)
class Read:
    """What statements read: rows of tables and indexes, pages, and how often a scan began."""

    rows: int = 0
    pages: int = 0
    scans: int = 0

    def __add__(self, other: "Read") -> "Read":
        return Read(self.rows + other.rows, self.pages + other.pages, self.scans + other.scans)


@contextmanager
def sent() -> Iterator[list[Statement]]:
    """The statements that any engine sends meanwhile, with their values."""
    statements: list[Statement] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(EXPLAINED):
            statements.append((statement, values))

    event.listen(Engine, "after_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "after_cursor_execute", note)


async def what_is_read(session: AsyncSession, statements: list[Statement]) -> Read:
    """What these statements read when they run again in this session."""
    connection, found = await session.connection(), Read()
    for statement, values in statements:
        explain = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
        [plan] = (await connection.exec_driver_sql(explain, values)).scalar_one()
        found += _read(plan["Plan"])
    return found


def _read(plan: dict[str, Any]) -> Read:
    pages = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return Read(pages=pages) + sum(map(_scanned, nodes(plan)), Read())


def _scanned(node: dict[str, Any]) -> Read:
    if "Scan" not in node["Node Type"] or not {"Relation Name", "Index Name"} & node.keys():
        return Read()
    loops = node["Actual Loops"]
    rows = sum(node.get(each, 0) for each in ("Actual Rows", "Rows Removed by Filter"))
    return Read(rows=round(rows * loops), scans=loops)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All parts of a plan."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)
