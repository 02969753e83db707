"""One active process of a kind: a Postgres advisory lock, which a leader that is stopped loses by itself.

Postgres ends the lock's connection after three silent seconds and the leader touches it every second. So
a leader whose process hangs is followed by a standby, and one that comes back finds the connection gone.
Between the two it may still act for a moment: the outbox's fence and the projector's cursor refuse that.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from enum import Enum

import psycopg
import structlog
from prometheus_client import Gauge

TOUCH_SECONDS = 1.0
SILENCE_MILLISECONDS = 3000
ANSWER_SECONDS = 2.0  # a touch that takes longer means that the lock is as good as lost
FINISH_SECONDS = 5.0  # how long the work may go on after `stop`

Work = Callable[[], Awaitable[None]]

log = structlog.get_logger(__name__)
leading = Gauge("lodestone_is_leader", "1 in the process that is the active one of its kind", ["process"])


class Lock(Enum):
    """What only one process does at a time; the numbers are the advisory locks' keys."""

    RELAY = 7_305_001
    PROJECTOR = 7_305_002


async def lead(database_url: str, lock: Lock, work: Work, stop: asyncio.Event) -> None:
    """Runs `work` while this process holds the lock, anew each time it gets it; returns after `stop`.

    `work` is expected to return soon after `stop`; it is cancelled when the lock is lost. What it raises
    is raised.
    """
    while not stop.is_set():
        try:
            async with await _connect(database_url) as connection:
                if await _wait_for_lock(connection, lock, stop):
                    await _work_while_held(connection, lock, work, stop)
        except (psycopg.Error, TimeoutError) as error:
            log.warning("lost the connection of the leader's lock", lock=lock.name, error=str(error))
            await _pause(stop)


async def _connect(database_url: str) -> psycopg.AsyncConnection:
    return await psycopg.AsyncConnection.connect(
        database_url,
        autocommit=True,
        connect_timeout=5,
        application_name="lodestone leadership",
        options=f"-c idle_session_timeout={SILENCE_MILLISECONDS}",
    )


async def _wait_for_lock(connection: psycopg.AsyncConnection, lock: Lock, stop: asyncio.Event) -> bool:
    while not stop.is_set():
        answer = await _ask(connection, "SELECT pg_try_advisory_lock(%s)", lock.value)
        if answer:
            return True
        await _pause(stop)
    return False


async def _work_while_held(
    connection: psycopg.AsyncConnection, lock: Lock, work: Work, stop: asyncio.Event
) -> None:
    log.info("leading", lock=lock.name)
    leading.labels(process=lock.name.lower()).set(1)
    task = asyncio.ensure_future(work())
    try:
        silent_until = None
        while not task.done():
            await asyncio.wait({task}, timeout=TOUCH_SECONDS)
            await _ask(connection, "SELECT %s", 1)
            silent_until = silent_until or (stop.is_set() and asyncio.get_running_loop().time())
            if silent_until and asyncio.get_running_loop().time() > silent_until + FINISH_SECONDS:
                return
        task.result()
    finally:
        leading.labels(process=lock.name.lower()).set(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await task
        log.info("no longer leading", lock=lock.name)


async def _ask(connection: psycopg.AsyncConnection, query: str, value: int) -> object:
    async with asyncio.timeout(ANSWER_SECONDS):
        cursor = await connection.execute(query.encode(), (value,))
        row = await cursor.fetchone()
        return row[0] if row else None


async def _pause(stop: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), TOUCH_SECONDS)
