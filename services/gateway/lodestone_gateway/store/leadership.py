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

import psycopg
import structlog
from lodestone.rhythm import seconds_to_next
from lodestone.tasks import end, first_of
from prometheus_client import Gauge

from lodestone_gateway.store.prepared import PreparedStatements
from lodestone_gateway.store.session import Role, connect_directly

TOUCH_SECONDS = 1.0
TRY, TOUCH = "SELECT pg_try_advisory_lock($1::bigint)", "SELECT 1"
SETTINGS = "SET idle_session_timeout = '3s'; SET application_name = '{}'"
NAME = re.compile(r"lodestone-[a-z]+ (\S+)")
RELEASE = "lodestone-common"  # whose version is that of all
ANSWER_SECONDS = 2.0  # after a slower touch, the lock counts as lost

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
                    asking = PreparedStatements(connection)
                    if await self._wait(asking, stop):
                        await self._lead(asking, work, stop, finish_seconds)
            except (psycopg.Error, TimeoutError) as error:
                log.warning("no connection for the lock", process=self._name, error=str(error))
            self.connected.clear()
            await first_of(stop.wait(), timeout=TOUCH_SECONDS)

    async def _wait(self, asking: PreparedStatements, stop: asyncio.Event) -> bool:
        while not stop.is_set():
            is_held = await _ask(asking, TRY, str(self._lock.value))
            self.connected.set()
            if is_held:
                return True
            await first_of(stop.wait(), timeout=TOUCH_SECONDS)
        return False

    async def _lead(
        self,
        asking: PreparedStatements,
        work: Callable[[], Awaitable[None]],
        stop: asyncio.Event,
        finish_seconds: float,
    ) -> None:
        log.info("leading", process=self._name)
        leading.labels(process=self._name).set(1)
        task = asyncio.ensure_future(work())
        try:
            await _keep(asking, task, stop)
            await first_of(task, timeout=finish_seconds)
            if task.done():
                task.result()
        finally:
            leading.labels(process=self._name).set(0)
            await end(task)
            log.info("no longer leading", process=self._name)


async def _keep(asking: PreparedStatements, task: asyncio.Future[None], stop: asyncio.Event) -> None:
    """Touches the lock's connection until the task is done or `stop` is set."""
    stopping = asyncio.ensure_future(stop.wait())
    try:
        while not (task.done() or stopping.done()):
            await _ask(asking, TOUCH)
            seconds = seconds_to_next(asyncio.get_running_loop().time(), TOUCH_SECONDS)
            await first_of(task, stopping, timeout=seconds)
    finally:
        stopping.cancel()


async def _ask(asking: PreparedStatements, statement: str, *values: str) -> object:
    async with asyncio.timeout(ANSWER_SECONDS):
        [(answer,)] = await asking.execute(statement, *values)
        return answer
