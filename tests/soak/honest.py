"""An honest user: submits a job, watches it to its end, pauses, starts over."""

import asyncio
import random
import time
from dataclasses import dataclass, field

import httpx2
from support.samples import example_input
from support.waiting import let_pass

from soak.people import Person

INPUTS = {"posts": "posts", "extraction": "extraction-single-system"}
THINKING_SECONDS = (1.0, 3.0)
ENDS = ("job.completed", "job.failed", "job.cancelled")


@dataclass
class Experience:
    """Durations that the honest users saw, in seconds, and what went wrong for them."""

    accepts: list[float] = field(default_factory=list)
    results: list[float] = field(default_factory=list)  # from the POST to the terminal frame
    troubles: list[str] = field(default_factory=list)


async def work(
    gateway: str, who: Person, seen: Experience, dice: random.Random, is_over: asyncio.Event
) -> None:
    """Works until the spell is over; a job that has begun is watched to its end."""
    async with who.http() as http:
        while not is_over.is_set():
            job_type = dice.choice(list(INPUTS))
            try:
                await _one_job(http, gateway, job_type, seen)
            except (httpx2.TransportError, httpx2.HTTPStatusError) as error:
                seen.troubles.append(f"{job_type}: {error!r}")
            await let_pass(dice.uniform(*THINKING_SECONDS))


async def _one_job(http: httpx2.AsyncClient, gateway: str, job_type: str, seen: Experience) -> None:
    body = {"jobType": job_type, "input": example_input(INPUTS[job_type])}
    began = time.monotonic()
    answer = (await http.post(f"{gateway}/api/jobs", json=body)).raise_for_status()
    seen.accepts.append(time.monotonic() - began)
    end = await _end(http, f"{gateway}/api/jobs/{answer.json()['jobId']}/events")
    seen.results.append(time.monotonic() - began)
    if end != "job.completed":
        seen.troubles.append(f"{job_type}: ended with {end}")


async def _end(http: httpx2.AsyncClient, stream: str) -> str:
    last = ""
    async with http.sse(stream) as frames:
        async for frame in frames:
            last = frame.event or last
            if last in ENDS:
                return last
    return f"the stream closed after {last or 'nothing'}"
