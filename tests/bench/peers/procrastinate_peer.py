"""Procrastinate: rows and LISTEN; it keeps no results. Jobs of a dead worker are asked for and retried."""

import asyncio
from typing import Any

from procrastinate import App, PsycopgConnector
from support.waiting import let_pass

from bench.peers.peer import Noop, Peer, run_noop

BEAT_SECONDS, SILENT_SECONDS = 1.0, 3.0


class ProcrastinatePeer(Peer):
    """Its own pool; the retry of stalled jobs is the recipe of its documentation."""

    name = "procrastinate"

    def __init__(self, database_url: str) -> None:
        super().__init__(database_url)
        self._app = App(connector=PsycopgConnector(conninfo=database_url, min_size=10, max_size=10))
        self._task = self._app.task(name="noop")(_noop)

    async def set_up(self) -> None:
        async with self._app.open_async():
            await self._app.schema_manager.apply_schema_async()

    async def open(self) -> None:
        await self._app.open_async()

    async def submit(self, noop: Noop) -> str:
        return str(await self._task.defer_async(**noop.fields()))

    async def close(self) -> None:
        await self._app.close_async()

    async def work(self, concurrency: int, takeover: bool) -> None:
        settings: dict[str, Any] = {"concurrency": concurrency, "install_signal_handlers": False}
        if takeover:
            settings |= {"update_heartbeat_interval": BEAT_SECONDS, "stalled_worker_timeout": SILENT_SECONDS}
        async with self._app.open_async(), asyncio.TaskGroup() as group:
            group.create_task(self._app.run_worker_async(**settings))
            if takeover:
                group.create_task(self._retry_stalled())

    async def _retry_stalled(self) -> None:
        while True:
            await let_pass(BEAT_SECONDS / 2)
            manager = self._app.job_manager
            for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
                await manager.retry_job(job)


async def _noop(text: str, seconds: float, size: int) -> str:
    await run_noop(seconds)
    return "x" * size
