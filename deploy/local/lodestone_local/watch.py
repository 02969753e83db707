"""A job watched in the terminal: one line for each thing that happens to it."""

import time
from collections.abc import Callable
from typing import Any

from lodestone_local.client import GatewayClient

KEY_WIDTH = 18  # the longest archetype


async def watch(gateway: GatewayClient, job_id: str, say: Callable[[str], None]) -> bool:
    """Prints what happens until the job ends; True if it completed."""
    begun = time.monotonic()
    event: dict[str, Any] = {}
    async for event in gateway.follow(job_id):
        if line := describe(event):
            say(f"{time.monotonic() - begun:6.1f} s  {line}")
    say(describe_cost(await gateway.job(job_id)))
    return bool(event.get("event") == "job.completed")


def describe(event: dict[str, Any]) -> str:
    """The event in one line; empty for events about cost only."""
    match event["event"]:
        case "job.started":
            return f"started, attempt {event['attempt']}, {event['model']}"
        case "job.progress":
            return _describe_progress(event)
        case "job.retrying":
            return f"will be tried again: {event['reason']['message']}"
        case "job.cancel_requested":
            return "cancel requested"
        case "job.failed":
            return f"failed: {event['error']['message']}"
        case "job.completed" | "job.cancelled":
            return str(event["event"]).removeprefix("job.")
    return ""


def describe_cost(job: dict[str, Any]) -> str:
    """The tokens and money that the job used."""
    usage = job["usage"]
    tokens = f"{usage['inputTokens']:,} tokens in, {usage['outputTokens']:,} out"
    return f"          {tokens}, ${float(usage['costUsd']):.4f}"


def _describe_progress(event: dict[str, Any]) -> str:
    item = event.get("item")
    if not item:
        return str(event["message"])
    title = item.get("title") or item.get("subject") or event["message"]
    return f"{event['done']:2}/{event['total']}  {event.get('itemKey', ''):{KEY_WIDTH}}  {title}"
