"""What is heard of workers wakes the relay, at once or soon."""

import asyncio
import time
from types import SimpleNamespace
from typing import cast
from uuid import UUID

from lodestone import subjects
from lodestone.bus.connection import BusClient
from lodestone.ids import new_id
from lodestone_gateway.outbox.in_flight import bound_of
from lodestone_gateway.outbox.window import Request, Window
from lodestone_gateway.outbox.workers import Workers

SLOTS = 32
USER = new_id()


def at_the_bound() -> tuple[Window, list[UUID]]:
    """A window whose last round, just now, met a user with all their places taken; and those jobs."""
    window = Window({"posts": "content"})
    window.hear_worker("content", "worker", SLOTS, 0, time.monotonic())
    jobs = [new_id() for _ in range(bound_of(SLOTS))]
    window.publish(Request("posts", job_id, USER) for job_id in jobs)
    for job_id in jobs:
        window.hear_start("posts", job_id, time.monotonic())
    window.in_flight.capped(time.monotonic())
    return window, jobs


async def test_ends_of_fewer_jobs_than_are_worth_a_round_at_once_wake_the_relay_soon() -> None:
    window, jobs = at_the_bound()
    client = cast(BusClient, SimpleNamespace(jetstream=lambda **_: None))
    workers, wake = Workers(client, window), asyncio.Event()
    workers._wake = wake.set
    for job_id in jobs[:2]:
        workers._hear_end(subjects.event_subject("completed", "posts", job_id))
    assert not wake.is_set()

    await asyncio.wait_for(wake.wait(), 5)
    await workers.close()
