"""The recaller: when a worker dies, its jobs are delivered to others at once instead of after the ack wait.

Its doubts cost nothing: whoever gets a job asks for its owner before it starts the job.
"""

import asyncio
from collections import defaultdict

import structlog
from lodestone import subjects
from lodestone.bus.ask import is_absent
from lodestone.bus.connection import BusClient
from lodestone.bus.heartbeat import Heartbeat
from lodestone.bus.recall import recall
from lodestone.deadlines import SILENT_SECONDS
from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncEngine

from lodestone_gateway.reconciler.rounds import failures
from lodestone_gateway.reconciler.scan import read_requests_of

LOOKS = 3  # for jobs that it started just before its end, and whose start is folded later
LOOK_SECONDS = 1.0
WATCHED = 10_000  # workers at most: whoever may send heartbeats may invent workers

log = structlog.get_logger(__name__)
recalled = Counter("lodestone_deliveries_recalled_total", "Deliveries taken from dead workers", ["job_type"])


class Recaller:
    """Expects the heartbeats of workers that run jobs, and looks for those that fall silent."""

    def __init__(self, client: BusClient, engine: AsyncEngine) -> None:
        self._client = client
        self._engine = engine
        self._expected: dict[str, asyncio.TimerHandle] = {}  # by worker
        self._silent: asyncio.Queue[str] = asyncio.Queue()

    def hear(self, heartbeat: Heartbeat) -> None:
        """Expects the next one, if jobs run there."""
        worker_id = heartbeat.worker_id
        if expected := self._expected.pop(worker_id, None):
            expected.cancel()
        if heartbeat.running and len(self._expected) < WATCHED:
            loop = asyncio.get_running_loop()
            self._expected[worker_id] = loop.call_later(SILENT_SECONDS, self._miss, worker_id)

    async def run(self) -> None:
        """Looks for silent workers until it is cancelled."""
        async with asyncio.TaskGroup() as looks:
            while True:
                looks.create_task(self._look(await self._silent.get()))

    def _miss(self, worker_id: str) -> None:
        del self._expected[worker_id]
        self._silent.put_nowait(worker_id)

    async def _look(self, worker_id: str) -> None:
        try:
            if await is_absent(self._client, worker_id):
                await self._recall_all(worker_id)
        except Exception:
            failures.inc()
            log.exception("could not recall jobs; they wait for the bus", worker_id=worker_id)

    async def _recall_all(self, worker_id: str) -> None:
        done: set[int] = set()
        for _ in range(LOOKS):
            sequences: dict[str, list[int]] = defaultdict(list)
            for job_type, sequence in await read_requests_of(self._engine, worker_id):
                if sequence not in done:
                    sequences[job_type].append(sequence)
            for job_type, new in sequences.items():
                await self._recall(worker_id, job_type, new)
                done.update(new)
            await asyncio.sleep(LOOK_SECONDS)

    async def _recall(self, worker_id: str, job_type: str, sequences: list[int]) -> None:
        await recall(self._client, subjects.durable(job_type), sequences)
        recalled.labels(job_type=job_type).inc(len(sequences))
        log.warning("recalled jobs", worker_id=worker_id, job_type=job_type, count=len(sequences))
