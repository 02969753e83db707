"""A service: pulls the jobs of its types and runs their handlers."""

import asyncio
import sys
from collections.abc import Callable
from importlib.metadata import version
from typing import NoReturn

import structlog
from faststream.nats import NatsBroker, NatsMessage
from nats.aio.client import Client
from nats.errors import Error

from lodestone import subjects
from lodestone.bus.ask import HAVE, NO
from lodestone.bus.connection import BusClient, connect
from lodestone.bus.heartbeat import Heartbeat, send_heartbeats
from lodestone.bus.kept_values import KeptValues
from lodestone.bus.publisher import JobStream, takes_events
from lodestone.bus.time import follow_bus, keep_following
from lodestone.bus.topology import check_topology
from lodestone.clock import now
from lodestone.deadlines import check_worker
from lodestone.health import serve_health
from lodestone.ids import new_id, parse_id
from lodestone.jobs import JOB_TYPES, check_registry
from lodestone.llm.client import Llm
from lodestone.llm.limiter import Limiter
from lodestone.llm.prefixes import Prefixes
from lodestone.llm.shared_prefixes import SharedPrefixes
from lodestone.process import OnReady
from lodestone.process import main as run_process
from lodestone.settings import read_settings
from lodestone.tasks import end, unless
from lodestone.worker.executor import Executor
from lodestone.worker.inflight import Inflight
from lodestone.worker.loading import load_definition
from lodestone.worker.provider_state import provider_state
from lodestone.worker.pull import Puller
from lodestone.worker.settings import WorkerSettings
from lodestone.worker.slots import Slots

RELEASE = "lodestone-common"  # whose version is that of all
FAREWELL_SECONDS = 2.0
AGAIN_SECONDS = 1.0  # before a bus that did not answer is asked again

log = structlog.get_logger(__name__)


