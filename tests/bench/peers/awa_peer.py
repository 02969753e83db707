"""Awa: its engine is written in Rust, with bindings for Python; it keeps no results."""

import asyncio
from typing import Any

from awa import AsyncClient

from bench.peers.peer import Noop, Peer, run_noop

QUEUE = "noop"


class AwaPeer(Peer):
    """Its own pool of connections."""

    name = "awa"

    async def set_up(self) -> None:
        async with _client(self.url) as client:
            await client.migrate()

    async def open(self) -> None:
        self._client = _client(self.url)

    async def submit(self, noop: Noop) -> str:
        return str((await self._client.insert(noop, queue=QUEUE)).id)

    async def close(self) -> None:
        await self._client.close()

    async def work(self, concurrency: int, takeover: bool) -> None:
        await self.open()
        self._client.task(Noop, queue=QUEUE)(_noop)
        settings: dict[str, Any] = {}
        if takeover:
            settings = {
                "heartbeat_interval_ms": 1_000,
                "heartbeat_staleness_ms": 3_000,
                "heartbeat_rescue_interval_ms": 500,
                "leader_election_interval_ms": 1_000,
            }
        await self._client.start([(QUEUE, concurrency)], **settings)
        await asyncio.Event().wait()


async def _noop(job: Any) -> None:
    await run_noop(job.args.seconds)


def _client(url: str) -> AsyncClient:
    # It wants the name of a host, and then still takes the socket of the query.
    return AsyncClient(url.replace("@/", "@localhost/", 1), max_connections=10)
