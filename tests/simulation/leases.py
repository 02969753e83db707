"""Postgres advisory locks, as the product's `Leadership` takes them."""

from types import TracebackType
from typing import TYPE_CHECKING, Any

import psycopg
from lodestone_gateway.store.leadership import TRY
from simulation.virtual_loop import Process

if TYPE_CHECKING:
    from simulation.world import World

IDLE_SECONDS = 3.0  # Postgres ends a session that is idle for this long


class Lease:
    """A connection outside the pool that may hold the lock of one kind of process."""

    def __init__(self, world: "World", process: Process) -> None:
        self._world = world
        self._process = process
        self._touched_at = world.loop.time()
        self._is_open = True

    @property
    def is_alive(self) -> bool:
        """Whether Postgres still has the session."""
        is_idle = self._world.loop.time() - self._touched_at > IDLE_SECONDS
        return self._is_open and not is_idle and self._process not in self._world.dead

    async def execute(self, query: str | bytes, *values: str) -> list[tuple[object]]:
        """Requests the lock, or keeps the session alive. Raises psycopg.OperationalError if it is gone."""
        await self._world.step(self._process, "lock")
        await self._world.nap(self._world.database_delay())
        if not self.is_alive or not self._world.store.is_up:
            self._is_open = False
            raise psycopg.OperationalError("the session is gone")
        self._touched_at = self._world.loop.time()
        return [(self._try(values[0]) if query == TRY else 1,)]

    def _try(self, key: object) -> bool:
        holder = self._world.locks.get(key)
        if holder is None or not holder.is_alive:
            self._world.locks[key] = self
            self._world.note(self._process.name, "leads")
        return self._world.locks[key] is self

    async def __aenter__(self) -> "Lease":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_open = False


async def connect(database_url: Any, role: object) -> Lease:
    """Replaces `store.session.connect_directly`; the "URL" is the process's engine."""
    world, process = database_url.world, database_url.process
    await world.step(process, "connect")
    if not world.store.is_up:
        raise psycopg.OperationalError("the database is away")
    return Lease(world, process)
