"""PgQueuer: rows taken with SKIP LOCKED, deleted at their end; it keeps no results."""

import json
from datetime import timedelta
from typing import Any

import asyncpg
from pgqueuer import AsyncpgPoolDriver, PgQueuer, Queries

from bench.peers.peer import Noop, Peer, run_noop

TAKEOVER = timedelta(seconds=3)  # below twice its beat it runs living jobs again


class PgQueuerPeer(Peer):
    """A pool of connections; the worker takes half its slots at once, which is the most that it may."""

    name = "pgqueuer"

    async def set_up(self) -> None:
        await self.open()
        await self._queries.install()
        await self.close()

    async def open(self) -> None:
        self._pool = await asyncpg.create_pool(self.url, min_size=10, max_size=10)
        self._queries = Queries(AsyncpgPoolDriver(self._pool))

    async def submit(self, noop: Noop) -> str:
        (job_id,) = await self._queries.enqueue("noop", json.dumps(noop.fields()).encode())
        return str(job_id)

    async def close(self) -> None:
        await self._pool.close()

    async def work(self, concurrency: int, takeover: bool) -> None:
        await self.open()
        app = PgQueuer.from_asyncpg_pool(self._pool)
        app.entrypoint("noop")(_noop)
        settings: dict[str, Any] = {"batch_size": concurrency // 2, "max_concurrent_tasks": concurrency}
        if takeover:
            settings |= {"heartbeat_timeout": TAKEOVER, "dequeue_timeout": timedelta(seconds=1)}
        await app.run(**settings)


async def _noop(job: Any) -> None:
    await run_noop(json.loads(job.payload)["seconds"])
