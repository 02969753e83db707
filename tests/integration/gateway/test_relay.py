"""The relay with a real NATS server and a real Postgres."""

import asyncio
import os
import signal
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from lodestone.clock import now
from lodestone.errors import ErrorCode
from lodestone.events import JobRequested, JobRetrying, Priority, Reason
from lodestone.ids import new_id
from lodestone.subjects import BATCH_ID, STREAM
from lodestone_gateway.outbox import relay, window, workers
from lodestone_gateway.outbox.place import Look
from lodestone_gateway.outbox.queue import Waiting, prune, take_waiting
from prometheus_client import REGISTRY
from support.backends import NatsServer, PostgresServer
from support.gateway_bench import GatewayBench, gateway_bench
from support.logs import names_written
from support.relay_process import relay_process
from support.waiting import eventually

BATCH = 64
OLDEST = "lodestone_outbox_oldest_age_seconds"


async def test_accepted_job_is_published_with_the_id_and_time_of_its_row(bench: GatewayBench) -> None:
    await bench.relay()
    requested = await bench.submit()
    row = await bench.until_published(requested)

    log = await bench.log(requested)
    assert names_written(log) == ["requested"]
    entry = log.entries[0]
    assert (entry.event_id, entry.time, entry.event) == (row.event_id, row.time, requested)
    assert (entry.source, entry.restored) == ("/lodestone/relay", None)
    assert row.tried


async def test_jobs_of_a_round_are_published_as_one_batch_in_their_order(
    bench: GatewayBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "LEAST", 4 * BATCH)
    jobs = [await bench.submit() for _ in range(BATCH)]

    await bench.relay()
    for job in jobs:
        await bench.until_published(job)

    sequences = [(await bench.log(job)).last_sequence for job in jobs]
    stored = [await bench.client.jetstream().get_msg(STREAM, sequence) for sequence in sequences]
    assert sequences == list(range(sequences[0], sequences[0] + BATCH))
    assert len({(message.headers or {})[BATCH_ID] for message in stored}) == 1


async def test_a_job_that_makes_a_batch_fail_holds_up_no_other(
    bench: GatewayBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "LEAST", 4 * BATCH)
    jobs = [await bench.submit() for _ in range(BATCH)]
    odd, cancelled = jobs[7], jobs[20]
    first = await bench.append(odd)  # though its row says that nobody has tried it
    cancel_id = await bench.ask_to_cancel(cancelled)

    await bench.relay()
    for job in jobs:
        await bench.until_published(job)
    await bench.until_published(cancelled, "cancel_requested")

    logs = [await bench.log(job) for job in jobs if job not in (odd, cancelled)]  # a cancel comes first
    sequences = [log.entries[0].sequence for log in logs]
    assert sequences == sorted(sequences)
    assert all(log.entries[0].restored is None for log in logs)
    assert await bench.log(odd) == first
    assert names_written(await bench.log(cancelled)) == ["requested", "cancel_requested", "cancelled"]
    assert (await bench.log(cancelled)).entries[1].event_id == cancel_id


async def test_traceparent_of_the_row_travels_with_the_event(bench: GatewayBench) -> None:
    requested = await bench.submit()
    await bench.sql("UPDATE outbox SET traceparent = '00-' || repeat('0a', 16) || '-b7ad6b7169203331-01'")
    await bench.relay()
    await bench.until_published(requested)

    traceparent = (await bench.log(requested)).entries[0].traceparent
    assert traceparent
    assert traceparent.split("-")[1] == "0a" * 16


async def test_jobs_accepted_while_nats_is_away_are_published_in_order_when_it_is_back(
    bench: GatewayBench, own_nats: NatsServer
) -> None:
    await bench.relay()
    own_nats.kill()
    user = new_id()
    jobs = [await bench.submit(user_id=user) for _ in range(20)]
    assert not (await bench.outbox_row(jobs[0])).published_at
    own_nats.start()

    async with bench.taking():
        for job in jobs:
            await bench.until_published(job, within=20)
    logs = [await bench.log(job) for job in jobs]
    assert all(names_written(log) == ["requested"] for log in logs)


