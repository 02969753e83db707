"""The heartbeat of a service's process: shown to operators; one that is missing makes the reconciler look."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Annotated

from nats.aio.client import Client
from nats.errors import Error
from pydantic import Field

from lodestone import subjects
from lodestone.deadlines import BEAT_SECONDS
from lodestone.rhythm import seconds_to_next
from lodestone.tasks import first_of
from lodestone.wire import Text, UtcTime, WireModel

Name = Annotated[Text, Field(max_length=200)]
HEARTBEAT_SECONDS = 3.0  # a worker without jobs says this often that it lives

Count = Annotated[int, Field(ge=0, le=1_000_000)]
Rate = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
MOST_TOLD = 50  # models, and classes of them


class ModelState(WireModel):
    """A model that a process has called."""

    model: Name
    breaker: Name  # `closed`, `open` or `half_open`


class LimitState(WireModel):
    """The provider's limits of a class of models, as a process that called one of them knows them."""

    model_class: Name
    requests: Rate | None  # a minute; None where no limit is known
    input_tokens: Rate | None  # likewise
    output_tokens: Rate | None  # likewise
    waiting: Count  # calls that wait for their share
    closed_until: UtcTime | None  # the provider wants no calls before; None where it did not say so
    is_alone: bool  # it cannot reach what all processes share, and goes on at its last rate


class ProviderState(WireModel):
    """What a process knows of the provider."""

    models: Annotated[list[ModelState], Field(max_length=MOST_TOLD)]
    limits: Annotated[list[LimitState], Field(max_length=MOST_TOLD)]


class Heartbeat(WireModel):
    """What a process of a service says of itself."""

    worker_id: Name
    service: Name
    slots: Count  # jobs that it may run at once
    running: Count  # jobs that it runs now
    started_at: UtcTime
    version: Name | None = None  # of the release that it runs; older ones do not say
    provider: ProviderState | None = None  # likewise


async def send_heartbeats(client: Client, read: Callable[[], Heartbeat], busy: asyncio.Event) -> None:
    """Sends what `read` returns, for ever; does not repeat what the bus does not take.

    While jobs run it is sent more often. `busy` is set then: whoever begins to work says so at once, since it
    may be gone by its next beat, and nobody looks for a worker without jobs.
    """
    loop = asyncio.get_running_loop()
    while True:
        told = read()
        with contextlib.suppress(Error):
            await client.publish(
                subjects.heartbeat_subject(told.service), told.model_dump_json(by_alias=True).encode()
            )
        if told.running:
            await asyncio.sleep(BEAT_SECONDS)
        else:
            await first_of(busy.wait(), timeout=seconds_to_next(loop.time(), HEARTBEAT_SECONDS))
