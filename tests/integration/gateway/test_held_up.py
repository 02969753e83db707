"""One bad event, row or type delays only itself: in projector, relay, reconciler and hub."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from lodestone import subjects
from lodestone.bus import envelope
from lodestone.clock import format_time, now
from lodestone.events import JobCompleted, JobRequested, Usage
from lodestone.ids import new_id
from lodestone.wire import JsonObject
from lodestone_gateway.live.hub import Hub
from lodestone_gateway.live.subscription import Subscription
from lodestone_gateway.projector import messages
from prometheus_client import REGISTRY
from support.gateway_bench import GatewayBench
from support.samples import ideation_result
from support.waiting import eventually


@contextlib.asynccontextmanager
async def locked(bench: GatewayBench, table: str, condition: str, *values: object) -> AsyncIterator[None]:
    """Another transaction that holds a lock on a row."""
    async with await psycopg.AsyncConnection.connect(bench.settings.database_url) as connection:
        found = await connection.execute(
            f"SELECT 1 FROM {table} WHERE {condition} FOR UPDATE".encode(),  # noqa: S608
            values,
        )
        assert await found.fetchone(), "there is no such row"
        yield
        await connection.rollback()


async def begun(bench: GatewayBench) -> JobRequested:
    requested = await bench.submit()
    await bench.publish(requested)
    await bench.start(requested)
    return requested


def count(name: str) -> float:
    return REGISTRY.get_sample_value(name) or 0.0


async def of_another_type(bench: GatewayBench, requested: JobRequested, name: str, body: JsonObject) -> None:
    """An event as a newer release publishes it."""
    headers = {subjects.CE_ID: str(new_id()), subjects.CE_TIME: format_time(now())}
    subject = subjects.event_subject(name, "carousel", requested.job_id)
    body = {**body, "jobType": "carousel"}
    await bench.client.jetstream().publish(subject, json.dumps(body).encode(), headers=headers)


async def test_result_of_a_type_that_is_not_known_here_ends_its_job_and_is_put_aside(
    bench: GatewayBench,
) -> None:
    unsaved = count("lodestone_projector_unsaved_results_total")
    newer = await bench.submit()
    await bench.sql("ALTER TABLE background_jobs DROP CONSTRAINT background_jobs_job_type_check")
    await bench.sql("UPDATE background_jobs SET job_type = 'carousel'")
    done = JobCompleted(**newer.of_job(1), result={"slides": []}, usage=Usage())
    await of_another_type(bench, newer, "requested", newer.body())
    await of_another_type(bench, newer, "completed", done.body())
    other = await begun(bench)
    await bench.projector()

    await bench.until_row(other, lambda row: row.seq == 2)

    row = await bench.row(newer)
    assert (row.status, row.result) == ("completed", {"slides": []})
    assert await bench.put_aside() == [("refused", f"job.completed.carousel.{newer.job_id}")]
    assert count("lodestone_projector_unsaved_results_total") == unsaved + 1


async def test_result_whose_column_is_missing_ends_its_job_and_is_put_aside(bench: GatewayBench) -> None:
    requested = await begun(bench)
    await bench.complete(requested)
    await bench.sql("ALTER TABLE brand_kits DROP COLUMN saved_ideation_result")
    other = await begun(bench)
    await bench.projector()

    await bench.until_row(other, lambda row: row.seq == 2)

    row = await bench.row(requested)
    assert (row.status, row.result) == ("completed", ideation_result())
    assert await bench.put_aside() == [("refused", f"job.completed.ideation.{requested.job_id}")]


async def test_event_that_breaks_the_fold_itself_is_put_aside(
    bench: GatewayBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    requested, other = await begun(bench), await begun(bench)

    def decode(subject: str, *rest: Any) -> Any:
        if subject.startswith("job.started") and subject.endswith(str(requested.job_id)):
            raise RecursionError("too deep")
        return envelope.decode(subject, *rest)

    monkeypatch.setattr(messages, "decode", decode)
    await bench.projector()

    await bench.until_row(other, lambda row: row.seq == 2)

    assert (await bench.row(requested)).seq == 1
    assert await bench.put_aside() == [("invalid", f"job.started.ideation.{requested.job_id}")]


@pytest.mark.parametrize(
    ("table", "condition"),
    [
        ("background_jobs", "id = %s"),
        ("brand_kits", "user_id = (SELECT user_id FROM background_jobs WHERE id = %s)"),
    ],
)
async def test_row_that_somebody_has_locked_holds_up_its_own_job_alone(
    bench: GatewayBench, table: str, condition: str
) -> None:
    requested, other = await begun(bench), await begun(bench)
    await bench.sql("INSERT INTO brand_kits (user_id) SELECT id FROM users")
    projector = await bench.projector()
    await bench.until_row(other, lambda row: row.seq == 2)
    await bench.until_row(requested, lambda row: row.seq == 2)

    async with locked(bench, table, condition, requested.job_id):
        await bench.item(requested, 0)
        await bench.complete(requested)
        await bench.item(other, 0)
        await bench.complete(other)
        await bench.until_row(other, lambda row: row.status == "completed")
        await bench.item(third := await begun(bench), 0)
        await bench.until_row(third, lambda row: row.seq == 3)
        assert (await bench.row(requested)).status == "processing"
        await projector.stop()  # the next projector does not know what was held up
        await bench.projector()

    await bench.until_row(requested, lambda row: row.status == "completed", within=10)
    for job in (requested, other):
        log, history = await bench.log(job), await bench.history(job)
        assert [event.event_id for event in history] == [entry.event_id for entry in log.entries]
    assert await bench.put_aside() == []
    await eventually(lambda: folded_to_the_end(bench), told="the cursor is at the end")


async def folded_to_the_end(bench: GatewayBench) -> bool:
    [(sequence,)] = await bench.sql("SELECT sequence FROM projector_cursor")
    return bool(sequence == (await bench.client.jetstream().stream_info("JOBS")).state.last_seq)


async def test_job_whose_events_wait_for_a_schema_holds_up_nobody(bench: GatewayBench) -> None:
    requested, other = await begun(bench), await begun(bench)
    await bench.sql(
        f"""CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF NEW.job_id = '{requested.job_id}' THEN PERFORM missing FROM job_events; END IF;
            RETURN NEW; END $$"""
    )
    await bench.sql("CREATE TRIGGER wait BEFORE INSERT ON job_events FOR EACH ROW EXECUTE FUNCTION wait()")
    await bench.projector()
    await bench.until_row(other, lambda row: row.seq == 2)
    assert (await bench.row(requested)).seq == 0

    await bench.sql("DROP TRIGGER wait ON job_events")

    await bench.until_row(requested, lambda row: row.seq == 2, within=10)
    assert await bench.put_aside() == []


async def test_row_of_the_outbox_that_cannot_be_read_holds_up_its_own_job_alone(bench: GatewayBench) -> None:
    bad, worse, other = await bench.submit(), await bench.submit(), await bench.submit()
    await bench.sql(f"UPDATE outbox SET body = '{{}}' WHERE job_id = '{bad.job_id}'")  # noqa: S608
    await bench.sql(f"UPDATE outbox SET event = 'surprise' WHERE job_id = '{worse.job_id}'")  # noqa: S608
    await bench.relay()

    await bench.until_log(other, lambda log: bool(log.entries))

    assert not (await bench.log(bad)).entries
    await eventually(lambda: count("lodestone_outbox_unreadable_rows") == 2)


async def test_row_of_the_outbox_that_somebody_has_locked_holds_up_its_own_job_alone(
    bench: GatewayBench,
) -> None:
    requested, other = await bench.submit(), await bench.submit()
    async with locked(bench, "outbox", "job_id = %s", requested.job_id):
        await bench.relay()
        await bench.until_log(other, lambda log: bool(log.entries))
        later = await bench.submit()
        await bench.until_log(later, lambda log: bool(log.entries))
        assert not (await bench.log(requested)).entries

    # Its next sweep, or the look at everything, which comes every ten seconds.
    await bench.until_log(requested, lambda log: bool(log.entries), within=20)


async def test_hub_passes_over_a_row_that_cannot_be_read(bench: GatewayBench) -> None:
    requested, other = await begun(bench), await begun(bench)
    hub = Hub(bench.settings.database_url)
    async with running(hub):
        with hub.watch_job(requested.job_id), hub.watch_job(other.job_id) as watching:
            await bench.sql(history_row(requested.job_id, "'infinity'"))
            await bench.sql(history_row(other.job_id, "now()"))

            assert await bodies(watching) == ["{}"]


def history_row(job_id: UUID, time: str) -> str:
    return f"""
        INSERT INTO job_events (job_id, user_id, seq, event_id, event, time, attempt, body, source,
                                stream_sequence)
        SELECT id, user_id, 1, '{new_id()}', 'progress', {time}, 1, '{{}}', '', 1
        FROM background_jobs WHERE id = '{job_id}'"""  # noqa: S608


async def bodies(watching: Subscription) -> list[str]:
    return [event.body for event in await watching.take(5.0)]


@contextlib.asynccontextmanager
async def running(hub: Hub) -> AsyncIterator[None]:

    task = asyncio.create_task(hub.run())
    await asyncio.wait_for(hub.connected.wait(), 5)
    try:
        yield
    finally:
        hub.close()
        task.cancel()
        await asyncio.wait({task})
