"""A service with a real NATS server and the simulator; the test plays the gateway and the other workers."""

import asyncio
import contextlib
import json
import urllib.request
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import uvicorn
from lodestone.bus.connection import BusClient, connect
from lodestone.bus.publisher import JobStream
from lodestone.bus.topology import apply_topology
from lodestone.clock import now
from lodestone.events import JobEvent, JobRequested, JobStarted, Prompt
from lodestone.health import QuietServer, listen
from lodestone.ids import new_id
from lodestone.job_log import JobLog
from lodestone.settings import ProcessSettings
from lodestone.wire import JsonObject
from lodestone.worker.app import WorkerApp
from lodestone.worker.pull import Puller
from lodestone.worker.settings import WorkerSettings
from lodestone_local.simulator.app import build_simulator
from nats.js.api import ConsumerInfo
from support.backends import NatsServer
from support.bus_users import nothing_forbidden
from support.samples import example_input
from support.waiting import eventually

ANY_CALL = {
    "model": "claude-sonnet-5-5",
    "max_tokens": 1,
    "messages": [{"role": "user", "content": "Hello"}],
}
PROMPT = Prompt(name="ideation", version=1, sha256="0" * 64)


class RunningWorker:
    """One service, run in this process."""

    def __init__(self, app: WorkerApp) -> None:
        self._app = app
        self._stop = asyncio.Event()
        self._ready = asyncio.Event()
        self._task = asyncio.create_task(app.run(self._stop, lambda url: self._ready.set()))

    async def ready(self) -> "RunningWorker":
        """Returns once it pulls."""
        await asyncio.wait(
            {self._task, asyncio.create_task(self._ready.wait())}, return_when="FIRST_COMPLETED"
        )
        assert self._ready.is_set(), self._task.exception()
        return self

    def is_ready(self) -> bool:
        """What its readiness says."""
        return self._app._is_ready()

    @property
    def puller(self) -> Puller:
        """What takes its jobs off the stream."""
        (puller,) = self._app._pullers
        return puller

    async def stop(self) -> None:
        """What SIGTERM does."""
        self._stop.set()
        await self._task