async def test_a_start_that_was_not_heard_holds_up_no_job(
    bench: GatewayBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "SWEEP_SECONDS", 60.0)
    monkeypatch.setattr(workers, "ASK_SECONDS", 0.0)
    await bench.relay()
    async with bench.taking():
        for _ in range(2 * window.LEAST):
            await bench.until_log(await bench.submit(), lambda log: bool(log.entries))


async def test_event_whose_confirmation_was_lost_is_only_marked(bench: GatewayBench) -> None:
    requested = await bench.submit()
    await bench.publish(requested, mark=False)
    await bench.relay()

    await bench.until_published(requested)
    assert names_written(await bench.log(requested)) == ["requested"]


async def test_row_is_marked_only_after_the_event_is_seen(bench: GatewayBench, own_nats: NatsServer) -> None:
    await bench.relay()
    with own_nats.standing_still():
        requested = await bench.submit()
        await eventually(lambda: REGISTRY.get_sample_value(OLDEST), told="the relay has the row in hand")
        assert not (await bench.outbox_row(requested)).published_at

    await bench.until_published(requested, within=20)
    assert (await bench.log(requested)).requested == requested


async def test_request_tried_before_and_not_in_the_log_is_written_as_restored(bench: GatewayBench) -> None:
    requested = await bench.submit()
    await bench.sql("UPDATE outbox SET tried = true")
    await bench.relay()
    row = await bench.until_published(requested)

    log = await bench.log(requested)
    assert [(entry.event.name, entry.restored) for entry in log.entries] == [
        ("requested", "open"),
        ("requested", "whole"),
    ]
    assert log.entries[0].event_id == row.event_id
    assert isinstance(log.entries[1].event, JobRequested)
    assert log.entries[1].event.redelivery


async def test_only_one_process_is_told_that_its_try_is_the_first(bench: GatewayBench) -> None:
    await bench.submit()

    tries = [await _take(bench, is_to_try=is_to_try) for is_to_try in (False, True, True)]

    assert [(row.tried, row.is_first_try) for [row] in tries] == [
        (False, False),
        (False, True),
        (True, False),
    ]


async def test_users_take_turns_and_bulk_comes_last(bench: GatewayBench) -> None:
    many, few = new_id(), new_id()
    jobs = [await bench.submit(user_id=many) for _ in range(3)]
    bulk = await bench.submit(user_id=few, priority=Priority.BULK)
    urgent = await bench.submit(user_id=few)

    waiting = await _take(bench)

    expected = [jobs[0], urgent, jobs[1], jobs[2], bulk]
    assert [row.job_id for row in waiting] == [job.job_id for job in expected]


async def test_a_job_that_is_held_is_not_published_and_ends_at_once_when_it_is_cancelled(
    bench: GatewayBench,
) -> None:
    held = await bench.submit()
    await bench.sql(f"UPDATE outbox SET held_by = gen_random_uuid() WHERE job_id = '{held.job_id}'")  # noqa: S608
    later = await bench.submit()
    await bench.relay()
    await bench.until_published(later)
    before = await bench.outbox_row(held, "requested")

    await bench.ask_to_cancel(held)
    await bench.until_published(held, "cancel_requested")

    assert (before.tried, before.published_at) == (False, None)
    assert names_written(await bench.log(held)) == ["requested", "cancel_requested", "cancelled"]


async def test_a_cancel_that_is_read_before_its_request_holds_neither_up(bench: GatewayBench) -> None:
    first = await bench.submit()
    second = await bench.submit(user_id=first.user_id)  # its turn comes later than that of a cancel
    await bench.ask_to_cancel(second)
    turns = {event: await bench.outbox_row(second, event) for event in ("requested", "cancel_requested")}
    assert turns["cancel_requested"].turn < turns["requested"].turn
    await bench.relay()

    await bench.until_published(second, "cancel_requested")

    assert names_written(await bench.log(second)) == ["requested", "cancel_requested", "cancelled"]


async def test_cancel_of_a_waiting_job_ends_it(bench: GatewayBench) -> None:
    requested = await bench.submit()
    await bench.ask_to_cancel(requested)
    await bench.relay()
    await bench.until_published(requested, "cancel_requested")

    assert names_written(await bench.log(requested)) == ["requested", "cancel_requested", "cancelled"]


