"""One of the two stores is older than a deletion, and learns of the deletion from the other."""

import contextlib
import shutil
from pathlib import Path
from uuid import UUID

from lodestone_gateway.reconciler.older_stream import OlderStream
from nats.errors import Error
from support.backends import NatsServer
from support.canaries import canaries_in_stream, canaries_in_tables
from support.erasing import ErasingBench
from support.lead_magnets import OWN_IDEA
from support.waiting import eventually

TABLES = ("background_jobs", "job_events", "job_calls", "projector_cursor")


async def with_job(bench: ErasingBench) -> tuple[str, UUID]:
    """Creates a lead magnet and a job on it."""
    made = (await bench.user.post("/api/lead-magnets", OWN_IDEA)).json()
    requested = await bench.done("extraction", lead_magnet=made["id"])
    return made["id"], requested.job_id


async def delete(bench: ErasingBench, id: str) -> None:
    assert (await bench.user.send("DELETE", f"/api/lead-magnets/{id}", None)).status_code == 204
    await bench.erase()
    await bench.until_folded()
    assert await bench.canaries() == []


async def texts_in_stream(bench: ErasingBench) -> bool:
    with contextlib.suppress(Error):  # just after a start the first requests may be lost
        return bool(await canaries_in_stream(bench.bench.client))
    return False


async def copy_tables(bench: ErasingBench) -> None:
    await bench.bench.sql("CREATE SCHEMA before")
    for table in TABLES:
        await bench.bench.sql(f"CREATE TABLE before.{table} AS SELECT * FROM {table}")  # noqa: S608


async def bring_back(bench: ErasingBench) -> None:
    """Restores the tables of jobs; the deleted lead magnet stays deleted."""
    await bench.bench.sql("DELETE FROM erasures")
    await bench.bench.sql("UPDATE before.background_jobs SET lead_magnet_id = NULL")
    columns = "SELECT string_agg(column_name, ', ') FROM information_schema.columns"
    columns += " WHERE table_schema = 'public' AND is_generated = 'NEVER'"
    await bench.bench.sql("DELETE FROM background_jobs")
    for table in TABLES[:3]:
        [(names,)] = await bench.bench.sql(f"{columns} AND table_name = '{table}'")
        await bench.bench.sql(
            f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT {names} FROM before.{table}"  # noqa: S608
        )
    await bench.bench.sql(
        "UPDATE projector_cursor SET version = projector_cursor.version + 1, sequence = it.sequence,"
        " seen_sequence = NULL, seen_at = NULL FROM before.projector_cursor AS it"
    )
    await bench.bench.sql("DROP SCHEMA before CASCADE")


async def test_older_tables_learn_from_the_stream_that_a_job_was_erased(bench: ErasingBench) -> None:
    id, job_id = await with_job(bench)
    await bench.until_folded()
    await copy_tables(bench)
    await delete(bench, id)
    await bring_back(bench)
    assert await canaries_in_tables(bench.bench.engine)
    await bench.bench.publish(await bench.bench.submit())  # makes the running projector notice the cursor

    await eventually(bench.waiting, within=20, told="the erasure is ordered again")
    await bench.erase()

    assert await bench.canaries() == []
    shown = await bench.user.job(job_id)
    assert (shown["status"], shown["input"], shown["result"]) == ("completed", {}, None)
    assert shown["erasedAt"]


async def test_older_stream_learns_from_the_tables_that_a_job_was_erased(
    bench: ErasingBench, own_nats: NatsServer, tmp_path: Path
) -> None:
    id, job_id = await with_job(bench)
    own_nats.stop()
    shutil.copytree(own_nats.directory, tmp_path / "copy")
    own_nats.start()
    await eventually(lambda: texts_in_stream(bench), within=20, told="the bus is back")
    await delete(bench, id)
    own_nats.kill()
    shutil.rmtree(own_nats.directory)
    shutil.copytree(tmp_path / "copy", own_nats.directory)
    own_nats.start()
    await eventually(lambda: texts_in_stream(bench), within=20, told="the texts are in the stream again")
    older = OlderStream(bench.bench.client, bench.bench.stream, bench.engine)

    async def is_ordered() -> bool:
        await older.repair_round()
        return bool(await bench.waiting())

    await eventually(is_ordered, within=20, told="the erasure is ordered again")
    await bench.erase()

    assert await bench.canaries() == []
    assert (await bench.user.job(job_id))["erasedAt"]
