"""One active process of a kind: a Postgres advisory lock, which a stopped leader loses by itself.

Postgres ends the lock's connection after three silent seconds and the leader touches it every second. So
a standby replaces a leader whose process hangs, and a leader that comes back finds its connection gone. In
between it may still act for a moment: the fence of a job's log and the projector's cursor refuse what it then
does.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from enum import Enum
from importlib.metadata import version
from typing import TypeAlias

import psycopg
import structlog
from lodestone.tasks import end, first_of
from prometheus_client import Gauge

from lodestone_gateway.store.session import Role, connect_directly

TOUCH_SECONDS = 1.0
SETTINGS = "SET idle_session_timeout = '3s'; SET application_name = '{}'"
NAME = re.compile(r"lodestone-[a-z]+ (\S+)")
RELEASE = "lodestone-common"  # whose version is that of all
ANSWER_SECONDS = 2.0  # after a slower touch, the lock counts as lost

Connection: TypeAlias = psycopg.AsyncConnection[psycopg.rows.TupleRow]

log = structlog.get_logger(__name__)
leading = Gauge("lodestone_is_leader", "1 in the active process of its kind", ["process"])


class Lock(Enum):
    """What only one process does at a time; the numbers are the keys of the advisory locks."""

    RELAY = 7_305_001
    PROJECTOR = 7_305_002


def named(process: str) -> str:
    """What the lock's connection of such a process is named; everybody may read it in `pg_stat_activity`."""
    return f"lodestone-{process} {version(RELEASE)}"


def release_of(name: str) -> str | None:
    """The release of a process whose lock's connection has this name; None where it does not say."""
    found = NAME.fullmatch(name)
    return found[1] if found else None


class Leadership:
    """One process's bid to be the active one of its kind."""

    def __init__(self, database_url: str, role: Role, lock: Lock) -> None:
        self._database_url = database_url
        self._role = role
        self._lock = lock
        self._name = lock.name.lower()
        self.connected = asyncio.Event()  # as the leader or standing by

    async def hold(
        self, work: Callable[[], Awaitable[None]], stop: asyncio.Event, *, finish_seconds: float = 0.0
    ) -> None:
        """Runs `work` while this process has the lock, again each time it gets it; returns after `stop`.

        The work is cancelled when the lock is lost, and `finish_seconds` after `stop`. Raises what it raises.
        """
        while not stop.is_set():
            try:
                async with await connect_directly(self._database_url, self._role) as connection:
                    await connection.execute(SETTINGS.format(named(self._name)).encode())
                    if await self._wait(connection, stop):
                        await self._lead(connection, work, stop, finish_seconds)
            except (psycopg.Error, TimeoutError) as error:
                log.warning("no connection for the lock", process=self._name, error=str(error))
            self.connected.clear()
            await first_of(stop.wait(), timeout=TOUCH_SECONDS)

    async def _wait(self, connection: Connection, stop: asyncio.Event) -> bool:
        while not stop.is_set():
            is_held = await _ask(connection, "SELECT pg_try_advisory_lock(%s)", self._lock.value)
            self.connected.set()
            if is_held:
                return True
            await first_of(stop.wait(), timeout=TOUCH_SECONDS)
        return False

    async def _lead(
        self,
        connection: Connection,
        work: Callable[[], Awaitable[None]],
        stop: asyncio.Event,
        finish_seconds: float,
    ) -> None:
        log.info("leading", process=self._name)
        leading.labels(process=self._name).set(1)
        task = asyncio.ensure_future(work())
        try:
            await _keep(connection, task, stop)
            await first_of(task, timeout=finish_seconds)
            if task.done():
                task.result()
        finally:
            leading.labels(process=self._name).set(0)
            await end(task)
            log.info("no longer leading", process=self._name)


async def _keep(connection: Connection, task: asyncio.Future[None], stop: asyncio.Event) -> None:
    """Touches the lock's connection until the task is done or `stop` is set."""
    while not (task.done() or stop.is_set()):
        await _ask(connection, "SELECT %s", 1)
        await first_of(task, stop.wait(), timeout=TOUCH_SECONDS)


async def _ask(connection: Connection, query: str, value: int) -> object:
    async with asyncio.timeout(ANSWER_SECONDS):
        cursor = await connection.execute(query.encode(), (value,))
        row = await cursor.fetchone()
        return row[0] if row else None