class WorkerBench:
    """The stream, the simulator, services and jobs for tests of the worker."""

    def __init__(self, nats: NatsServer, client: BusClient, simulator: str) -> None:
        self.nats = nats
        self.client = client
        self.simulator = simulator
        self.stream = JobStream(client, "test")
        self._workers: list[RunningWorker] = []

    async def worker(self, service: str = "ideation", **settings: Any) -> RunningWorker:
        """A running service."""
        values: dict[str, Any] = {
            "nats_url": self.nats.url,
            "nats_urls": self.nats.users,
            "anthropic_api_key": "sk-test",
            "anthropic_base_url": self.simulator,
            "simulator": True,
            "local": True,
            **settings,
        }
        worker = RunningWorker(WorkerApp(service, WorkerSettings(**values)))
        self._workers.append(worker)
        return await worker.ready()

    async def request(
        self,
        job_type: str = "ideation",
        *,
        work: JsonObject | None = None,
        max_attempts: int = 3,
        deadline_in: float = 600,
        **fields: Any,
    ) -> JobRequested:
        """Publishes a new job; without `work` it uses ideation's example."""
        requested = JobRequested(
            job_id=new_id(),
            job_type=job_type,
            user_id=new_id(),
            attempt=0,
            input=example_input("ideation-fitness-coach") if work is None else work,
            max_attempts=max_attempts,
            deadline_at=now() + timedelta(seconds=deadline_in),
            **fields,
        )
        await self.append(requested)
        return requested

    async def append(self, event: JobEvent) -> JobLog:
        """Appends as another process does: at the end of the log, wherever that is."""
        while True:
            appended = await self.stream.append(event, await self.stream.read(event.job_type, event.job_id))
            if appended.stored:
                return appended.log

    async def start_elsewhere(self, requested: JobRequested, worker_id: str = "ideation-other") -> JobLog:
        """Starts the job on another worker."""
        newest = await self.log(requested)
        return await self.append(
            JobStarted(**requested.of_job(newest.attempt + 1), worker_id=worker_id, model="m", prompt=PROMPT)
        )

    async def log(self, requested: JobRequested) -> JobLog:
        """The job's current log."""
        return await self.stream.read(requested.job_type, requested.job_id)

    async def until_logged(self, requested: JobRequested, event: str, count: int = 1) -> JobLog:
        """The log, once it holds this many events of that name."""

        async def enough() -> JobLog | None:
            newest = await self.log(requested)
            return newest if sum(e.name == event for e in newest.events) >= count else None

        return await eventually(enough, within=30, told=f"{count} × {event}")

    async def until_ended(self, requested: JobRequested) -> JobLog:
        """The log, once it has a terminal event."""

        async def ended() -> JobLog | None:
            newest = await self.log(requested)
            return newest if newest.terminal else None

        return await eventually(ended, within=45, told="a terminal event")

    async def consumer(self) -> ConsumerInfo:
        """The broker's state of the durable."""
        info: ConsumerInfo = await self.client.jetstream().consumer_info("JOBS", "ideation")
        return info

    async def until_acknowledged(self) -> None:
        """Returns once the durable has nothing left to deliver or to wait for."""

        async def empty() -> bool:
            info = await self.consumer()
            return not info.num_pending and not info.num_ack_pending

        await eventually(empty, within=20, told="all deliveries are acknowledged")

    async def pace(self, first: float, duration: float) -> None:
        """Sets how fast the simulator answers."""
        await self._control("PUT", "/_sim/pace", {"firstByteSeconds": first, "durationSeconds": duration})

    async def fault(
        self, kind: str, *, times: int = 1, match: dict[str, Any] | None = None, **more: Any
    ) -> None:
        """Makes the simulator fail."""
        body = {"match": match or {}, "fault": {"kind": kind, **more}, "times": times}
        await self._control("POST", "/_sim/faults", body)

    async def limit(self, *, requests: int, left: int) -> None:
        """Makes the simulator enforce a limit of requests a minute, of which this many are left at first."""
        plenty = 1_000_000_000
        limits = {"requests": requests, "inputTokens": plenty, "outputTokens": plenty}
        await self._control("PUT", "/_sim/limits", limits)
        await self.pace(0, 0)
        for _ in range(requests - left):
            await self._control("POST", "/v1/messages", ANY_CALL)
        await self.pace(0.02, 0.3)

    async def calls(self, requested: JobRequested) -> list[dict[str, Any]]:
        """The simulator's ledger of one job."""
        return [item for item in await self.all_calls() if item["jobId"] == str(requested.job_id)]

    async def all_calls(self) -> list[dict[str, Any]]:
        """The simulator's ledger."""
        items: list[dict[str, Any]] = (await self._control("GET", "/_sim/calls", None))["items"]
        return items

    async def until_calls_ended(self, requested: JobRequested) -> set[str]:
        """How the provider's calls of one job ended, once all have ended."""

        async def ended() -> list[dict[str, Any]] | None:
            calls = await self.calls(requested)
            return calls if all(call["endedAt"] for call in calls) else None

        return {call["outcome"] for call in await eventually(ended, within=5)}

    async def close(self) -> None:
        """Stops the services."""
        for worker in self._workers:
            with contextlib.suppress(asyncio.CancelledError):
                await worker.stop()

    async def _control(self, method: str, path: str, body: Any) -> Any:
        return await asyncio.to_thread(_call, method, self.simulator + path, body)


HEADERS = {"Content-Type": "application/json", "x-api-key": "sk-test", "anthropic-version": "2023-06-01"}


def _call(method: str, url: str, body: Any) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, HEADERS, method=method)  # noqa: S310
    with urllib.request.urlopen(request, timeout=10) as reply:  # noqa: S310
        text = reply.read()
    return json.loads(text) if text else None


@contextlib.asynccontextmanager
async def serving(simulator: Any) -> AsyncIterator[str]:
    """The URL of a simulator, an ASGI application."""
    sock = listen("127.0.0.1", 0)
    config = uvicorn.Config(simulator, log_config=None, timeout_graceful_shutdown=1)
    server = QuietServer(config)
    task = asyncio.create_task(server.serve(sockets=[sock]))
    try:
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@contextlib.asynccontextmanager
async def worker_bench(nats: NatsServer) -> AsyncIterator[WorkerBench]:
    """A bench on an empty NATS server; the services sign in as bus users."""
    client = await connect(ProcessSettings(nats_url=nats.url), "test")
    await apply_topology(client)
    async with serving(build_simulator()) as simulator:
        bench = WorkerBench(nats, client, simulator)
        await bench.pace(0.02, 0.3)
        try:
            with nothing_forbidden():
                yield bench
        finally:
            await bench.close()
            await client.disconnect()
