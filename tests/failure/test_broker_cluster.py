"""A cluster of three nodes loses the leader of the stream while jobs run."""

import asyncio
import math
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from lodestone.bus.ask import _absence
from lodestone.bus.connection import connect
from lodestone.bus.publisher import Appended
from lodestone.bus.topology import apply_topology, check_topology, create_missing, stream_config
from lodestone.deadlines import ACK_WAIT_SECONDS, ASK_WINDOW_SECONDS
from lodestone.events import JobRequested
from lodestone.ids import new_id
from lodestone.job_log import JobLog
from lodestone.settings import ProcessSettings
from lodestone.subjects import LIMITS, STREAM
from lodestone.worker.app import WorkerApp
from lodestone.worker.executor import Executor
from lodestone.worker.inflight import Inflight
from lodestone.worker.pull import Puller
from lodestone.worker.settings import WorkerSettings
from lodestone.worker.slots import Slots
from nats.errors import Error
from pydantic import SecretStr
from support.gateway_bench import GatewayBench, gateway_bench
from support.nats_cluster import NatsCluster
from support.waiting import eventually
from support.worker_bench import RunningWorker

JOBS, ITEMS = 6, 8
BATCH = 20


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[NatsCluster]:
    """The nodes, with a replica of the stream on each."""
    cluster = NatsCluster(tmp_path)
    try:
        await asyncio.to_thread(cluster.start)
        client = await connect(ProcessSettings(nats_url=cluster.users["operator"]), "operator")
        config = replace(stream_config(), num_replicas=3, first_seq=time.time_ns() // 1000)
        await client.jetstream(timeout=20).add_stream(config)
        await client.disconnect()
        yield cluster
    finally:
        cluster.stop()


async def leader(bench: GatewayBench) -> str:
    info = await bench.client.jetstream().stream_info("JOBS")
    assert info.cluster
    assert info.cluster.leader
    return info.cluster.leader


async def work(bench: GatewayBench) -> JobRequested:
    """Runs a job from its acceptance to its end, writing the events as a service does."""
    requested = await bench.submit()
    await bench.until_published(requested, within=60)
    await bench.start(requested)
    for index in range(ITEMS):
        await bench.item(requested, index)
    await bench.complete(requested)
    return requested


async def test_a_service_that_stops_keeps_no_job_that_the_cluster_still_sends_it(
    cluster: NatsCluster,
) -> None:
    operator = await connect(ProcessSettings(nats_url=cluster.url), "operator")
    await apply_topology(operator, 3)
    jetstream = operator.jetstream(timeout=20)
    durable = await jetstream.consumer_info(STREAM, "ideation")
    assert durable.cluster
    elsewhere = next(name for name in cluster.names if name != durable.cluster.leader)
    url = cluster.url_at(elsewhere, "ideation")
    worker = await connect(ProcessSettings(nats_url=url), "ideation")
    executor = cast(Executor, None)  # what comes is handed back, not executed
    puller = Puller(worker, "ideation", executor, Inflight(), Slots(BATCH, 1))
    stop = asyncio.Event()
    running = asyncio.create_task(puller.run(stop))

    async def waits() -> bool:
        return bool((await jetstream.consumer_info(STREAM, "ideation")).num_waiting)

    try:
        await eventually(waits, within=20, told="its request is open")
        stop.set()
        for _ in range(BATCH):
            await jetstream.publish(f"job.requested.ideation.{new_id()}", b"{}")
        await running
        await puller.drain(1)
        pull = await jetstream.pull_subscribe_bind(durable="ideation", stream=STREAM)
        async with asyncio.timeout(ACK_WAIT_SECONDS / 2):  # before anything is delivered again
            for _ in range(BATCH):
                await pull.fetch(timeout=ACK_WAIT_SECONDS)
    finally:
        await worker.disconnect()
        await operator.disconnect()


async def test_a_service_that_starts_while_the_cluster_has_no_leader_waits_for_one(
    cluster: NatsCluster, capsys: pytest.CaptureFixture[str]
) -> None:
    operator = await connect(ProcessSettings(nats_url=cluster.url), "operator")
    await apply_topology(operator, 3)
    for name in cluster.names[1:]:
        cluster.kill(name)

    async def is_leaderless() -> bool:  # whoever led notices after some seconds that nobody follows
        try:
            await check_topology(operator, ["ideation"])
        except (Error, TimeoutError):
            return True
        return False

    await eventually(is_leaderless, within=60, told="nobody leads")
    await operator.disconnect()
    url = cluster.users["ideation"]
    settings = WorkerSettings(nats_url=url, anthropic_api_key=SecretStr("unused"), simulator=True, local=True)
    service = RunningWorker(WorkerApp("ideation", settings))
    said: list[str] = []

    def waits() -> bool:
        said.append(capsys.readouterr().out)
        return "the bus does not answer yet" in "".join(said)

    try:
        await eventually(waits, within=20, told="it asked in vain")
        for name in cluster.names[1:]:
            cluster.start_node(name)
        async with asyncio.timeout(60):
            await service.ready()
        await eventually(service.is_ready, within=20, told="it takes jobs")
    finally:
        await service.stop()


async def test_streams_are_kept_on_as_many_servers_as_wanted(cluster: NatsCluster) -> None:
    client = await connect(ProcessSettings(nats_url=cluster.users["operator"]), "operator")
    jetstream = client.jetstream(timeout=20)

    async def replicas() -> list[int | None]:
        return [(await jetstream.stream_info(name)).config.num_replicas for name in (STREAM, LIMITS)]

    try:
        await apply_topology(client, 1)
        assert await replicas() == [1, 1]
        await apply_topology(client, 3)
        assert await replicas() == [3, 3], "what is there is spread"
        await apply_topology(client)
        assert await replicas() == [3, 3], "unset, it stays as it is"
        await jetstream.delete_stream(LIMITS)
        await create_missing(client, 3)
        assert await replicas() == [3, 3], "what was lost comes back on as many"
    finally:
        await client.disconnect()


async def test_an_asker_at_a_cluster_knows_that_a_worker_may_come_back_at_another_node(
    cluster: NatsCluster,
) -> None:
    client = await connect(ProcessSettings(nats_url=cluster.users["ideation"]), "ideation")
    client.connected_since = -math.inf

    absence = _absence(client)

    await client.disconnect()
    assert absence == ASK_WINDOW_SECONDS


async def test_a_client_that_knows_one_node_goes_on_at_another_when_that_one_dies(
    cluster: NatsCluster,
) -> None:
    client = await connect(ProcessSettings(nats_url=cluster.users["relay"]), "relay")
    try:
        first = client.connected_url

        await asyncio.to_thread(cluster.kill, "node0")

        await eventually(lambda: client.is_connected and client.connected_url != first, within=30)
        await client.flush(10)
    finally:
        await client.disconnect()


async def test_one_refusal_in_a_batch_leaves_the_others_as_they_are(
    cluster: NatsCluster, postgres_url: str
) -> None:
    async with gateway_bench(cluster, postgres_url) as bench:
        gone_on, *jobs = [await bench.submit() for _ in range(BATCH)]
        await bench.publish(gone_on)
        newest = await bench.log(gone_on)
        ids = [str(new_id()) for _ in jobs]

        async def publish(job: JobRequested, event_id: str | None = None) -> Appended:
            return await bench.stream.append(job, JobLog(), event_id=event_id)

        refused, *others = await asyncio.gather(publish(gone_on), *map(publish, jobs, ids))
        again = await asyncio.gather(*map(publish, jobs, ids))

        assert (refused.stored, refused.log) == (False, newest)
        assert all(answer.stored for answer in (*others, *again))
        assert [await bench.log(job) for job in jobs] == [answer.log for answer in others]
        assert [len(answer.log.entries) for answer in again] == [1] * len(jobs)


async def test_the_messages_of_a_batch_have_the_sequences_that_their_appends_are_told(
    cluster: NatsCluster, postgres_url: str
) -> None:
    async with gateway_bench(cluster, postgres_url) as bench:
        jobs = [await bench.submit() for _ in range(BATCH)]
        heard = bench.client.stats["in_msgs"]

        appended = await asyncio.gather(*(bench.stream.append(job, JobLog()) for job in jobs))

        # One answer for all, and another one if a busy machine had it asked again.
        assert bench.client.stats["in_msgs"] - heard < len(jobs)
        assert [await bench.log(job) for job in jobs] == [answer.log for answer in appended]


@pytest.mark.timeout(240)
async def test_the_streams_leader_is_killed_and_nothing_is_lost_or_doubled(
    cluster: NatsCluster, postgres_url: str
) -> None:
    async with gateway_bench(cluster, postgres_url) as bench:
        await bench.relay()
        await bench.projector()
        async with bench.taking():
            before = await work(bench)
            working = [asyncio.create_task(work(bench)) for _ in range(JOBS)]
            killed = await leader(bench)

            await asyncio.to_thread(cluster.kill, killed)
            jobs = [before, *await asyncio.wait_for(asyncio.gather(*working), 120)]

        assert await leader(bench) != killed
        for job in jobs:
            row = await bench.until_row(job, lambda row: row.status == "completed", within=60)
            log, history = await bench.log(job), await bench.history(job)
            ids = [entry.event_id for entry in log.entries]
            assert len(ids) == len(set(ids))
            assert [event.event_id for event in history] == ids
            assert row.seq == len(ids)
            # A request whose append was in doubt is followed by a duplicate; nothing else is.
            names = [entry.event.name for entry in log.entries if entry.event.name != "requested"]
            assert names == ["started", *["progress"] * ITEMS, "completed"]
        await asyncio.to_thread(cluster.start_node, killed)
        await asyncio.to_thread(cluster.until_healthy, killed)
        after = await work(bench)
        await bench.until_row(after, lambda row: row.status == "completed", within=60)