async def test_cancel_of_a_running_job_is_left_to_its_worker(bench: GatewayBench) -> None:
    requested = await bench.submit()
    await bench.relay()
    await bench.until_published(requested)
    await bench.start(requested)
    await bench.ask_to_cancel(requested)
    await bench.until_published(requested, "cancel_requested")

    log = await bench.log(requested)
    assert names_written(log) == ["requested", "started", "cancel_requested"]
    assert log.entries[-1].event.attempt == 1


async def test_cancel_of_a_job_between_two_attempts_ends_it(bench: GatewayBench) -> None:
    requested = await bench.submit()
    await bench.publish(requested)
    await bench.start(requested)
    reason = Reason(code=ErrorCode.AI_UNAVAILABLE, message="busy")
    later = now() + timedelta(minutes=1)
    await bench.append(JobRetrying(**requested.of_job(1), reason=reason, retry_at=later, counted=False))
    await bench.ask_to_cancel(requested)
    await bench.relay()
    await bench.until_published(requested, "cancel_requested")

    assert names_written(await bench.log(requested))[-2:] == ["cancel_requested", "cancelled"]


async def test_cancel_of_an_ended_job_is_only_marked(bench: GatewayBench) -> None:
    requested = await bench.submit()
    await bench.publish(requested)
    await bench.start(requested)
    await bench.complete(requested)
    await bench.ask_to_cancel(requested)
    await bench.relay()
    await bench.until_published(requested, "cancel_requested")

    assert names_written(await bench.log(requested)) == ["requested", "started", "completed"]


async def test_cancel_waits_for_a_lost_log(bench: GatewayBench) -> None:
    requested = await bench.submit()
    await bench.sql("UPDATE outbox SET tried = true, published_at = now()")  # then the stream is wiped
    await bench.ask_to_cancel(requested)
    other = await bench.submit()
    await bench.relay()
    await bench.until_published(other)

    assert not (await bench.outbox_row(requested, "cancel_requested")).published_at
    assert names_written(await bench.log(requested)) == []


async def test_published_rows_are_kept_while_the_job_lives_and_then_go(bench: GatewayBench) -> None:
    ended, living, unpublished = [await bench.submit() for _ in range(3)]
    await bench.publish(ended)
    await bench.publish(living)
    await bench.sql(f"UPDATE background_jobs SET status = 'failed' WHERE id = '{ended.job_id}'")  # noqa: S608

    await prune(bench.outbox, "")

    kept = await bench.sql("SELECT job_id FROM outbox ORDER BY position")
    assert kept == [(living.job_id,), (unpublished.job_id,)]


async def test_relay_goes_on_after_a_restart_of_postgres(
    own_nats: NatsServer, own_postgres: PostgresServer
) -> None:
    async with gateway_bench(own_nats, own_postgres.url) as bench:
        await bench.relay()
        own_postgres.kill()
        own_postgres.start()

        requested = await bench.submit()
        await bench.until_published(requested, within=20)
        assert names_written(await bench.log(requested)) == ["requested"]


async def test_standby_takes_over_from_a_leader_that_hangs(bench: GatewayBench, tmp_path: Path) -> None:
    leader = relay_process(bench, tmp_path / "ready")
    try:
        await eventually((tmp_path / "ready").exists, within=30)
        await bench.until_published(await bench.submit())
        await bench.relay()
        os.kill(leader.pid, signal.SIGSTOP)
        stopped = now()
        requested = await bench.submit()

        await bench.until_published(requested, within=15)

        assert (now() - stopped).total_seconds() < 8
        os.kill(leader.pid, signal.SIGCONT)
        last = await bench.submit()
        await bench.until_published(last)
        logs = [await bench.log(requested), await bench.log(last)]
        assert [names_written(log) for log in logs] == [["requested"]] * 2
        leader.terminate()
        assert await asyncio.to_thread(leader.wait, 15) == 0
    finally:
        leader.kill()
        leader.wait()


async def _take(
    bench: GatewayBench, *, published: Iterable[str] = (), is_to_try: bool = False
) -> list[Waiting]:
    return await take_waiting(
        bench.outbox, Look({}), set(), published=published, choose=list, is_to_try=is_to_try
    )
