"""What a hostile user requests over HTTP: large, odd and expensive things, again and again."""

import asyncio
import uuid
from typing import Any

import httpx2
from support.samples import assessment, example_input
from support.waiting import let_pass

SPACES = "<" + " " * 19_999
BRACKETS = "[" * 20_000
STREAMS = 300
STREAM_SECONDS = 10.0
LISTS = 20  # at once
ODD_PATHS = (
    "/api/jobs?cursor=0001-01-01T00:00:00%2B23:59/01900000-0000-7000-8000-000000000001",
    "/api/jobs?limit=" + "9" * 5000,
    "/api/ops/jobs",
    "/create?key=%00",
    "/library?section=" + "9" * 5000,
    "/api/questions?archetype=%00",
    "/api/jobs/%ED%A0%80",
)


async def slow_texts(http: httpx2.AsyncClient, gateway: str) -> str:
    """Texts that keep a backtracking pattern busy for minutes."""
    body = example_input("posts") | {"problemSolved": SPACES, "contents": BRACKETS}
    return _told(await http.post(f"{gateway}/api/lead-magnet/posts", json=body))


async def huge_scales(http: httpx2.AsyncClient, gateway: str) -> str:
    """A tool whose page would have a line for each of three million values."""
    answer = await http.get(f"{gateway}/api/lead-magnets")
    listed = answer.json().get("items")
    if not listed:
        idea = {"title": "Scale", "painSolved": "None", "archetype": "assessment"}
        answer = await http.post(f"{gateway}/api/lead-magnets", json=idea)
        listed = [answer.json()]
    if not answer.is_success:
        return _told(answer)
    config = assessment()
    config["questions"][1]["scaleMax"] = 3_000_000
    path = f"/api/lead-magnets/{listed[0]['id']}"
    changed = await http.patch(gateway + path, json={"interactiveConfig": config})
    page = await http.get(f"{gateway}/library/{listed[0]['id']}")
    return f"{_told(changed)} and {_told(page)}"


async def large_drafts(http: httpx2.AsyncClient, gateway: str) -> str:
    """Drafts of nearly half a megabyte, and many simultaneous requests for their list."""
    state = {"wizardState": {"text": "x" * 465_000}}
    await http.put(f"{gateway}/api/wizard-drafts/{uuid.uuid4()}", json=state)
    lists = [http.get(f"{gateway}/api/wizard-drafts") for _ in range(LISTS)]
    return _told((await asyncio.gather(*lists))[-1])


async def deep_bodies(http: httpx2.AsyncClient, gateway: str) -> str:
    """JSON that consists of nesting only."""
    json = {"Content-Type": "application/json"}
    return _told(await http.post(f"{gateway}/api/jobs", content=b"[" * 250_000, headers=json))


async def odd_paths(http: httpx2.AsyncClient, gateway: str) -> str:
    """Values that no parser expects."""
    answers = [await http.get(gateway + path) for path in ODD_PATHS]
    return max(_told(answer) for answer in answers)


async def many_streams(http: httpx2.AsyncClient, gateway: str) -> str:
    """More streams than anybody watches."""
    opened = await asyncio.gather(*(_watch(http, f"{gateway}/api/events") for _ in range(STREAMS)))
    return max(opened)


async def many_jobs(http: httpx2.AsyncClient, gateway: str) -> str:
    """As many jobs as the rate limit admits."""
    return _told(await http.post(f"{gateway}/api/lead-magnet/posts", json=example_input("posts")))


async def _watch(http: httpx2.AsyncClient, url: str) -> str:
    async with http.stream("GET", url, headers={"Accept": "text/event-stream"}) as answer:
        if answer.status_code == 200:
            await let_pass(STREAM_SECONDS)
        return _told(answer)


def _told(answer: Any) -> str:
    return str(answer.status_code)
