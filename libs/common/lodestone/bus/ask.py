"""Asks a worker whether it still has a job, before another takes it over."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator
from uuid import UUID

from nats.aio.subscription import Subscription
from nats.errors import Error

from lodestone.bus.connection import BusClient
from lodestone.deadlines import ABSENT_SECONDS, ASK_TIMEOUT_SECONDS, ASK_WINDOW_SECONDS
from lodestone.judgement import Owner
from lodestone.subjects import answer_subject, ask_subject

HAVE, NO = "have", "no"
NOBODY = "503"  # the server's answer if nobody listens
PAUSE_SECONDS = 0.2  # between two asks that found nobody


async def ask_owner(client: BusClient, worker_id: str, job_id: UUID) -> Owner:
    """HAS_IT or GONE. Silence counts only while we are connected ourselves, for the whole window.

    That nobody listens is a shorter proof, but only where nothing else explains it: see `_absence`.
    """
    async with _answers(client) as answers:
        return await _owner(client, answers, ask_subject(worker_id), str(job_id).encode())


async def is_absent(client: BusClient, worker_id: str) -> bool:
    """Whether nobody listens for this worker's asks now. It may be back in a moment: this proves no death."""
    async with _answers(client) as answers:
        return await _ask_once(client, answers, ask_subject(worker_id), b"") == NOBODY


@contextlib.asynccontextmanager
async def _answers(client: BusClient) -> AsyncIterator[Subscription]:
    """Services may write only to the inbox for answers.

    It stays the same for the whole window, since a cluster may learn of it only after the first answer.
    """
    inbox = answer_subject(client.new_inbox().rpartition(".")[0], secrets.token_hex(16))
    answers = await client.subscribe(inbox)
    try:
        yield answers
    finally:
        with contextlib.suppress(Error):
            await answers.unsubscribe()


async def _owner(client: BusClient, answers: Subscription, subject: str, question: bytes) -> Owner:
    asked_since = heard_at = time.monotonic()
    reconnects, absence = client.stats["reconnects"], _absence(client)
    while True:
        answer = await _ask_once(client, answers, subject, question)
        if answer not in (None, NOBODY):
            return Owner.HAS_IT if answer == HAVE else Owner.GONE
        present = time.monotonic()
        if not client.is_connected or client.stats["reconnects"] != reconnects:
            asked_since, reconnects, absence = present, client.stats["reconnects"], ASK_WINDOW_SECONDS
        if answer is None:
            heard_at = present  # somebody listens, as far as we know: a stopped worker does
        if present - asked_since >= ASK_WINDOW_SECONDS or present - max(asked_since, heard_at) >= absence:
            return Owner.GONE
        if answer:
            await asyncio.sleep(PAUSE_SECONDS)


def _absence(client: BusClient) -> float:
    """How long nobody must listen until a worker counts as dead.

    The server knows at once that a killed process has hung up. But a living worker also hangs up when its
    server goes, and needs a moment to come back. With one server that is ours too, so we know of it; in a
    cluster it may be another.
    """
    has_cluster = len(client.servers) > 1
    was_away = time.monotonic() - client.connected_since < ASK_WINDOW_SECONDS
    return ASK_WINDOW_SECONDS if has_cluster or was_away else ABSENT_SECONDS


async def _ask_once(client: BusClient, answers: Subscription, subject: str, question: bytes) -> str | None:
    """The answer, NOBODY if nobody listens, or None."""
    try:
        await client.publish(subject, question, reply=answers.subject)
        answer = await answers.next_msg(timeout=ASK_TIMEOUT_SECONDS)
    except (Error, TimeoutError):
        await asyncio.sleep(0)
        return None
    if (answer.headers or {}).get("Status") == NOBODY:
        return NOBODY
    return answer.data.decode(errors="replace")
