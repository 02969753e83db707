"""The reconciler, and a stream that is lost while a job runs, with real NATS and Postgres."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from lodestone.clock import now
from lodestone.errors import ErrorCode
from lodestone.events import JobCancelRequested, JobFailed, JobRequested, JobRetrying, Reason
from lodestone.job_log import JobLog
from lodestone.subjects import ask_subject
from lodestone_gateway.jobs.restore import Records, restore
from lodestone_gateway.reconciler.app import Reconciler
from lodestone_gateway.reconciler.presence import Broker, Presence
from nats.aio.msg import Msg
from nats.js.errors import NotFoundError
from prometheus_client import REGISTRY
from sqlalchemy import event
from support.gateway_bench import WORKER, GatewayBench
from support.logs import names_written
from support.waiting import eventually

LONG_AGO = timedelta(seconds=45)  # longer than the silence limit


@pytest.fixture
async def folding(bench: GatewayBench) -> AsyncIterator[None]:
    """A projector without a reconciler."""
    async with bench.folding():
        yield


async def old_job(bench: GatewayBench, *, deadline_ago: float | None = None) -> JobRequested:
    """A job that was published a while ago."""
    accepted = now() - LONG_AGO
    deadline = now() - timedelta(seconds=deadline_ago) if deadline_ago is not None else None
    requested = await bench.submit(accepted=accepted, deadline=deadline)
    await bench.publish(requested, time=accepted)
    return requested


def cancel_event(requested: JobRequested) -> JobCancelRequested:
    return JobCancelRequested(**requested.of_job(1), requested_by=requested.user_id)


async def stream_is_there(bench: GatewayBench) -> bool:
    with contextlib.suppress(NotFoundError):
        return bool((await bench.client.jetstream().stream_info("JOBS")).config.name)
    return False


async def deliver(bench: GatewayBench) -> list[Msg]:
    """The messages that a service receives."""
    consumer = await bench.client.jetstream().pull_subscribe_bind("ideation", "JOBS")
    try:
        return await consumer.fetch(1, timeout=1)
    except TimeoutError:
        return []


async def lose_delivery(bench: GatewayBench) -> None:
    """Takes a message off the queue although its job continues."""
    for message in await deliver(bench):
        await message.ack_sync()


async def answer(bench: GatewayBench, text: str) -> None:
    """Answers as a living worker."""

    async def reply(message: Msg) -> None:
        await message.respond(text.encode())

    await bench.client.subscribe(ask_subject(WORKER), cb=reply)


async def test_job_past_its_deadline_fails_with_a_text_for_its_owner(
    bench: GatewayBench, folding: None
) -> None:
    requested = await old_job(bench, deadline_ago=11)
    await bench.start(requested, time=now() - LONG_AGO)

    await bench.reconciler().reconcile_round()

    log = await bench.log(requested)
    assert isinstance(log.terminal, JobFailed)
    assert log.terminal.error.code is ErrorCode.DEADLINE_EXCEEDED
    assert log.entries[-1].source == "/lodestone/reconciler"
    row = await bench.until_row(requested, lambda row: row.status == "failed")
    assert row.error == log.terminal.error.message


async def test_job_that_was_never_published_fails_at_its_deadline_all_the_same(bench: GatewayBench) -> None:
    requested = await bench.submit(accepted=now() - LONG_AGO, deadline=now() - timedelta(seconds=11))
    reconciler = bench.reconciler()

    await reconciler.reconcile_round()
    await reconciler.reconcile_round()

    log = await bench.log(requested)
    assert [(entry.event.name, entry.restored) for entry in log.entries] == [
        ("requested", "open"),
        ("requested", "whole"),
        ("failed", None),
    ]


async def test_job_within_its_deadline_is_left_alone(bench: GatewayBench) -> None:
    requested = await old_job(bench)
    await bench.start(requested)

    await bench.reconciler().reconcile_round()

    assert names_written(await bench.log(requested)) == ["requested", "started"]


async def test_request_that_the_broker_lost_is_delivered_again(bench: GatewayBench, folding: None) -> None:
    requested = await old_job(bench)
    await lose_delivery(bench)

    await bench.reconciler().reconcile_round()

    log = await bench.log(requested)
    assert names_written(log) == ["requested", "requested"]
    assert log.entries[0].event_id != log.entries[1].event_id
    [message] = await deliver(bench)
    assert b'"redelivery":true' in message.data
    row = await bench.until_row(requested, lambda row: row.seq == 2)
    assert (row.status, row.attempt) == ("pending", 0)


async def test_request_is_found_lost_also_while_other_jobs_are_delivered(bench: GatewayBench) -> None:
    requested = await old_job(bench)
    await lose_delivery(bench)
    busy = await old_job(bench)
    assert await deliver(bench)

    await bench.reconciler().reconcile_round()

    assert names_written(await bench.log(requested)) == ["requested", "requested"]
    assert names_written(await bench.log(busy)) == ["requested"]


async def test_log_that_the_row_does_not_follow_is_told_as_drift(bench: GatewayBench) -> None:
    behind, followed = await old_job(bench), await old_job(bench)
    await bench.start(behind, time=now() - LONG_AGO)
    await bench.complete(behind, time=now() - LONG_AGO)

    await bench.reconciler().reconcile_round()

    assert REGISTRY.get_sample_value("lodestone_drifting_jobs") == 1
    async with bench.folding():
        await bench.until_row(behind, lambda row: row.status == "completed")
        await bench.until_row(followed, lambda row: row.seq >= 1)
    await bench.reconciler().reconcile_round()
    assert REGISTRY.get_sample_value("lodestone_drifting_jobs") == 0


async def test_request_that_was_published_after_the_broker_was_asked_is_not_lost(
    bench: GatewayBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    presence = Presence(bench.client, bench.engine)
    broker = await presence.take()

    async def take() -> Broker:
        return broker

    monkeypatch.setattr(presence, "take", take)
    requested = await old_job(bench)

    await Reconciler(bench.client, bench.stream, bench.engine, presence).reconcile_round()

    assert names_written(await bench.log(requested)) == ["requested"]


async def test_statements_of_a_round_do_not_grow_with_the_jobs_that_only_run(bench: GatewayBench) -> None:
    sent: list[str] = []
    event.listen(bench.engine.sync_engine, "before_cursor_execute", lambda *about: sent.append(about[2]))
    counts = []
    for jobs in (2, 10):
        for _ in range(jobs):
            await bench.start(await old_job(bench), time=now() - LONG_AGO)
        sent.clear()
        await bench.reconciler().reconcile_round()
        counts.append(len(sent))

    assert counts[0] == counts[1] > 0


async def test_job_that_waits_for_a_slot_is_not_sent_again(bench: GatewayBench) -> None:
    requested = await old_job(bench)

    await bench.reconciler().reconcile_round()

    assert names_written(await bench.log(requested)) == ["requested"]


async def test_silent_owner_loses_the_job_and_a_living_one_keeps_it(bench: GatewayBench) -> None:
    dead, living = await old_job(bench), await old_job(bench)
    for _ in range(2):
        await lose_delivery(bench)
    await bench.start(dead, worker_id="ideation-dead", time=now() - LONG_AGO)
    await bench.start(living, time=now() - LONG_AGO)
    await answer(bench, "have")

    await bench.reconciler().reconcile_round()

    assert names_written(await bench.log(dead)) == ["requested", "started", "requested"]
    assert names_written(await bench.log(living)) == ["requested", "started"]


async def test_cancel_that_no_worker_answers_ends_the_job_and_keeps_its_items(bench: GatewayBench) -> None:
    requested = await old_job(bench)
    await bench.start(requested, time=now() - LONG_AGO)
    await bench.item(requested, 0, time=now() - LONG_AGO)
    await bench.ask_to_cancel(requested)
    cancel = await bench.outbox_row(requested, "cancel_requested")
    event = cancel_event(requested)
    await bench.append(event, event_id=cancel.event_id, time=now() - timedelta(seconds=6))

    await bench.reconciler().reconcile_round()

    log = await bench.log(requested)
    assert log.terminal
    assert log.terminal.name == "cancelled"
    assert log.terminal.body()["kept"] == [{"title": "T0"}]


async def test_lost_log_is_written_back_in_order_and_the_job_goes_on(bench: GatewayBench) -> None:
    await bench.projector()
    requested = await bench.submit()
    await bench.publish(requested)
    await bench.start(requested)
    await bench.item(requested, 0)
    before = await bench.item(requested, 1)
    await bench.until_row(requested, lambda row: row.seq == 4)

    await bench.lose_stream()
    after = await bench.until_log(requested, lambda log: len(log.entries) == 4, within=30)

    assert [entry.event_id for entry in after.entries] == [entry.event_id for entry in before.entries]
    assert [entry.time for entry in after.entries] == [entry.time for entry in before.entries]
    assert [entry.event for entry in after.entries] == [entry.event for entry in before.entries]
    assert [entry.restored for entry in after.entries] == ["open", "open", "open", "whole"]
    assert after.entries[0].sequence > before.last_sequence
    assert await deliver(bench)

    await bench.complete(requested)
    row = await bench.until_row(requested, lambda row: row.status == "completed")
    assert (row.seq, len(row.items)) == (5, 2)
    assert [event.seq for event in await bench.history(requested)] == [1, 2, 3, 4, 5]


async def test_restored_log_of_one_event_is_made_whole_by_a_copy(bench: GatewayBench, folding: None) -> None:
    requested = await bench.submit()
    await bench.publish(requested)
    await bench.until_row(requested, lambda row: row.seq == 1)
    await bench.lose_stream()
    await eventually(lambda: stream_is_there(bench), within=20)

    await restore(bench.stream, Records(bench.engine), requested.job_type, requested.job_id)

    log = await bench.log(requested)
    assert [entry.restored for entry in log.entries] == ["open", "whole"]
    row = await bench.until_row(requested, lambda row: row.seq == 2)
    assert row.status == "pending"


async def test_accepted_cancel_survives_the_loss_of_the_stream(bench: GatewayBench) -> None:
    requested = await bench.submit()
    await bench.publish(requested)
    await bench.start(requested)
    await bench.ask_to_cancel(requested)
    row = await bench.outbox_row(requested, "cancel_requested")
    await bench.append(cancel_event(requested), event_id=row.event_id)
    await bench.sql("UPDATE outbox SET published_at = now()")
    await bench.lose_stream()  # before anything was folded
    await bench.projector()

    log = await bench.until_log(requested, lambda log: log.cancel is not None, within=30)

    assert names_written(log)[:2] == ["requested", "cancel_requested"]
    assert log.entries[1].event_id == row.event_id
    ended = await bench.until_row(requested, lambda row: row.status == "cancelled", within=30)
    assert ended.cancel_requested


async def test_restore_raises_the_version_so_that_a_fold_in_flight_fails(bench: GatewayBench) -> None:
    requested = await bench.submit()
    await bench.publish(requested)
    [(before,)] = await bench.sql("SELECT version FROM projector_cursor")

    await restore(bench.stream, Records(bench.engine), requested.job_type, requested.job_id)

    [(after,)] = await bench.sql("SELECT version FROM projector_cursor")
    assert after == before + 1


async def test_ended_job_is_not_written_back(bench: GatewayBench, folding: None) -> None:
    requested = await bench.submit()
    await bench.publish(requested)
    await bench.start(requested)
    await bench.complete(requested)
    await bench.until_row(requested, lambda row: row.status == "completed")
    await bench.lose_stream()
    await eventually(lambda: stream_is_there(bench), within=20)

    await restore(bench.stream, Records(bench.engine), requested.job_type, requested.job_id)

    assert names_written(await bench.log(requested)) == []


async def test_two_reconcilers_write_a_lost_log_back_once(bench: GatewayBench, folding: None) -> None:
    requested = await bench.submit()
    await bench.publish(requested)
    await bench.start(requested)
    for index in range(5):
        await bench.item(requested, index)
    await bench.until_row(requested, lambda row: row.seq == 7)
    before = await bench.log(requested)
    await bench.lose_stream()
    await eventually(lambda: stream_is_there(bench), within=20)

    async def write_back() -> JobLog:
        while True:
            log = await restore(bench.stream, Records(bench.engine), requested.job_type, requested.job_id)
            if len(log.entries) >= 7 and not log.is_open:
                return log

    first, second = await asyncio.gather(write_back(), write_back())

    assert first.entries == second.entries
    assert [entry.event_id for entry in first.entries] == [entry.event_id for entry in before.entries]


async def test_repairs_and_the_age_of_living_jobs_are_counted(bench: GatewayBench) -> None:
    failed = {"job_type": "ideation", "repair": "fail"}
    before = REGISTRY.get_sample_value("lodestone_reconciler_repairs_total", failed) or 0
    await old_job(bench, deadline_ago=11)

    await bench.reconciler().reconcile_round()

    assert REGISTRY.get_sample_value("lodestone_reconciler_repairs_total", failed) == before + 1
    age = REGISTRY.get_sample_value("lodestone_nonterminal_job_oldest_age_seconds", {"job_type": "ideation"})
    assert age
    assert age >= LONG_AGO.total_seconds()


async def test_jobs_that_should_have_ended_are_counted_even_while_the_bus_is_away(
    bench: GatewayBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await old_job(bench, deadline_ago=31)
    await old_job(bench, deadline_ago=29)
    reconciler = bench.reconciler()
    monkeypatch.setattr(type(bench.client), "is_connected", False)

    await reconciler.reconcile_round()

    assert REGISTRY.get_sample_value("lodestone_stuck_jobs", {"job_type": "ideation"}) == 1


async def test_job_between_two_attempts_is_not_sent_again(bench: GatewayBench) -> None:
    requested = await old_job(bench)
    [message] = await deliver(bench)
    await bench.start(requested, time=now() - LONG_AGO)
    reason = Reason(code=ErrorCode.AI_UNAVAILABLE, message="busy")
    later = now() + timedelta(minutes=5)
    event = JobRetrying(**requested.of_job(1), reason=reason, retry_at=later, counted=False)
    await bench.append(event, time=now() - LONG_AGO)
    await message.nak(delay=300)

    await bench.reconciler().reconcile_round()

    assert names_written(await bench.log(requested)) == ["requested", "started", "retrying"]


async def test_missing_durable_is_made_again_and_delivers(bench: GatewayBench) -> None:
    await old_job(bench)
    await bench.client.jetstream().delete_consumer("JOBS", "ideation")

    await bench.reconciler().reconcile_round()

    assert await deliver(bench)
