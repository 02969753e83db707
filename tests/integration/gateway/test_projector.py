"""The projector with a real NATS server and a real Postgres."""

import contextlib
import json
import re
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
from lodestone import subjects
from lodestone.bus.reading import BATCH
from lodestone.clock import format_time, now
from lodestone.errors import ErrorCode
from lodestone.events import (
    JobCallFinished,
    JobCallStarted,
    JobFailed,
    JobProgress,
    Outcome,
    Reason,
    Usage,
)
from lodestone.ids import new_id
from lodestone.job_log import JobLog
from lodestone_gateway.projector import moment
from lodestone_gateway.projector.batch import commit_batch
from lodestone_gateway.projector.cursor import CursorMoved, read_cursor
from lodestone_gateway.store.notices import ListeningConnection
from lodestone_gateway.store.session import Role
from prometheus_client import REGISTRY
from support.backends import NatsServer, PostgresServer
from support.gateway_bench import GatewayBench, gateway_bench
from support.samples import ideation_result
from support.waiting import eventually


async def raw(bench: GatewayBench, subject: str, body: bytes, event_id: str = "") -> None:
    """Publishes a message past the fence and past our models."""
    headers = {subjects.CE_ID: event_id or str(new_id()), subjects.CE_TIME: format_time(now())}
    await bench.client.jetstream().publish(subject, body, headers=headers)


@contextlib.asynccontextmanager
async def hearing(bench: GatewayBench) -> AsyncIterator[list[str]]:
    """The notices of folds, one for each."""
    heard: list[str] = []
    listening = ListeningConnection(
        bench.settings.database_url, Role.READER, channel="job_events", on_notice=heard.append
    )
    await listening.execute("SELECT 1")
    heard.clear()
    try:
        yield heard
    finally:
        await listening.close()


