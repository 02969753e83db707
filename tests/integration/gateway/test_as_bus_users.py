"""Relay, projector and reconciler as bus users with their own rights, which suffice for all they do."""

from datetime import timedelta

import pytest
from lodestone.bus.ask import ask_owner
from lodestone.bus.connection import connect
from lodestone.bus.publisher import JobStream, NotPermitted
from lodestone.clock import now
from lodestone.events import JobCompleted, JobFailed, JobStarted, Usage
from lodestone.ids import new_id
from lodestone.job_log import JobLog
from lodestone.judgement import Owner
from lodestone.settings import ProcessSettings
from lodestone_gateway.operating.audit import Actor
from lodestone_gateway.operating.pausing import pause
from lodestone_gateway.store.holds import Scope
from support.backends import NatsServer
from support.bus_users import violations
from support.gateway_bench import GatewayBench
from support.waiting import eventually
from support.worker_bench import worker_bench


async def test_a_lost_stream_is_made_anew_and_its_jobs_written_back(bench: GatewayBench) -> None:
    await bench.relay()
    await bench.projector()
    requested = await bench.submit(accepted=now() - timedelta(minutes=1))
    await bench.until_published(requested)
    await bench.start(requested)
    await bench.item(requested, 0)
    await bench.until_row(requested, lambda row: row.seq == 3)

    await bench.lose_stream()

    restored = await bench.until_log(
        requested, lambda log: bool(log.entries) and not log.is_open and len(log.items) == 1, within=30
    )
    assert [event.name for event in restored.events][:3] == ["requested", "started", "progress"]
    for job_type in ("ideation", "emails"):
        assert await bench.client.jetstream().consumer_info("JOBS", job_type)


async def test_a_cancel_is_relayed_and_an_overdue_job_is_failed(bench: GatewayBench) -> None:
    await bench.relay()
    await bench.projector()
    waiting, late = await bench.submit(), await bench.submit(deadline=now() - timedelta(minutes=1))

    await bench.ask_to_cancel(waiting)

    await bench.until_row(waiting, lambda row: row.status == "cancelled")
    await bench.until_row(late, lambda row: row.status == "failed", within=20)
    assert isinstance((await bench.log(late)).terminal, JobFailed)


async def test_a_pause_reaches_the_durable_and_the_projectors_backlog_is_told(bench: GatewayBench) -> None:
    before = violations()
    await bench.projector()
    await pause(bench.engine, Actor(new_id()), Scope(job_type="ideation"))

    async def held_back() -> list[str]:
        found = await bench.sql("SELECT name FROM consumer_states WHERE is_paused")
        return [row.name for row in found]

    assert await eventually(held_back, within=10) == ["ideation"]
    assert (await bench.client.jetstream().consumer_info("JOBS", "ideation")).paused
    assert await bench.sql("SELECT pending FROM consumer_states WHERE name = 'projector'") == [(0,)]
    assert violations() == before


async def test_a_working_service_answers_the_reconciler(own_nats: NatsServer) -> None:
    async with worker_bench(own_nats) as bench:
        await bench.worker(drain_seconds=0.1)
        await bench.pace(0.02, 30)
        requested = await bench.request()
        log = await bench.until_logged(requested, "call_started")
        (started,) = (event for event in log.events if isinstance(event, JobStarted))
        asking = await connect(ProcessSettings(nats_url=own_nats.url, nats_urls=own_nats.users), "reconciler")

        answer = await ask_owner(asking, started.worker_id, requested.job_id)

        await asking.disconnect()
    assert answer is Owner.HAS_IT


async def test_an_append_that_is_forbidden_is_told_at_once_and_counted(
    own_nats: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lodestone.bus.publisher.PUBLISH_TIMEOUT_SECONDS", 0.3)
    async with worker_bench(own_nats):
        before = violations()
    client = await connect(ProcessSettings(nats_url=own_nats.url, nats_urls=own_nats.users), "content")
    foreign = JobCompleted(
        job_id=new_id(), job_type="ideation", user_id=new_id(), attempt=1, result={}, usage=Usage()
    )

    with pytest.raises(NotPermitted, match="may not write"):
        await JobStream(client, "content").append(foreign, JobLog())

    await client.disconnect()
    assert violations() == before + 1
