"""The disk of the bus is full: what is accepted waits, and goes on once there is room."""

import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from support.backends import NatsServer
from support.gateway_bench import GatewayBench, gateway_bench
from support.waiting import eventually

DISK = 16 * 1024 * 1024


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, on which the bus keeps its stream."""
    store = tmp_path / "nats" / "store"
    store.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "lodestone-test", str(store)]
    done = subprocess.run(mount, capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"DISK FULL IS NOT TESTED: mounting a file system needs root ({done.stderr.strip()})")
    yield store
    subprocess.run(["umount", "-l", str(store)], check=True)


@pytest.fixture
async def full(small_disk: Path, postgres_url: str) -> AsyncIterator[tuple[GatewayBench, NatsServer, Path]]:
    nats = NatsServer(small_disk.parent)
    nats.start()
    try:
        async with gateway_bench(nats, postgres_url) as bench:
            yield bench, nats, small_disk
    finally:
        nats.stop()


def fill(disk: Path) -> Path:
    """Leaves no byte."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(os.urandom(4096))
        except OSError:
            return filler


async def test_jobs_accepted_while_the_disk_is_full_complete_once_there_is_room(
    full: tuple[GatewayBench, NatsServer, Path],
) -> None:
    bench, nats, disk = full
    await bench.relay()
    await bench.projector()
    running = await bench.submit()
    await bench.until_published(running)
    await bench.start(running)
    filler = fill(disk)

    jobs = [await bench.submit() for _ in range(30)]
    refused = await eventually(lambda: _waits(bench), within=20, told="jobs wait in the outbox")
    assert refused

    filler.unlink()
    nats.kill()  # after a full disk the server writes again only when it was started anew
    nats.start()
    for job in jobs:
        await bench.until_published(job, within=60)
    for job in (running, *jobs):
        await bench.complete(job)
        row = await bench.until_row(job, lambda row: row.status == "completed", within=30)
        assert row.seq == len(await bench.history(job))
        assert [entry.event.name for entry in (await bench.log(job)).entries].count("completed") == 1


async def _waits(bench: GatewayBench) -> int:
    [row] = await bench.sql("SELECT count(*) FROM outbox WHERE published_at IS NULL")
    return int(row[0])
