"""The live tables are a pure fold: rebuilt from zero beside the running system, they are identical."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest
from lodestone.bus.topology import apply_topology
from lodestone.errors import ErrorCode, Misconfigured
from lodestone.events import (
    JobCallFinished,
    JobCallStarted,
    JobFailed,
    JobRequested,
    Outcome,
    Reason,
    Usage,
)
from lodestone.ids import new_id
from lodestone_gateway.jobs.restore import Records, restore
from lodestone_gateway.projector.rebuild import Comparison, Drift, rebuild
from lodestone_gateway.store.session import Role, make_engine
from support.backends import NatsServer
from support.gateway_bench import GatewayBench, gateway_bench

COMMAND = str(Path(sys.executable).with_name("lodestone-gateway"))


@pytest.fixture
async def bench(bench: GatewayBench) -> AsyncIterator[GatewayBench]:
    async with bench.folding():
        yield bench


async def compare(bench: GatewayBench) -> Comparison:
    engine = make_engine(bench.settings.database_url, Role.READER, pool_size=1)
    try:
        return await rebuild(bench.client, engine)
    finally:
        await engine.dispose()


async def call(bench: GatewayBench, requested: JobRequested, *, settled: bool) -> JobCallFinished:
    started = JobCallStarted(**requested.of_job(1), call_id=new_id(), model="m", max_tokens=100)
    await bench.append(started)
    finished = JobCallFinished(
        **requested.of_job(1),
        call_id=started.call_id,
        input_tokens=11,
        cost_usd=Decimal("0.250"),
        outcome=Outcome.WASTED,
    )
    if settled:
        await bench.append(finished)
    return finished


async def completed(bench: GatewayBench) -> JobRequested:
    """A job with items, one call settled in time and one settled after the end."""
    requested = await bench.submit()
    await bench.publish(requested)
    await bench.start(requested)
    await call(bench, requested, settled=True)
    late = await call(bench, requested, settled=False)
    await bench.item(requested, 0)
    await bench.item(requested, 1)
    await bench.complete(requested)
    await bench.append(late)
    await bench.until_row(requested, lambda row: row.late_calls == 1)
    return requested


async def failed(bench: GatewayBench) -> JobRequested:
    requested = await bench.submit()
    await bench.publish(requested)
    await bench.start(requested)
    reason = Reason(code=ErrorCode.AI_ERROR, message="It did not work.")
    await bench.append(JobFailed(**requested.of_job(1), error=reason, usage=Usage()))
    await bench.until_row(requested, lambda row: row.status == "failed")
    return requested


async def living(bench: GatewayBench) -> JobRequested:
    requested = await bench.submit()
    await bench.publish(requested)
    await bench.start(requested)
    await bench.item(requested, 0)
    await bench.until_row(requested, lambda row: row.seq == 3)
    return requested


async def lose_stream(bench: GatewayBench) -> None:
    """Deletes all messages; a stream with later sequences replaces it."""
    await bench.lose_stream()
    await apply_topology(bench.client)


async def test_every_kind_of_job_is_the_fold_of_its_events(bench: GatewayBench) -> None:
    await completed(bench)
    await failed(bench)
    await living(bench)
    await bench.submit()

    found = await compare(bench)

    assert found.drift == []
    assert (found.jobs, found.live) == (4, found.fresh)
    assert found.events == 8 + 3 + 3


async def test_it_compares_at_one_cursor_while_the_system_goes_on(bench: GatewayBench) -> None:
    jobs = [await living(bench) for _ in range(5)]

    async def work() -> None:
        for index in range(1, 8):
            for job in jobs:
                await bench.item(job, index)

    working = asyncio.create_task(work())
    found = [await compare(bench) for _ in range(3)]
    await working

    assert [each.drift for each in found] == [[], [], []]
    assert all(each.live == each.fresh for each in found)


async def test_what_is_older_than_the_stream_comes_from_history_and_ledger(bench: GatewayBench) -> None:
    await completed(bench)
    await failed(bench)
    await lose_stream(bench)
    await living(bench)

    found = await compare(bench)

    assert found.drift == []
    assert found.live == found.fresh


async def test_a_job_that_was_written_back_to_a_new_stream_is_no_drift(bench: GatewayBench) -> None:
    requested = await living(bench)
    await lose_stream(bench)
    await restore(bench.stream, Records(bench.engine), requested.job_type, requested.job_id)
    await bench.complete(requested)
    await bench.until_row(requested, lambda row: row.status == "completed")

    found = await compare(bench)

    assert found.drift == []


async def test_drift_is_told_by_job_and_column(bench: GatewayBench) -> None:
    good, cheaper, shorter, gone = [await completed(bench) for _ in range(4)]
    changed = "cost_usd = 0, error = 'x', updated_at = updated_at"
    await bench.sql(f"UPDATE background_jobs SET {changed} WHERE id = '{cheaper.job_id}'")  # noqa: S608
    await bench.sql(f"DELETE FROM job_events WHERE job_id = '{shorter.job_id}' AND seq = 5")  # noqa: S608
    await bench.sql(f"DELETE FROM background_jobs WHERE id = '{gone.job_id}'")  # noqa: S608

    found = await compare(bench)

    assert sorted(found.drift, key=lambda each: each.differs) == [
        Drift(cheaper.job_id, ("error", "cost_usd")),
        Drift(shorter.job_id, ("history",)),
        Drift(gone.job_id, ("row",)),
    ]
    assert good.job_id not in {each.job_id for each in found.drift}
    assert found.live != found.fresh


async def test_nothing_of_it_is_left_and_nothing_live_is_touched(bench: GatewayBench) -> None:
    requested = await completed(bench)
    before = await bench.row(requested)

    await compare(bench)

    assert await bench.row(requested) == before
    kits = await bench.sql("SELECT count(*) FROM brand_kits")
    assert kits == [(1,)]
    consumers = await bench.client.jetstream().consumers_info("JOBS")
    assert not [each.name for each in consumers if each.name.startswith("rebuild")]


async def test_without_a_stream_there_is_nothing_to_compare(own_nats: NatsServer, postgres_url: str) -> None:
    async with gateway_bench(own_nats, postgres_url) as bench:
        await bench.lose_stream()

        with pytest.raises(Misconfigured, match="does not exist"):
            await compare(bench)


async def test_the_command_tells_drift_by_its_exit_status(bench: GatewayBench) -> None:
    requested = await completed(bench)
    where = {
        "LODESTONE_NATS_URL": bench.settings.nats_url_of("operator"),
        "LODESTONE_DATABASE_URL": bench.settings.database_url,
    }

    def run() -> tuple[int, str]:
        done = subprocess.run([COMMAND, "rebuild"], env=os.environ | where, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    fine = await asyncio.to_thread(run)
    await bench.sql("UPDATE background_jobs SET attempt = 7, updated_at = updated_at")
    drifted = await asyncio.to_thread(run)

    assert (fine[0], drifted[0]) == (0, 1), (fine, drifted)
    assert "No drift." in fine[1]
    assert f"drift  {requested.job_id}: attempt" in drifted[1]
