"""What operators see of the broker and the services, and what a pause does, with real NATS and Postgres."""

import json
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import pytest
from lodestone import subjects
from lodestone.bus.heartbeat import Heartbeat, ModelState, ProviderState
from lodestone.bus.subscribers import Subscriber, written
from lodestone.clock import now
from lodestone.events import JobRequested
from lodestone.ids import new_id
from lodestone.jobs import JOB_TYPES
from lodestone_gateway.operating.audit import Actor
from lodestone_gateway.operating.pausing import pause, resume, resume_gradually
from lodestone_gateway.operating.services import Service, read_services
from lodestone_gateway.reconciler import presence as presence_module
from lodestone_gateway.reconciler.presence import Presence
from lodestone_gateway.store.holds import Scope
from lodestone_gateway.store.session import Role, make_engine
from lodestone_gateway.verdict.coverages import Coverages
from prometheus_client import REGISTRY
from support.gateway_bench import GatewayBench
from support.waiting import eventually

OPERATOR = Actor(new_id())


async def service(bench: GatewayBench, name: str) -> Service:
    reader = make_engine(bench.settings.database_url, Role.READER)
    try:
        items = (await read_services(reader, Coverages(reader))).items
    finally:
        await reader.dispose()
    return next(item for item in items if item.name == name)


async def is_paused(bench: GatewayBench, durable: str = "ideation") -> bool:
    return bool((await bench.client.jetstream().consumer_info("JOBS", durable)).paused)


async def deliveries(bench: GatewayBench) -> list[str]:
    """The subjects that a service would receive now; they stay unacknowledged."""
    subscription = await bench.client.jetstream().pull_subscribe_bind("ideation", "JOBS")
    try:
        return [message.subject for message in await subscription.fetch(10, timeout=0.5)]
    except TimeoutError:
        return []
    finally:
        await subscription.unsubscribe()


def subject(requested: JobRequested) -> str:
    return subjects.event_subject("requested", requested.job_type, requested.job_id)


async def say(bench: GatewayBench, worker: str, running: int) -> None:
    """A worker of four slots says that it lives."""
    beat = Heartbeat(worker_id=worker, service="ideation", slots=4, running=running, started_at=now())
    body = beat.model_dump_json(by_alias=True).encode()
    await bench.client.publish(subjects.heartbeat_subject("ideation"), body)


async def test_metrics_tell_the_slots_of_living_processes_and_what_nobody_has(bench: GatewayBench) -> None:
    def shown() -> tuple[float | None, ...]:
        of_service = [
            REGISTRY.get_sample_value(f"lodestone_service_{name}", {"service": "ideation"})
            for name in ("slots", "busy_slots")
        ]
        lag = REGISTRY.get_sample_value("lodestone_durable_pending_messages", {"job_type": "ideation"})
        return (*of_service, lag)

    presence = Presence(bench.client, bench.engine)
    await presence.listen(lambda heartbeat: None)
    await bench.publish(await bench.submit())
    for worker, running in (("w-1", 3), ("w-2", 1)):
        await say(bench, worker, running)

    async def measured() -> bool:
        await presence.take()
        return shown() == (8, 4, 1)

    await eventually(measured, within=10)
    presence._last = {
        worker: (beat, now() - presence_module.ALIVE_WITHIN) for worker, (beat, _) in presence._last.items()
    }
    await presence.take()
    assert shown() == (0, 0, 1), "nobody was heard lately"


async def test_counts_are_those_of_the_broker(bench: GatewayBench) -> None:
    for _ in range(3):
        await bench.publish(await bench.submit())
    subscription = await bench.client.jetstream().pull_subscribe_bind("ideation", "JOBS")
    await subscription.fetch(1, timeout=1)

    await bench.reconciler().reconcile_round()

    ideation = await service(bench, "ideation")
    [queue] = ideation.job_types
    assert (queue.pending, queue.ack_pending, queue.redelivered, queue.is_paused) == (2, 1, 0, False)
    assert ideation.backlog == 2
    assert not ideation.is_running


async def test_slots_are_wanted_for_what_is_not_done_but_not_for_what_is_paused(bench: GatewayBench) -> None:
    for _ in range(3):
        await bench.publish(await bench.submit())
    subscription = await bench.client.jetstream().pull_subscribe_bind("ideation", "JOBS")
    await subscription.fetch(1, timeout=1)

    def wanted() -> float | None:
        return REGISTRY.get_sample_value("lodestone_durable_wanted_slots", {"job_type": "ideation"})

    await Presence(bench.client, bench.engine).take()
    assert wanted() == 3
    await pause(bench.engine, Actor(new_id()), Scope(job_type="ideation"))
    await Presence(bench.client, bench.engine).take()
    assert wanted() == 1, "the one that a worker has"