class WorkerApp:
    """The process of one service. Its worker id is new each time it starts."""

    def __init__(self, service: str, settings: WorkerSettings) -> None:
        check_registry()
        check_worker(settings.drain_seconds, settings.grace_seconds)
        self.name = service
        self._settings = settings
        self._definitions = [
            load_definition(job_type, settings.models, settings.budgets_usd)
            for job_type in JOB_TYPES.values()
            if job_type.service == service
        ]
        self._worker_id = f"{service}-{new_id().hex}"
        self._started_at = now()
        self._version = version(RELEASE)  # looking it up takes as long as all else of a heartbeat
        self._inflight = Inflight()
        self._pullers: list[Puller] = []

    async def run(self, stop: asyncio.Event, on_ready: OnReady) -> None:
        """Serves until `stop`, gives running jobs the drain time to finish and hands the rest back."""
        settings = self._settings
        health = await serve_health(settings.health_port, self._is_ready)
        try:
            if client := await unless(stop, connect(settings, self.name)):
                await self._work(client, stop, lambda: on_ready(health.url))
        finally:
            await health.close()

    async def _work(self, client: BusClient, stop: asyncio.Event, on_bound: Callable[[], None]) -> None:
        settings = self._settings
        broker = self._build_broker(client)
        limits = {name: limit.amount() for name, limit in settings.provider_limits.items()}
        kept = KeptValues(client, subjects.prefixes_of(self.name))
        prefixes = Prefixes(SharedPrefixes(kept))
        llm = Llm(
            api_key=settings.anthropic_api_key.get_secret_value(),
            base_url=settings.anthropic_base_url,
            is_simulator=settings.simulator,
            limiter=Limiter(limits, KeptValues(client, subjects.LIMIT)),
            prefixes=prefixes,
        )
        await broker.start()
        background = [
            asyncio.create_task(self._inflight.extend_acks()),
            asyncio.create_task(send_heartbeats(client, lambda: self._heartbeat(llm), self._inflight.busy)),
            asyncio.create_task(keep_following(client)),
        ]
        try:
            if await unless(stop, self._is_welcome(client)):
                await kept.follow(prefixes.hear)
                await self._serve(client, llm, stop, on_bound)
        finally:
            for task in background:
                task.cancel()
            client.let_go()
            await _hang_up(broker, client)
            await llm.close()

    async def _is_welcome(self, client: BusClient) -> bool:
        """True once the bus has told the time and has what this service reads. Raises Misconfigured.

        While its servers elect a leader, it tells neither.
        """
        job_types = [each.job_type.name for each in self._definitions]
        while True:
            try:
                await follow_bus(client)  # before any deadline is checked
                await check_topology(client, job_types)
            except (Error, TimeoutError) as error:
                log.warning("the bus does not answer yet", error=repr(error))
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                return True

    async def _serve(
        self, client: BusClient, llm: Llm, stop: asyncio.Event, on_bound: Callable[[], None]
    ) -> None:
        stream = JobStream(client, self.name, self._settings.public_url)
        slots = Slots(self._settings.slots, len(self._definitions))
        for definition in self._definitions:
            executor = Executor(
                definition,
                client=client,
                stream=stream,
                inflight=self._inflight,
                llm=llm,
                worker_id=self._worker_id,
            )
            self._pullers.append(Puller(client, definition.job_type.name, executor, self._inflight, slots))
        pulls = [asyncio.create_task(puller.run(stop)) for puller in self._pullers]
        on_bound()
        await asyncio.gather(*pulls)
        await asyncio.gather(*(puller.drain(self._settings.drain_seconds) for puller in self._pullers))

    def _build_broker(self, client: BusClient) -> NatsBroker:
        """FastStream's part: it answers asks and hears the core copies of cancel requests."""
        broker = OverOurClient(client)

        @broker.subscriber(subjects.ask_subject(self._worker_id))
        async def answer_ask(message: NatsMessage) -> str:
            job_id = parse_id(message.body.decode(errors="replace"))
            return HAVE if job_id and self._inflight.has(job_id) else NO

        async def hear_cancel(message: NatsMessage) -> None:
            if subject := subjects.parse_subject(message.raw_message.subject):
                self._inflight.hear_cancel(subject.job_id)

        for definition in self._definitions:
            # No reply: the publisher would take it for the stream's own.
            broker.subscriber(subjects.cancels_filter(definition.job_type.name), no_reply=True)(hear_cancel)
        return broker

    def _heartbeat(self, llm: Llm) -> Heartbeat:
        return Heartbeat(
            worker_id=self._worker_id,
            service=self.name,
            slots=self._settings.slots,
            running=self._inflight.running,
            started_at=self._started_at,
            version=self._version,
            provider=provider_state(llm.breakers, llm.limits),
        )

    def _is_ready(self) -> bool:
        return bool(self._pullers) and all(puller.is_bound for puller in self._pullers) and takes_events()


def build_service(service: str) -> WorkerApp:
    """The app of a service, configured from the environment."""
    return WorkerApp(service, read_settings(WorkerSettings))


def main() -> NoReturn:
    """`lodestone-worker SERVICE`; exit status 2 for an unknown one."""
    services = sorted({job_type.service for job_type in JOB_TYPES.values()})
    if len(sys.argv) != 2 or sys.argv[1] not in services:
        sys.stderr.write(f"Usage: lodestone-worker {' | '.join(services)}\n")
        sys.exit(2)
    run_process(lambda: build_service(sys.argv[1]))


class OverOurClient(NatsBroker):
    """FastStream's broker over our own connection: FastStream's would close for good at the first refusal."""

    def __init__(self, client: BusClient) -> None:
        super().__init__(logger=None)
        self._ours = client

    async def _connect(self) -> Client:
        self.config.connect(self._ours)
        return self._ours


async def _hang_up(broker: NatsBroker, client: BusClient) -> None:
    """Sends what is left and closes the connection; a dead or silent one does not hold up the stop.

    At most an ack is lost, and then the bus delivers that job again.
    """
    farewell = asyncio.create_task(broker.stop())
    await asyncio.wait({farewell}, timeout=FAREWELL_SECONDS)
    if farewell.done() and farewell.exception() is None:
        return
    error = repr(farewell.exception()) if farewell.done() else "no answer"
    log.warning("could not announce the end to the bus", error=error)
    await client.disconnect()
    await end(farewell)
