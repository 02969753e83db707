"""Jobs of a worker that died are delivered again before the ack wait is over. Real NATS and Postgres."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from lodestone import subjects
from lodestone.bus.connection import BusClient, connect
from lodestone.bus.heartbeat import Heartbeat
from lodestone.bus.topology import consumer_config
from lodestone.clock import now
from lodestone.events import JobRequested
from lodestone.tasks import end
from lodestone_gateway.reconciler.presence import Presence
from lodestone_gateway.reconciler.recall import Recaller
from lodestone_gateway.reconciler.scan import read_requests_of
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from prometheus_client import REGISTRY
from sqlalchemy.ext.asyncio import AsyncEngine
from support.gateway_bench import GatewayBench
from support.waiting import eventually

DEAD, SILENT = "ideation-dead", "ideation-silent"


@pytest.fixture
async def service(bench: GatewayBench) -> BusClient:
    """The service's user of the bus. The stream itself delivers nothing again for an hour."""
    config = replace(consumer_config("ideation"), ack_wait=3600)
    await bench.client.jetstream().add_consumer(subjects.STREAM, config)
    return await connect(bench.settings, "ideation")


@pytest.fixture(autouse=True)
async def recaller(bench: GatewayBench) -> AsyncIterator[None]:
    """Folding, hearing heartbeats and recalling, as the projector's process does."""
    client = await connect(bench.settings, "reconciler")
    recaller = Recaller(client, bench.engine)
    await Presence(client, bench.engine).listen(recaller.hear)
    await client.flush()
    recalling = asyncio.create_task(recaller.run())
    async with bench.folding():
        yield
    await end(recalling)
    await client.disconnect()


async def take(bench: GatewayBench, pull: JetStreamContext.PullSubscription, worker_id: str) -> JobRequested:
    """A job that was delivered to this worker and that it has begun."""
    requested = await bench.published()
    await pull.fetch(1, timeout=5)
    await bench.start(requested, worker_id)
    await bench.until_row(requested, lambda row: row.seq == 2)
    return requested


async def beat(service: BusClient, worker_id: str, running: int = 1) -> None:
    told = Heartbeat(worker_id=worker_id, service="ideation", slots=1, running=running, started_at=now())
    subject = subjects.heartbeat_subject("ideation")
    await service.publish(subject, told.model_dump_json(by_alias=True).encode())
    await service.flush()


def recalls() -> float:
    return REGISTRY.get_sample_value("lodestone_deliveries_recalled_total", {"job_type": "ideation"}) or 0.0


async def test_only_the_jobs_of_a_worker_that_is_gone_are_delivered_again(
    bench: GatewayBench, service: BusClient
) -> None:
    pull = await service.jetstream().pull_subscribe_bind("ideation", subjects.STREAM)
    asked = list[Msg]()

    async def hear(message: Msg) -> None:
        asked.append(message)

    await service.subscribe(subjects.ask_subject(SILENT), cb=hear)
    _kept, lost, ended = [await take(bench, pull, worker_id) for worker_id in (SILENT, DEAD, DEAD)]
    await bench.complete(ended)
    await bench.until_row(ended, lambda row: row.seq == 3)
    before = recalls()

    await beat(service, SILENT)
    await eventually(lambda: bool(asked), within=20)
    await beat(service, DEAD)

    [again] = await pull.fetch(1, timeout=20)
    assert again.subject == subjects.event_subject("requested", "ideation", lost.job_id)
    assert again.metadata.num_delivered == 2
    info = await bench.client.jetstream().consumer_info(subjects.STREAM, "ideation")
    assert (info.num_redelivered, info.num_ack_pending) == (1, 3)
    assert recalls() == before + 1
    await service.disconnect()


async def test_a_job_whose_start_is_folded_after_the_death_is_delivered_again_too(
    bench: GatewayBench, service: BusClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    folded = iter([False])

    async def read_too_early(engine: AsyncEngine, worker_id: str) -> list[tuple[str, int]]:
        return await read_requests_of(engine, worker_id) if next(folded, True) else []

    monkeypatch.setattr("lodestone_gateway.reconciler.recall.read_requests_of", read_too_early)
    pull = await service.jetstream().pull_subscribe_bind("ideation", subjects.STREAM)
    await take(bench, pull, DEAD)

    await beat(service, DEAD)

    [again] = await pull.fetch(1, timeout=20)
    assert again.metadata.num_delivered == 2
    await service.disconnect()


async def test_a_worker_without_jobs_that_falls_silent_is_not_looked_for(
    bench: GatewayBench, service: BusClient
) -> None:
    asked = list[str]()

    async def hear(message: Msg) -> None:
        asked.append(message.subject)

    await service.subscribe(subjects.ASKS, cb=hear)

    await beat(service, DEAD, running=0)
    await beat(service, SILENT)
    await eventually(lambda: bool(asked), within=20)

    assert set(asked) == {subjects.ask_subject(SILENT)}
    await service.disconnect()