async def test_requests_are_untaken_while_a_slot_is_free_and_nothing_is_paused(bench: GatewayBench) -> None:
    presence = Presence(bench.client, bench.engine)
    await presence.listen(lambda heartbeat: None)
    await bench.publish(await bench.submit())

    async def until_untaken(count: int, running: int) -> None:
        async def told() -> bool:
            await say(bench, "w-1", running)
            await presence.take()
            name, labels = "lodestone_durable_untaken_messages", {"job_type": "ideation"}
            return REGISTRY.get_sample_value(name, labels) == count

        await eventually(told, within=10, told=f"{count} requests are untaken")

    await until_untaken(1, running=3)
    await until_untaken(0, running=4)
    await until_untaken(1, running=3)
    await pause(bench.engine, Actor(new_id()), Scope(job_type="ideation"))
    await until_untaken(0, running=3)


async def test_a_subscribers_durable_that_is_missing_is_made_anew(
    bench: GatewayBench, tmp_path: Path
) -> None:
    crm = Subscriber(name="crm", filters=("job.completed.*.*",), since=now())
    file = tmp_path / "subscribers.json"
    file.write_text(written([crm]))

    await Presence(bench.client, bench.engine, file).take()

    info = await bench.client.jetstream().consumer_info("JOBS", "subscriber-crm")
    assert info.config.filter_subjects == ["job.completed.*.*"]


async def test_a_subscribers_file_that_says_nothing_stops_nobody(bench: GatewayBench, tmp_path: Path) -> None:
    file = tmp_path / "subscribers.json"
    file.write_text("{")

    broker = await Presence(bench.client, bench.engine, file).take()

    assert "ideation" in broker


async def test_a_round_asks_the_broker_once(bench: GatewayBench, tmp_path: Path) -> None:
    file = tmp_path / "subscribers.json"
    file.write_text(written([Subscriber(name="crm", filters=("job.completed.*.*",), since=now())]))
    presence = Presence(bench.client, bench.engine, file)
    await presence.take()
    before = bench.client.stats["out_msgs"]

    broker = await presence.take()

    assert set(broker) == set(JOB_TYPES)
    assert bench.client.stats["out_msgs"] - before == 1


