"""DBOS: workflows on a queue, with their results. Without its paid part only a restart resumes them."""

import asyncio

from dbos import DBOS, DBOSClient, DBOSConfig

from bench.peers.peer import Noop, Peer, run_noop

QUEUE, VERSION = "noop", "1"
POLL_SECONDS = 0.01


class DbosPeer(Peer):
    """The client submits, another process runs; it polls, so it is told to poll often."""

    name = "dbos"
    resumes_alone = True

    async def set_up(self) -> None:
        _launch(self.url)
        DBOS.destroy()

    async def open(self) -> None:
        self._client = DBOSClient(system_database_url=_for_sqlalchemy(self.url), system_database_pool_size=20)

    async def submit(self, noop: Noop) -> str:
        options = {"queue_name": QUEUE, "workflow_name": "noop", "app_version": VERSION}
        handle = await self._client.enqueue_async(options, **noop.fields())
        return str(handle.get_workflow_id())

    async def close(self) -> None:
        self._client.destroy()

    async def work(self, concurrency: int, takeover: bool) -> None:
        DBOS.workflow(name="noop")(_noop)
        _launch(self.url)
        await DBOS.register_queue_async(
            QUEUE, worker_concurrency=concurrency, polling_interval_sec=POLL_SECONDS
        )
        await asyncio.Event().wait()


def _launch(url: str) -> None:
    config: DBOSConfig = {
        "name": "bench",
        "system_database_url": _for_sqlalchemy(url),
        "application_version": VERSION,
        "executor_id": "bench",
        "log_level": "WARNING",
        "sys_db_pool_size": 20,
    }
    DBOS(config=config)
    DBOS.launch()


def _for_sqlalchemy(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


async def _noop(text: str, seconds: float, size: int) -> str:
    await run_noop(seconds)
    return "x" * size
