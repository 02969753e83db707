"""Asking a worker whether it still has a job, before anybody takes it over (protocol, section 2)."""

import asyncio
import time
from uuid import UUID

from nats.aio.client import Client
from nats.errors import Error, NoRespondersError

from lodestone.deadlines import ASK_TIMEOUT_SECONDS, ASK_WINDOW_SECONDS
from lodestone.judgement import Owner
from lodestone.subjects import ask_subject

HAVE, NO = "have", "no"
PAUSE_SECONDS = 0.2  # between two questions that found nobody


async def ask_owner(client: Client, worker_id: str, job_id: UUID) -> Owner:
    """HAS_IT or GONE. Silence counts only while we are connected ourselves, for the whole window.

    Nobody listening is no proof of death: after a restart of NATS a live worker answers nothing
    for a moment.
    """
    asked_since, reconnects = time.monotonic(), client.stats["reconnects"]
    while True:
        answer = await _ask_once(client, worker_id, job_id)
        if answer:
            return Owner.HAS_IT if answer == HAVE else Owner.GONE
        if not client.is_connected or client.stats["reconnects"] != reconnects:
            asked_since, reconnects = time.monotonic(), client.stats["reconnects"]
        if time.monotonic() - asked_since >= ASK_WINDOW_SECONDS:
            return Owner.GONE


async def _ask_once(client: Client, worker_id: str, job_id: UUID) -> str | None:
    try:
        reply = await client.request(
            ask_subject(worker_id), str(job_id).encode(), timeout=ASK_TIMEOUT_SECONDS
        )
        return reply.data.decode()
    except NoRespondersError:
        await asyncio.sleep(PAUSE_SECONDS)
    except (Error, TimeoutError):
        await asyncio.sleep(0)
    return None
