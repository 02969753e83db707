"""One connection for the few statements of a loop: prepared once, each in a transaction of its own."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, LiteralString

from lodestone_gateway.store.prepared import Driver, PreparedStatements
from lodestone_gateway.store.session import Role, connect_directly

NONE: Mapping[str, Any] = MappingProxyType({})
ALWAYS_BY_INDEX = {
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_sort": "off",
    "jit": "off",
}
"""A statement is planned once, perhaps while its tables are empty, and then meets full ones: so it follows
indexes, and reads no table from end to end."""


class AutocommitConnection:
    """A connection that is opened at first use, and again after it broke. Not for concurrent use."""

    def __init__(self, database_url: str, role: Role, settings: Mapping[str, str] = NONE) -> None:
        """With more `settings` of the session if there are."""
        self._database_url = database_url
        self._role = role
        self._settings = {**ALWAYS_BY_INDEX, **settings}
        self._tables: PreparedStatements | None = None

    async def execute(self, statement: LiteralString, values: Mapping[str, Any] = NONE) -> list[Any]:
        """Commits the statement and returns its rows as tuples. Raises psycopg.Error."""
        if self._tables is None or not self._tables.is_idle:
            await self.close()
            self._tables = PreparedStatements(await self._connect())
        return await self._tables.execute_named(statement, values)

    async def close(self) -> None:
        """Closes the connection, if there is one."""
        tables, self._tables = self._tables, None
        if tables:
            await tables.driver.close()

    async def _connect(self) -> Driver:
        return await connect_directly(self._database_url, self._role, self._settings)
