"""Load generators: as fast as the server answers, or at a fixed rate whatever it answers."""

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from uuid import uuid4

from support.waiting import let_pass

from bench.wire import Wire, wire, wires

KEPT_SECONDS = 2.0  # servers hang up on an idle client after five

Act = Callable[[Wire, int, float], Awaitable[None]]
"""Sends the request of this number, which was due at this moment of `perf_counter`."""


@dataclass(frozen=True)
class Post:
    """One kind of request; users take turns."""

    path: str
    body: bytes
    tokens: tuple[str, ...] = ("",)
    has_keys: bool = False  # whether each request has an idempotency key of its own

    def token(self, number: int) -> str:
        """Whose turn it is."""
        return self.tokens[number % len(self.tokens)]

    async def ask(self, connection: Wire, number: int) -> tuple[int, bytes]:
        """Sends the request; returns the status and body of the answer."""
        key = str(uuid4()) if self.has_keys else ""
        return await connection.ask("POST", self.path, self.token(number), self.body, key=key)

    async def send(self, connection: Wire, number: int) -> bytes:
        """Sends the request; returns the body of the answer, which must be 202."""
        status, told = await self.ask(connection, number)
        assert status == 202, told
        return told


async def hurry(url: str, post: Post, jobs: int, submitters: int) -> None:
    """Sends this many requests over this many connections, each as fast as it is answered."""
    numbers = itertools.count()

    async def submit(connection: Wire) -> None:
        while (number := next(numbers)) < jobs:
            await post.send(connection, number)

    async with wires(url, submitters) as connections:
        await asyncio.gather(*map(submit, connections))


async def one_by_one(url: str, post: Post, count: int) -> list[float]:
    """The seconds of each action, one at a time."""
    times = []
    async with wires(url, 1) as (connection,):
        for number in range(count):
            started = time.perf_counter()
            await post.send(connection, number)
            times.append(time.perf_counter() - started)
    return times


async def at_rate(url: str, act: Act, count: int, per_second: float) -> None:
    """Acts at a fixed rate; a late answer does not delay the others."""
    pool = Pool(url)
    started = time.perf_counter()
    async with pool, asyncio.TaskGroup() as group:
        for number in range(count):
            due = started + number / per_second
            await let_pass(max(due - time.perf_counter(), 0.0))
            group.create_task(_run(pool, act, number, due))


async def _run(pool: "Pool", act: Act, number: int, due: float) -> None:
    async with pool.one() as connection:
        await act(connection, number, due)


class Pool(contextlib.AsyncExitStack):
    """Connections, opened on demand and reused while the server keeps them open."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self._free: list[tuple[float, Wire]] = []

    @contextlib.asynccontextmanager
    async def one(self) -> AsyncIterator[Wire]:
        """The connection that was used last, or a new one."""
        used, connection = self._free.pop() if self._free else (0.0, None)
        if connection is None or time.monotonic() - used > KEPT_SECONDS:
            connection = await self.enter_async_context(wire(self._url))
        yield connection
        self._free.append((time.monotonic(), connection))