async def test_a_broker_that_does_not_answer_leaves_the_durables_in_doubt(
    bench: GatewayBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def read_consumers(_: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(presence_module, "read_consumers", read_consumers)

    assert await Presence(bench.client, bench.engine).take() == {}


async def test_what_has_not_changed_is_recorded_again_after_some_seconds(
    bench: GatewayBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = 100.0
    monkeypatch.setattr(presence_module, "monotonic", lambda: time)
    presence = Presence(bench.client, bench.engine)

    async def recorded() -> datetime:
        await presence.take()
        [queue] = (await service(bench, "ideation")).job_types
        assert queue.seen_at
        return queue.seen_at

    first = await recorded()
    assert await recorded() == first
    await bench.publish(await bench.submit())
    changed = await recorded()
    assert changed > first
    time += presence_module.KEEP_SECONDS
    assert await recorded() > changed


async def test_a_process_is_alive_while_it_is_heard(
    bench: GatewayBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence_module, "KEEP_SECONDS", 0)
    presence = Presence(bench.client, bench.engine)
    await presence.listen(list[Heartbeat]().append)
    provider = ProviderState(models=[ModelState(model="a-model", breaker="open")], limits=[])
    heartbeat = Heartbeat(
        worker_id="ideation-1",
        service="ideation",
        slots=32,
        running=3,
        started_at=now(),
        provider=provider,
    )
    heartbeat_subject = subjects.heartbeat_subject("ideation")

    async def is_known() -> bool:
        await presence.take()
        return bool((await service(bench, "ideation")).processes)

    await bench.client.publish(heartbeat_subject, b"rubbish")
    for wrong in ({"slots": 2**40}, {"running": -1}, {"workerId": "x\0y"}, {"service": "polish"}):
        await bench.client.publish(heartbeat_subject, json.dumps({**heartbeat.to_wire(), **wrong}).encode())
    await bench.client.publish(heartbeat_subject, heartbeat.model_dump_json(by_alias=True).encode())
    await eventually(is_known)

    ideation = await service(bench, "ideation")
    assert ideation.is_running
    [process] = ideation.processes
    assert (process.worker_id, process.slots, process.running) == ("ideation-1", 32, 3)
    assert process.provider == provider

    await bench.sql("UPDATE service_beats SET seen_at = now() - interval '11 s'")
    assert not (await service(bench, "ideation")).is_running
    await bench.sql("UPDATE service_beats SET seen_at = now() - interval '61 s'")
    await presence.take()
    assert (await service(bench, "ideation")).processes == []


async def test_an_older_release_says_nothing_of_the_provider(bench: GatewayBench) -> None:
    presence = Presence(bench.client, bench.engine)
    await presence.listen(list[Heartbeat]().append)
    heartbeat = Heartbeat(worker_id="ideation-1", service="ideation", slots=32, running=3, started_at=now())
    older = {name: said for name, said in heartbeat.to_wire().items() if name not in ("provider", "version")}
    await bench.client.publish(subjects.heartbeat_subject("ideation"), json.dumps(older).encode())

    async def is_known() -> bool:
        await presence.take()
        return bool((await service(bench, "ideation")).processes)

    await eventually(is_known, within=10)
    [process] = (await service(bench, "ideation")).processes
    assert (process.provider, process.version, process.is_alive) == (None, None, True)
    assert await bench.sql("SELECT provider IS NULL FROM service_beats") == [(True,)]


async def test_relay_and_projector_run_while_one_of_each_leads_and_tell_their_release(
    bench: GatewayBench,
) -> None:
    await bench.submit()
    before = {name: await service(bench, name) for name in ("relay", "projector")}
    assert [each.is_running for each in before.values()] == [False, False]
    assert [each.version for each in before.values()] == [None, None]
    assert before["relay"].backlog == 1

    await bench.relay()
    await bench.projector()

    for name in before:

        async def leads(name: str = name) -> bool:
            return (await service(bench, name)).is_running

        await eventually(leads, within=10)
        assert (await service(bench, name)).version == version("lodestone-common")


async def test_requests_of_a_paused_type_wait_and_their_cancels_do_not(bench: GatewayBench) -> None:
    await bench.relay()
    await pause(bench.engine, OPERATOR, Scope(job_type="ideation"))
    held, cancelled = await bench.submit(), await bench.submit()

    await bench.ask_to_cancel(cancelled)

    log = await bench.until_log(cancelled, lambda log: log.terminal is not None)
    assert [entry.event.name for entry in log.entries] == ["requested", "cancel_requested", "cancelled"]
    assert (await bench.log(held)).entries == ()

    await resume(bench.engine, OPERATOR, Scope(job_type="ideation"))

    await bench.until_published(held)


async def test_requests_of_a_paused_user_wait_and_those_of_others_do_not(bench: GatewayBench) -> None:
    await bench.relay()
    before = await bench.submit()
    await bench.until_published(before)
    scope = Scope(user_id=before.user_id)

    await pause(bench.engine, OPERATOR, scope)
    held = await bench.submit(user_id=before.user_id)

    await bench.until_published(await bench.submit())
    assert (await bench.log(held)).entries == ()

    assert await resume_gradually(bench.engine, OPERATOR, scope, 60_000)
    await bench.until_published(held)

    async def has_ended() -> bool:
        return not await bench.sql("SELECT FROM paused_users")

    await eventually(has_ended, within=10, told="nothing of the user waits any more")


async def test_nothing_begins_while_everything_is_paused(bench: GatewayBench) -> None:
    before = await bench.submit()
    await bench.publish(before)
    reconciler = bench.reconciler()
    await pause(bench.engine, OPERATOR, Scope())
    await bench.relay()
    held = await bench.submit()
    await reconciler.reconcile_round()

    assert await is_paused(bench)
    assert await is_paused(bench, "posts")
    assert await deliveries(bench) == []
    [queue] = (await service(bench, "ideation")).job_types
    assert (queue.is_paused, queue.paused_by) == (True, OPERATOR.id)

    assert await resume_gradually(bench.engine, OPERATOR, Scope(), 60_000)
    await reconciler.reconcile_round()

    assert not await is_paused(bench), "what is published goes on"
    await bench.until_published(held)


async def test_nothing_is_delivered_while_a_type_is_paused(bench: GatewayBench) -> None:
    requested = await bench.submit()
    await bench.publish(requested)
    reconciler = bench.reconciler()
    await pause(bench.engine, OPERATOR, Scope(job_type="ideation"))
    await reconciler.reconcile_round()

    assert await is_paused(bench)
    assert not await is_paused(bench, "posts")
    assert await deliveries(bench) == []
    [queue] = (await service(bench, "ideation")).job_types
    assert (queue.is_paused, queue.is_held_back, queue.paused_by) == (True, True, OPERATOR.id)

    await resume(bench.engine, OPERATOR, Scope(job_type="ideation"))
    await reconciler.reconcile_round()

    assert not await is_paused(bench)
    assert await deliveries(bench) == [subject(requested)]


async def test_a_durable_that_was_lost_is_made_again_and_paused_again(bench: GatewayBench) -> None:
    reconciler = bench.reconciler()
    await pause(bench.engine, OPERATOR, Scope(job_type="ideation"))
    await reconciler.reconcile_round()
    await bench.client.jetstream().delete_consumer("JOBS", "ideation")

    await reconciler.reconcile_round()
    await reconciler.reconcile_round()

    assert await is_paused(bench)
