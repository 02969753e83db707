"""A stream that went back: the server's folder was restored from a copy, while the tables are newer."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from lodestone.events import JobRequested
from lodestone_gateway.projector.cursor import read_cursor
from lodestone_gateway.projector.rebuild import rebuild
from lodestone_gateway.store.session import Role, make_engine
from prometheus_client import REGISTRY
from support.backends import NatsServer
from support.gateway_bench import GatewayBench
from support.waiting import eventually


class Copy:
    """A copy of the server's folder."""

    def __init__(self, bench: GatewayBench, nats: NatsServer, folder: Path) -> None:
        self._bench, self._nats, self._folder = bench, nats, folder

    async def take(self) -> None:
        self._nats.stop()
        shutil.copytree(self._nats.directory, self._folder)
        await self._start()

    async def bring_back(self) -> None:
        self._nats.kill()
        shutil.rmtree(self._nats.directory)
        shutil.copytree(self._folder, self._nats.directory)
        await self._start()

    async def _start(self) -> None:
        self._nats.start()
        await eventually(lambda: self._bench.client.is_connected, within=20, told="the bus is back")


@pytest.fixture
def copy(bench: GatewayBench, own_nats: NatsServer, tmp_path: Path) -> Copy:
    return Copy(bench, own_nats, tmp_path / "copy")


async def with_items(bench: GatewayBench, requested: JobRequested, count: int) -> None:
    await bench.start(requested)
    for index in range(count):
        await bench.item(requested, index)


def turned_back() -> float:
    return REGISTRY.get_sample_value("lodestone_projector_turned_back_total") or 0.0


async def seen_by_users(bench: GatewayBench, requested: JobRequested) -> Any:
    return (await bench.row(requested)).model_dump(), [e.model_dump() for e in await bench.history(requested)]


async def test_what_is_written_to_a_stream_that_is_shorter_than_the_cursor_is_folded(
    bench: GatewayBench, copy: Copy
) -> None:
    count = turned_back()
    async with bench.folding():
        first = await bench.published()
        await copy.take()
        await with_items(bench, first, 3)
        await bench.until_row(first, lambda row: row.seq == 5, within=20)
    before, cursor = await seen_by_users(bench, first), await read_cursor(bench.engine)
    await copy.bring_back()

    async with bench.folding():
        requested = await bench.published()
        await bench.until_row(requested, lambda row: row.seq == 1, within=20)

    assert (await bench.log(requested)).last_sequence < cursor.sequence
    assert (await read_cursor(bench.engine)).version > cursor.version
    assert await seen_by_users(bench, first) == before
    assert turned_back() == count + 1


async def test_what_is_written_to_an_older_stream_is_folded_though_it_is_longer_again(
    bench: GatewayBench, copy: Copy
) -> None:
    async with bench.folding():
        first = await bench.published()
        await copy.take()
        await with_items(bench, first, 2)
        await bench.until_row(first, lambda row: row.seq == 4, within=20)
    cursor = await read_cursor(bench.engine)
    await copy.bring_back()
    others = [await bench.published() for _ in range(5)]

    async with bench.folding():
        for other in others:
            await bench.until_row(other, lambda row: row.seq == 1, within=20)

    assert (await bench.log(others[0])).last_sequence < cursor.sequence
    assert (await bench.log(others[-1])).last_sequence > cursor.sequence


async def test_a_job_of_which_an_older_stream_knows_nothing_is_no_drift(
    bench: GatewayBench, copy: Copy
) -> None:
    async with bench.folding():
        begun = await bench.published()
        await copy.take()
        await with_items(bench, begun, 1)
        unknown = await bench.published()
        await with_items(bench, unknown, 2)
        for job in (begun, unknown):
            await bench.complete(job)
            await bench.until_row(job, lambda row: row.status == "completed", within=20)
    await copy.bring_back()

    async with bench.folding():
        requested = await bench.published()
        await bench.until_row(requested, lambda row: row.seq == 1, within=20)
        engine = make_engine(bench.settings.database_url, Role.READER, pool_size=1)
        found = await rebuild(bench.client, engine)
        await engine.dispose()

    assert found.drift == []
    assert found.live == found.fresh


async def test_projector_that_begins_again_at_the_same_stream_does_not_turn_back(
    bench: GatewayBench,
) -> None:
    count = turned_back()
    requested = await bench.published()
    await with_items(bench, requested, 2)
    for seq in (4, 5):
        async with bench.folding():
            await bench.until_row(requested, lambda row, seq=seq: row.seq == seq)  # type: ignore[misc]
        await bench.item(requested, 2)

    assert turned_back() == count
    assert (await bench.row(requested)).seq == 5


async def test_logs_get_back_what_the_older_stream_forgot_and_ended_jobs_their_end(
    bench: GatewayBench, copy: Copy
) -> None:
    projector = await bench.projector()
    ended, living = await bench.published(), await bench.published()
    await copy.take()
    await with_items(bench, ended, 1)
    whole = await bench.complete(ended)
    await with_items(bench, living, 2)
    await bench.until_row(ended, lambda row: row.status == "completed", within=20)
    await bench.until_row(living, lambda row: row.seq == 4, within=20)
    await projector.stop()
    before = await seen_by_users(bench, ended)
    await copy.bring_back()

    await bench.projector()
    log = await bench.until_log(ended, lambda log: log.terminal is not None, within=30)
    restored = await bench.until_log(living, lambda log: len(log.entries) == 4, within=30)

    assert [entry.event_id for entry in log.entries] == [entry.event_id for entry in whole.entries]
    assert restored.entries[-1].restored == "whole"
    assert await seen_by_users(bench, ended) == before
