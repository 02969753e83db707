"""Tells how much the stream takes of what the bus may keep, as metrics."""

from lodestone import subjects
from nats.aio.client import Client
from prometheus_client import Gauge

taken = Gauge("lodestone_stream_bytes", "What the stream takes on each of its servers")
room = Gauge("lodestone_stream_store_bytes", "What each server of the bus may keep; 0 where that is not set")


async def measure_stream(client: Client, store_bytes: int | None) -> None:
    """Tells it, with what each server may keep, in bytes. Raises nats.errors.Error and TimeoutError."""
    info = await client.jetstream().stream_info(subjects.STREAM)
    taken.set(info.state.bytes)
    room.set(store_bytes or 0)