def count(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_only_the_first_item_of_a_job_tells_how_long_it_took(bench: GatewayBench) -> None:
    def waits() -> tuple[float, float]:
        name = "lodestone_job_first_item_seconds"
        return count(f"{name}_count", job_type="ideation"), count(f"{name}_sum", job_type="ideation")

    number, seconds = waits()
    async with bench.folding():
        requested = await bench.published()
        await bench.start(requested)
        first = await bench.item(requested, 0)
        await bench.item(requested, 1)
        await bench.until_row(requested, lambda row: row.progress_done == 2)

    row = await bench.row(requested)
    assert waits()[0] == number + 1
    assert waits()[1] - seconds == pytest.approx((first.entries[-1].time - row.created_at).total_seconds())


async def test_events_become_row_history_ledger_and_brand_kit(bench: GatewayBench) -> None:
    await bench.projector()
    requested = await bench.published()
    await bench.start(requested)
    call = JobCallStarted(**requested.of_job(1), call_id=new_id(), model="m", max_tokens=100)
    await bench.append(call)
    await bench.item(requested, 0)
    finished = JobCallFinished(
        **requested.of_job(1),
        call_id=call.call_id,
        input_tokens=11,
        output_tokens=7,
        cost_usd=Decimal("0.25"),
        outcome=Outcome.WASTED,
    )
    await bench.append(finished)
    log = await bench.complete(requested)

    row = await bench.until_row(requested, lambda row: row.status == "completed")

    history = await bench.history(requested)
    assert [event.seq for event in history] == list(range(1, 7))
    assert row.seq == 6
    assert [event.event_id for event in history] == [entry.event_id for entry in log.entries]
    assert [event.body for event in history] == [entry.event.body() for entry in log.entries]
    assert row.result == ideation_result()
    assert row.completed_at == row.updated_at == history[-1].time
    assert row.items == [{"itemKey": "k0", "itemIndex": 0, "item": {"title": "T0"}}]
    assert (row.attempt, row.started_at, row.waiting_for) == (1, history[1].time, None)
    assert (row.input_tokens, row.output_tokens) == (11, 7)
    assert row.cost_usd == row.wasted_usd == Decimal("0.25")
    ledger = await bench.sql("SELECT model, max_tokens, input_tokens, outcome, user_id FROM job_calls")
    assert ledger == [("m", 100, 11, "wasted", requested.user_id)]
    kits = await bench.sql(
        "SELECT user_id, saved_ideation_result, ideation_generated_at, business_type FROM brand_kits"
    )
    assert kits == [(requested.user_id, ideation_result(), row.completed_at, requested.input["businessType"])]


async def test_result_leaves_what_the_owner_wrote_into_the_brand_kit_meanwhile(bench: GatewayBench) -> None:
    requested = await bench.published()
    await bench.sql("INSERT INTO brand_kits (user_id, business_description) SELECT id, 'Edited' FROM users")
    await bench.start(requested)
    await bench.complete(requested)
    await bench.projector()
    await bench.until_row(requested, lambda row: row.status == "completed")

    kits = await bench.sql("SELECT business_description, saved_ideation_result FROM brand_kits")
    assert kits == [("Edited", ideation_result())]


async def test_gateways_are_woken_after_the_commit(bench: GatewayBench) -> None:
    async with hearing(bench) as heard, bench.folding():
        requested = await bench.published()

        await eventually(lambda: bool(heard))

        assert (await bench.row(requested)).seq == 1


async def test_a_job_that_ends_at_once_is_one_fold_which_does_not_wait(
    bench: GatewayBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moment, "MOMENT_SECONDS", 3600.0)
    async with hearing(bench) as heard, bench.folding():
        requested = await bench.published()
        await bench.start(requested)
        await bench.complete(requested)

        await bench.until_row(requested, lambda row: row.status == "completed")
        await eventually(lambda: bool(heard))

    assert len(await bench.history(requested)) == 3
    assert len(heard) == 1


async def test_events_that_are_delivered_again_change_nothing(bench: GatewayBench) -> None:
    projector = await bench.projector()
    requested = await bench.published()
    await bench.start(requested)
    await bench.item(requested, 0)
    await bench.complete(requested)
    await bench.until_row(requested, lambda row: row.status == "completed")
    await projector.stop()
    before = await bench.row(requested), await bench.history(requested)

    await bench.sql("UPDATE projector_cursor SET sequence = 0")
    await bench.projector()
    other = await bench.published()
    await bench.until_row(other, lambda row: row.seq == 1)

    after = await bench.row(requested), await bench.history(requested)
    assert after[0].model_dump() == before[0].model_dump()
    assert [row.model_dump() for row in after[1]] == [row.model_dump() for row in before[1]]


async def test_next_projector_goes_on_after_what_is_committed(bench: GatewayBench) -> None:
    requested = await bench.published()
    await bench.start(requested)
    first = await bench.projector()
    await bench.until_row(requested, lambda row: row.seq == 2)
    await first.stop()
    known = count("lodestone_projected_events_total", event="started", kind="known")
    await bench.item(requested, 0)
    await bench.projector()

    await bench.until_row(requested, lambda row: row.seq == 3)

    assert count("lodestone_projected_events_total", event="started", kind="known") == known


async def test_batch_read_before_the_cursor_moved_is_thrown_away(bench: GatewayBench) -> None:
    requested = await bench.published()
    entries = (await bench.log(requested)).entries
    cursor = await read_cursor(bench.engine)
    await bench.sql("UPDATE projector_cursor SET version = version + 1")

    with pytest.raises(CursorMoved):
        await commit_batch(bench.tables, cursor, entries, entries[-1].sequence)

    assert (await bench.row(requested)).seq == 0
    assert await bench.history(requested) == []


async def test_batch_that_somebody_else_folded_meanwhile_is_thrown_away(bench: GatewayBench) -> None:
    requested = await bench.submit()
    await bench.publish(requested)
    entries = (await bench.log(requested)).entries
    cursor = await read_cursor(bench.engine)
    await commit_batch(bench.tables, cursor, entries, entries[-1].sequence)

    with pytest.raises(CursorMoved):
        await commit_batch(bench.tables, cursor, entries, entries[-1].sequence)


async def test_projector_goes_on_when_a_restore_moved_the_cursor(bench: GatewayBench) -> None:
    await bench.projector()
    first = await bench.published()
    await bench.until_row(first, lambda row: row.seq == 1)
    discarded = count("lodestone_projector_discarded_batches_total")
    await bench.sql("UPDATE projector_cursor SET version = version + 1")
    requested = await bench.published()

    await bench.until_row(requested, lambda row: row.seq == 1)

    assert count("lodestone_projector_discarded_batches_total") == discarded + 1


async def test_two_projectors_at_once_fold_each_event_once(bench: GatewayBench) -> None:
    async with bench.folding(projectors=2):
        jobs = [await bench.published() for _ in range(20)]
        for requested in jobs:
            await bench.start(requested)
            for index in range(3):
                await bench.item(requested, index)

        for requested in jobs:
            await bench.until_row(requested, lambda row: row.seq == 5, within=30)

    for requested in jobs:
        log, history = await bench.log(requested), await bench.history(requested)
        assert [row.event_id for row in history] == [entry.event_id for entry in log.entries]


async def test_more_events_than_a_batch_are_folded_in_order(bench: GatewayBench) -> None:
    requested = await bench.published()
    await bench.start(requested)
    log = await bench.log(requested)
    for n in range(2 * BATCH):
        event = JobProgress(**requested.of_job(1), done=0, total=10, message=str(n))
        log = (await bench.stream.append(event, log)).log
    await bench.projector()

    row = await bench.until_row(requested, lambda row: row.seq == 2 * BATCH + 2)

    assert row.progress_message == str(2 * BATCH - 1)
    history = await bench.history(requested)
    assert [event.stream_sequence for event in history] == [entry.sequence for entry in log.entries]
    positions = [event.position or 0 for event in history]
    assert positions == sorted(positions)


async def test_message_that_is_no_event_is_counted_and_put_aside(bench: GatewayBench) -> None:
    invalid = count("lodestone_projector_invalid_messages_total")
    requested = await bench.submit()
    bad = [f"job.requested.ideation.{new_id()}", f"job.surprise.ideation.{new_id()}"]
    await raw(bench, bad[0], b"{not json")
    await raw(bench, bad[1], b"{}")
    await bench.publish(requested)
    await bench.projector()

    await bench.until_row(requested, lambda row: row.seq == 1)

    assert count("lodestone_projector_invalid_messages_total") == invalid + 2
    assert await bench.put_aside() == [("invalid", subject) for subject in bad]
    [row] = await bench.sql("SELECT reason, size, excerpt FROM dead_events WHERE excerpt LIKE '%not json'")
    assert ("Invalid JSON" in row[0], row[1], row[2]) == (True, 9, "{not json")


async def test_event_of_a_job_that_is_not_here_is_counted_and_put_aside(bench: GatewayBench) -> None:
    foreign = count("lodestone_projected_events_total", event="requested", kind="foreign")
    requested = await bench.submit()
    elsewhere = requested.model_copy(update={"job_id": new_id()})
    await bench.stream.append(elsewhere, JobLog())
    await bench.publish(requested)
    await bench.projector()

    await bench.until_row(requested, lambda row: row.seq == 1)

    assert count("lodestone_projected_events_total", event="requested", kind="foreign") == foreign + 1
    assert await bench.put_aside() == [("foreign", f"job.requested.ideation.{elsewhere.job_id}")]


async def test_event_that_the_tables_refuse_holds_nobody_up(bench: GatewayBench) -> None:
    refused = count("lodestone_projector_refused_events_total")
    requested, other = await bench.published(), await bench.published()
    body = {**requested.body(), "attempt": 2**40, "redelivery": True}
    subject = subjects.event_subject("requested", "ideation", requested.job_id)
    await raw(bench, subject, json.dumps(body).encode())
    await bench.start(requested)
    await bench.projector()

    await bench.until_row(requested, lambda row: row.seq == 2)
    await bench.until_row(other, lambda row: row.seq == 1)

    assert count("lodestone_projector_refused_events_total") == refused + 1
    assert await bench.put_aside() == [("refused", subject)]


async def test_text_that_postgres_cannot_keep_is_replaced(bench: GatewayBench) -> None:
    requested = await bench.published()
    await bench.start(requested)
    text = "a\x00b \\u0000"
    await bench.append(JobProgress(**requested.of_job(1), done=0, total=1, message=text))
    await bench.projector()

    row = await bench.until_row(requested, lambda row: row.seq == 3)

    assert row.progress_message == "a\ufffdb \\u0000"


async def test_first_terminal_event_wins_and_nothing_follows_it(bench: GatewayBench) -> None:
    drift = count("lodestone_duplicate_terminal_events_total")
    requested = await bench.published()
    await bench.start(requested)
    await bench.complete(requested)
    failed = JobFailed(
        **requested.of_job(1), error=Reason(code=ErrorCode.AI_ERROR, message="late"), usage=Usage()
    )
    subject = subjects.event_subject("failed", "ideation", requested.job_id)
    await raw(bench, subject, json.dumps(failed.body()).encode())
    await bench.projector()
    other = await bench.published()
    await bench.until_row(other, lambda row: row.seq == 1)

    row = await bench.row(requested)
    assert (row.status, row.error, row.seq) == ("completed", None, 3)
    assert len(await bench.history(requested)) == 3
    assert count("lodestone_duplicate_terminal_events_total") == drift + 1
    assert await bench.put_aside() == [("after_end", subject)]


async def test_call_settled_after_the_end_reaches_ledger_and_usage_alone(bench: GatewayBench) -> None:
    requested = await bench.published()
    await bench.start(requested)
    await bench.complete(requested)
    call = JobCallFinished(**requested.of_job(1), call_id=new_id(), input_tokens=5, outcome=Outcome.WASTED)
    await bench.append(call)
    await bench.projector()

    row = await bench.until_row(requested, lambda row: row.late_calls == 1)

    assert (row.seq, row.input_tokens, row.updated_at) == (3, 5, row.completed_at)
    assert await bench.sql("SELECT input_tokens FROM job_calls") == [(5,)]


async def test_projector_folds_on_while_the_bus_refuses_the_reconciler(bench: GatewayBench) -> None:
    urls = bench.settings.nats_urls
    wrong = re.sub(":[^:@]+@", ":wrong@", urls["reconciler"])
    bench.settings = bench.settings.model_copy(update={"nats_urls": {**urls, "reconciler": wrong}})
    await bench.projector()

    requested = await bench.published()

    await bench.until_row(requested, lambda row: row.seq == 1)


async def test_projector_goes_on_after_a_restart_of_nats(bench: GatewayBench, own_nats: NatsServer) -> None:
    await bench.projector()
    first = await bench.published()
    await bench.until_row(first, lambda row: row.seq == 1)
    own_nats.kill()
    own_nats.start()
    requested = await bench.published()

    await bench.until_row(requested, lambda row: row.seq == 1, within=20)


async def test_projector_goes_on_after_a_restart_of_postgres(
    own_nats: NatsServer, own_postgres: PostgresServer
) -> None:
    async with gateway_bench(own_nats, own_postgres.url) as bench:
        await bench.projector()
        requested = await bench.published()
        await bench.until_row(requested, lambda row: row.seq == 1)
        own_postgres.kill()
        await bench.start(requested)
        own_postgres.start()

        await bench.until_row(requested, lambda row: row.seq == 2, within=20)


async def test_lost_stream_is_made_again_and_its_sequences_go_on(bench: GatewayBench) -> None:
    await bench.projector()
    first = await bench.published()
    await bench.until_row(first, lambda row: row.seq == 1)
    before = await read_cursor(bench.engine)
    await bench.lose_stream()

    requested = await bench.published()
    await bench.until_row(requested, lambda row: row.seq == 1, within=20)

    assert (await bench.log(requested)).entries[0].sequence > before.sequence
    assert (await bench.client.jetstream().consumer_info("JOBS", "ideation")).config.durable_name


async def test_removed_consumer_is_made_again(bench: GatewayBench) -> None:
    await bench.projector()
    requested = await bench.published()
    await bench.until_row(requested, lambda row: row.seq == 1)
    await bench.client.jetstream().delete_consumer("JOBS", "projector")
    await bench.start(requested)

    await bench.until_row(requested, lambda row: row.seq == 2)
