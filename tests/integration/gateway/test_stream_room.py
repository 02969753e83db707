"""A bus whose store is full: it is told before, and what it refuses is repeated until there is room."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from lodestone import subjects
from lodestone.bus import publisher
from lodestone.bus.connection import BusClient, connect
from lodestone.bus.publisher import JobStream
from lodestone.bus.topology import apply_topology
from lodestone.clock import now
from lodestone.events import JobRequested
from lodestone.ids import new_id
from lodestone.job_log import JobLog
from lodestone.settings import ProcessSettings
from lodestone_gateway.reconciler import stream_room
from lodestone_local import nats_server
from nats.js.errors import APIError
from support.backends import NatsServer
from support.samples import example_input
from support.waiting import eventually

STORE_BYTES = 1024 * 1024


@pytest.fixture
async def small_bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BusClient]:
    """A bus that may keep little."""
    monkeypatch.setattr(nats_server, "NO_LIMIT", f"{STORE_BYTES}")
    server = NatsServer(tmp_path / "nats")
    server.start()
    client = await connect(ProcessSettings(nats_url=server.url), "test")
    await apply_topology(client)
    yield client
    await client.disconnect()
    server.stop()


async def fill(client: BusClient) -> None:
    with contextlib.suppress(APIError):
        while True:
            await client.jetstream().publish(f"job.progress.ideation.{new_id()}", b"x" * 100_000)


def refused() -> float:
    return float(publisher.appends.labels(event="requested", answer="full")._value.get())


async def test_an_event_without_room_is_counted_and_stored_once_there_is_some(small_bus: BusClient) -> None:
    await fill(small_bus)

    await stream_room.measure_stream(small_bus, STORE_BYTES)
    assert stream_room.taken._value.get() > 0.8 * stream_room.room._value.get() > 0
    before = refused()
    requested = JobRequested(
        job_id=new_id(),
        job_type="ideation",
        user_id=new_id(),
        attempt=0,
        input=example_input("ideation-fitness-coach"),
        max_attempts=3,
        deadline_at=now() + timedelta(seconds=600),
    )
    appending = asyncio.create_task(JobStream(small_bus, "test").append(requested, JobLog()))
    await eventually(lambda: refused() > before, within=10, told="it is refused")
    await small_bus.jetstream().purge_stream(subjects.STREAM)

    appended = await asyncio.wait_for(appending, 20)
    assert appended.stored
    assert [entry.restored for entry in appended.log.entries] == [None]
