"""The recipes of docs/proxies.md: through each proxy, events arrive one by one and cookies work."""

import asyncio
import contextlib
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from lodestone_gateway.cookies import HOST_COOKIE
from lodestone_local.nats_server import free_port
from support.api import Frames, Projection, RunningGateway, User, running_gateway
from support.bad_proxy import bad_proxy, pack_unless_told
from support.samples import example_input
from support.waiting import eventually

RECIPES = (Path(__file__).parents[4] / "docs" / "proxies.md").read_text()
COACH = example_input("ideation-fitness-coach")
FRONT = "https://app.example.com"
EVENTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("requested", {}),
    ("started", {}),
    ("progress", {"message": "a"}),
    ("completed", {"result": {}}),
)
# The server compresses whatever it may, so that the recipe has something to prevent.
NGINX = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{
    access_log off; gzip on; gzip_types *; gzip_proxied any; gzip_min_length 0;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    server {{ listen 127.0.0.1:{port}; {recipe} }}
}}
"""


@pytest.fixture(scope="module")
async def gateway(module_postgres_url: str) -> AsyncIterator[RunningGateway]:
    async with running_gateway(module_postgres_url, trusted_origins=(FRONT,)) as gateway:
        yield gateway


@pytest.fixture
def user(gateway: RunningGateway) -> User:
    return gateway.user()


@contextlib.asynccontextmanager
async def nginx(gateway: str, folder: Path) -> AsyncIterator[str]:
    """nginx with the recipe, in front of the gateway; skips if nginx is not installed."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/opt/homebrew/bin")
    if program is None:
        pytest.skip("THE RECIPE FOR NGINX IS NOT TESTED: nginx is not installed")
    (recipe,) = re.findall(r"```nginx\n(.*?)```", RECIPES, re.DOTALL)
    port = free_port()
    recipe = recipe.replace("http://gateway.internal:8400", gateway)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, recipe=recipe))
    process = await asyncio.create_subprocess_exec(
        program, "-c", str(folder / "nginx.conf"), "-p", str(folder), stderr=asyncio.subprocess.PIPE
    )
    try:
        started = (folder / "pid").exists
        await eventually(lambda: started() or process.returncode, within=20, told="nginx runs")
        assert process.returncode is None, process.stderr and await process.stderr.read()
        yield f"http://127.0.0.1:{port}"
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def told_one_by_one(user: User, projection: Projection, front: str) -> httpx2.Headers:
    """Watches a job through the proxy; each event must arrive before the next one is written."""
    job_id = await user.submit(COACH)
    headers = {
        "Authorization": f"Bearer {user.token}",
        "Accept": "text/event-stream",
        "Accept-Encoding": "gzip",
    }
    async with (
        httpx2.AsyncClient(base_url=front, timeout=40, trust_env=False) as client,
        client.stream("GET", f"/api/jobs/{job_id}/events", headers=headers) as answer,
    ):
        frames = Frames(answer)
        for event, body in EVENTS:
            await projection.fold(job_id, event, **body)
            frame = await frames.next(within=20)
            assert frame
            assert frame.event == f"job.{event}"
        return answer.headers


async def by_cookie(user: User, front: str, origin: str) -> int:
    """The status that a page of this origin gets when it submits a job by cookie."""
    headers = {"Cookie": f"{HOST_COOKIE}={user.token}", "Origin": origin}
    async with httpx2.AsyncClient(base_url=front, timeout=40, trust_env=False) as client:
        return (await client.post("/api/lead-magnet/ideate", json=COACH, headers=headers)).status_code


async def test_through_nginx_events_come_one_by_one_and_forms_keep_their_origin(
    gateway: RunningGateway, user: User, projection: Projection, tmp_path: Path
) -> None:
    async with nginx(gateway.url, tmp_path) as front:
        headers = await told_one_by_one(user, projection, front)
        own = await by_cookie(user, front, front)
        foreign = await by_cookie(user, front, "https://evil.example")

    assert "content-encoding" not in headers
    assert (own, foreign) == (202, 403)


async def test_a_proxy_that_packs_answers_lets_streams_through_and_a_named_front_end_may_use_the_cookie(
    gateway: RunningGateway, user: User, projection: Projection
) -> None:
    with bad_proxy(gateway.url, pack_unless_told, rewrites_host=True) as proxy:
        await told_one_by_one(user, projection, proxy.url)
        named = await by_cookie(user, proxy.url, FRONT)
        own = await by_cookie(user, proxy.url, proxy.url)

    assert (named, own) == (202, 403)
