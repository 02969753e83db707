"""A gateway with few file descriptors, and more watchers than descriptors."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from lodestone.ids import new_id
from support.api import MEANT, NO_NATS, SECRET, token
from support.tables import give_tables
from support.waiting import eventually

FILES, WATCHERS = 256, 400
LIMITED = f"ulimit -n {FILES}; exec {sys.executable} -m lodestone_gateway serve"


@pytest.fixture
async def limited(postgres_url: str, tmp_path: Path) -> AsyncIterator[tuple[str, Path]]:
    """The URL of such a gateway, and the path of its log."""
    await asyncio.to_thread(give_tables, postgres_url)
    ready, log = tmp_path / "ready.json", tmp_path / "log"
    named = {
        "NATS_URL": NO_NATS,
        "DATABASE_URL": postgres_url,
        "JWT_SECRET": SECRET,
        "JWT_AUDIENCE": MEANT["aud"],
        "JWT_ISSUER": MEANT["iss"],
        "PORT": "0",
        "READY_FILE": str(ready),
    }
    env = {**os.environ, **{f"LODESTONE_{name}": value for name, value in named.items()}}
    with log.open("wb") as file:
        process = subprocess.Popen(["sh", "-c", LIMITED], env=env, stdout=file, stderr=file)  # noqa: ASYNC220
    try:
        await eventually(lambda: ready.exists() or process.poll() is not None, within=60, told="it is ready")
        yield json.loads(ready.read_text())["url"], log
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 30)


async def test_more_watchers_than_files_are_told_and_probes_answered(limited: tuple[str, Path]) -> None:
    url, log = limited
    statuses: Counter[Any] = Counter()
    waits: list[str | None] = []
    done = asyncio.Event()

    async def watch(client: httpx2.AsyncClient) -> None:
        headers = {"Authorization": f"Bearer {token(new_id())}", "Accept": "text/event-stream"}
        with contextlib.suppress(httpx2.TransportError):
            async with client.stream("GET", "/api/events", headers=headers) as answer:
                statuses[answer.status_code] += 1
                if answer.status_code == 200:
                    await done.wait()
                else:
                    waits.append(answer.headers.get("retry-after"))
                return
        statuses["closed"] += 1

    limits = httpx2.Limits(max_connections=None)
    async with httpx2.AsyncClient(base_url=url, timeout=60, limits=limits) as client:
        watching = [asyncio.create_task(watch(client)) for _ in range(WATCHERS)]
        await eventually(lambda: statuses.total() == WATCHERS, within=60, told="every watcher was answered")
        for _ in range(5):
            async with httpx2.AsyncClient(base_url=url, timeout=60) as probe:
                assert (await probe.get("/healthz")).status_code == 200
        done.set()
        await asyncio.gather(*watching)

    assert set(statuses) <= {200, 503, "closed"}
    assert statuses[200] >= 16
    assert statuses[503] >= 16
    assert all(waits)
    await eventually(lambda: "connections_refused" in log.read_text(), within=30, told="the log tells of it")
    assert log.stat().st_size < 64 * 1024
