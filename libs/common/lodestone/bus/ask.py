"""Asks a worker whether it still has a job, before another takes it over."""

import asyncio
import contextlib
import secrets
import time
from uuid import UUID

from nats.aio.client import Client
from nats.aio.subscription import Subscription
from nats.errors import Error

from lodestone.deadlines import ASK_TIMEOUT_SECONDS, ASK_WINDOW_SECONDS
from lodestone.judgement import Owner
from lodestone.subjects import answer_subject, ask_subject

HAVE, NO = "have", "no"
PAUSE_SECONDS = 0.2  # between two asks that found nobody
NOBODY = "503"  # the server's answer if nobody listens


async def ask_owner(client: Client, worker_id: str, job_id: UUID) -> Owner:
    """HAS_IT or GONE. Silence counts only while we are connected ourselves, for the whole window.

    That nobody listens does not prove a death: after a restart of NATS a live worker is silent for a moment.
    Services may write only to the inbox for answers; it stays the same for the whole window, since a cluster
    may learn of it only after the first answer.
    """
    inbox = answer_subject(client.new_inbox().rpartition(".")[0], secrets.token_hex(16))
    answers = await client.subscribe(inbox)
    try:
        return await _owner(client, answers, ask_subject(worker_id), str(job_id).encode())
    finally:
        with contextlib.suppress(Error):
            await answers.unsubscribe()


async def _owner(client: Client, answers: Subscription, subject: str, question: bytes) -> Owner:
    asked_since, reconnects = time.monotonic(), client.stats["reconnects"]
    while True:
        answer = await _ask_once(client, answers, subject, question)
        if answer:
            return Owner.HAS_IT if answer == HAVE else Owner.GONE
        if not client.is_connected or client.stats["reconnects"] != reconnects:
            asked_since, reconnects = time.monotonic(), client.stats["reconnects"]
        if time.monotonic() - asked_since >= ASK_WINDOW_SECONDS:
            return Owner.GONE


async def _ask_once(client: Client, answers: Subscription, subject: str, question: bytes) -> str | None:
    try:
        await client.publish(subject, question, reply=answers.subject)
        answer = await answers.next_msg(timeout=ASK_TIMEOUT_SECONDS)
    except (Error, TimeoutError):
        await asyncio.sleep(0)
        return None
    if (answer.headers or {}).get("Status") == NOBODY:
        await asyncio.sleep(PAUSE_SECONDS)
        return None
    return answer.data.decode(errors="replace")
