"""Hearing what other processes committed, on the connection that reads it."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, LiteralString

import psycopg
import structlog
from psycopg.sql import SQL, Identifier

from lodestone_gateway.store.autocommit import NONE, AutocommitConnection
from lodestone_gateway.store.prepared import Driver
from lodestone_gateway.store.session import Role

log = structlog.get_logger(__name__)


class ListeningConnection(AutocommitConnection):
    """Listens to a channel as long as it is connected: each answer shows that notices would arrive.

    `on_notice` gets what each NOTIFY says. It gets nothing whenever some may have been missed: after the
    connection was opened, and when it is lost. The next statement opens it again.
    """

    def __init__(
        self, database_url: str, role: Role, *, channel: str, on_notice: Callable[[str], object]
    ) -> None:
        super().__init__(database_url, role)
        self._channel = channel
        self._on_notice = on_notice
        self._socket: int | None = None  # on which notices are awaited

    async def execute(self, statement: LiteralString, values: Mapping[str, Any] = NONE) -> list[Any]:
        """As it does; notices that come meanwhile are heard with the answer."""
        self._rest()
        try:
            return await super().execute(statement, values)
        finally:
            self._listen()

    async def close(self) -> None:
        """Closes the connection, if there is one, and hears no more."""
        self._rest()
        await super().close()

    async def _connect(self) -> Driver:
        driver = await super()._connect()
        driver.add_notify_handler(self._pass_on)
        await driver.execute(SQL("LISTEN {}").format(Identifier(self._channel)))
        self._on_notice("")
        return driver

    def _pass_on(self, notice: psycopg.Notify) -> None:
        self._on_notice(notice.payload)

    def _listen(self) -> None:
        if self._tables and self._tables.is_idle:
            self._socket = self._tables.driver.fileno()
            asyncio.get_running_loop().add_reader(self._socket, self._hear, self._tables.driver)
            self._tell(self._tables.driver)  # what was read with the last answer

    def _rest(self) -> None:
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket = None

    def _hear(self, driver: Driver) -> None:
        try:
            driver.pgconn.consume_input()
        except psycopg.Error as error:
            log.warning("no connection for notices", channel=self._channel, error=str(error))
            self._rest()
            self._on_notice("")
        self._tell(driver)

    def _tell(self, driver: Driver) -> None:
        while notice := driver.pgconn.notifies():
            self._on_notice(notice.extra.decode())
