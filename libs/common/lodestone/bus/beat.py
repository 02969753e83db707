"""The sign of life of a service's process, for operators: nothing is decided by it."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Annotated

from nats.aio.client import Client
from nats.errors import Error
from pydantic import Field

from lodestone import subjects
from lodestone.deadlines import BEAT_SECONDS
from lodestone.wire import Text, UtcTime, WireModel

Name = Annotated[Text, Field(max_length=200)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]


class Beat(WireModel):
    """What a process of a service says of itself."""

    worker_id: Name
    service: Name
    slots: Count  # jobs that it may run at once
    running: Count  # jobs that it runs now
    started_at: UtcTime


async def beat(client: Client, read: Callable[[], Beat]) -> None:
    """Tells what `read` gives, every few seconds, for ever; what the bus does not take is not repeated."""
    while True:
        told = read()
        with contextlib.suppress(Error):
            await client.publish(
                subjects.beat_subject(told.service), told.model_dump_json(by_alias=True).encode()
            )
        await asyncio.sleep(BEAT_SECONDS)
