"""Load generators: as fast as the server answers, or at a fixed rate whatever it answers."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from support.waiting import let_pass

from bench.wire import Wire, wires

Act = Callable[[Wire, int, float], Awaitable[None]]
"""Sends the request of this number, which was due at this moment of `perf_counter`."""


@dataclass(frozen=True)
class Post:
    """One kind of request; users take turns."""

    path: str
    body: bytes
    tokens: tuple[str, ...] = ("",)

    async def send(self, connection: Wire, number: int) -> bytes:
        """Sends the request; returns the body of the answer, which must be 202."""
        token = self.tokens[number % len(self.tokens)]
        status, told = await connection.ask("POST", self.path, token, self.body)
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


async def at_rate(url: str, act: Act, count: int, per_second: float, connections: int) -> None:
    """Acts at a fixed rate; a late answer does not delay the others.

    While all connections are in use, the next act waits for one, and its measured time includes the wait.
    """
    async with wires(url, connections) as opened:
        free: asyncio.Queue[Wire] = asyncio.Queue()
        for connection in opened:
            free.put_nowait(connection)

        async def run(number: int, due: float) -> None:
            connection = await free.get()
            await act(connection, number, due)
            free.put_nowait(connection)

        started = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in range(count):
                due = started + number / per_second
                await let_pass(max(due - time.perf_counter(), 0.0))
                group.create_task(run(number, due))
