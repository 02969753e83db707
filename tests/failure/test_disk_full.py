"""The disk of the bus is full: accepted jobs wait, and go on once there is room."""

import contextlib
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import pytest
from lodestone.bus import publisher
from lodestone.bus.connection import connect
from lodestone.settings import ProcessSettings
from lodestone_local.backends import NatsProgram
from lodestone_local.processes import Child
from nats.errors import Error
from support.backends import NatsServer
from support.gateway_bench import GatewayBench, RunningApp, gateway_bench
from support.waiting import eventually

DISK = 16 * 1024 * 1024


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system, on which the bus keeps its stream."""
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
    """Fills the disk to the last byte."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(os.urandom(4096))
        except OSError:
            return filler


async def test_jobs_accepted_while_the_disk_is_full_complete_once_there_is_room(
    full: tuple[GatewayBench, NatsServer, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "DOUBT_SECONDS", 1.0)
    bench, nats, disk = full
    relay = await bench.relay()
    await bench.projector()
    running = await bench.submit()
    await bench.until_published(running)
    await bench.start(running)
    filler = fill(disk)

    jobs = [await bench.submit() for _ in range(30)]
    refused = await eventually(lambda: _waits(bench), within=20, told="jobs wait in the outbox")
    assert refused
    assert await eventually(lambda: _is_ready(relay, 503), within=20, told="readiness tells")

    filler.unlink()
    nats.kill()  # after a full disk the server writes again only after a restart
    nats.start()
    async with bench.taking():
        for job in jobs:
            await bench.until_published(job, within=60)
    for job in (running, *jobs):
        await bench.complete(job)
        row = await bench.until_row(job, lambda row: row.status == "completed", within=30)
        assert row.seq == len(await bench.history(job))
        assert [entry.event.name for entry in (await bench.log(job)).entries].count("completed") == 1
    assert await eventually(lambda: _is_ready(relay, 200), within=20, told="readiness tells")


async def test_up_starts_its_bus_anew_once_there_is_room_again(small_disk: Path, tmp_path: Path) -> None:
    said: list[str] = []
    bus = NatsProgram(small_disk.parent)
    child = Child(bus, tmp_path, lambda: None, said.append)
    await child.start()
    client = await connect(ProcessSettings(nats_url=bus.url), "test")
    try:
        jetstream = client.jetstream(timeout=0.5)
        await jetstream.add_stream(name="KEPT", subjects=["kept.*"])
        await jetstream.publish("kept.before", b"1" * 1000)
        filler = fill(small_disk)
        with pytest.raises(TimeoutError):
            await jetstream.publish("kept.meanwhile", b"2" * 10_000)
        await eventually(lambda: any("is full" in line for line in said), within=10, told="up says so")

        filler.unlink()

        async def stores() -> bool:
            with contextlib.suppress(TimeoutError, Error):
                return bool(await jetstream.publish("kept.after", b"3" * 1000))
            return False

        assert await eventually(stores, within=20, told="the bus stores again")
        assert (await jetstream.get_msg("KEPT", 1)).data == b"1" * 1000
    finally:
        await client.disconnect()
        await child.stop(5)


async def _is_ready(app: RunningApp, status: int) -> bool:
    async with httpx2.AsyncClient(trust_env=False) as http:
        return (await http.get(f"{app.url}/readyz")).status_code == status


async def _waits(bench: GatewayBench) -> int:
    [row] = await bench.sql("SELECT count(*) FROM outbox WHERE published_at IS NULL")
    return int(row[0])
