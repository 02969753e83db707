"""A page is of one moment, and its feed tells what happens from that moment on."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest
from lodestone_gateway.web.library import routes
from lodestone_gateway.web.library.read import read_workspace
from support.api import Projection, RunningGateway, User
from support.pages import send
from support.samples import emails_result, example_input
from support.waiting import eventually

EARLIER, NEWER = "The quote", "The tender"


@pytest.fixture
async def path(user: User) -> str:
    """A lead magnet with emails, whose title says how old they are."""
    idea = {"title": EARLIER, "painSolved": "Lost tenders", "archetype": "single-system"}
    path = f"/lead-magnets/{(await user.post('/api/lead-magnets', idea)).json()['id']}"
    assert (await user.send("PUT", f"/api{path}/emails", _emails(EARLIER))).status_code == 200
    return path.replace("lead-magnets", "library")


def _emails(subject: str) -> dict[str, Any]:
    first, *rest = emails_result()["emails"]
    return {"emails": [{**first, "subject": subject}, *rest]}


@pytest.fixture
async def database(gateway: RunningGateway) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    """The owner of the tables."""
    async with await psycopg.AsyncConnection.connect(gateway.settings.database_url) as connection:
        yield connection


async def test_a_workspace_is_of_one_moment(
    gateway: RunningGateway, user: User, path: str, database: psycopg.AsyncConnection[Any]
) -> None:
    await database.execute("LOCK TABLE background_jobs IN ACCESS EXCLUSIVE MODE")
    reading = asyncio.create_task(send(gateway, user, "GET", f"{path}/emails"))
    await eventually(lambda: _waits(gateway), told="the page has read the lead magnet and waits for its jobs")

    await database.execute(
        "UPDATE lead_magnets SET title = %s, version = version + 1 WHERE user_id = %s", (NEWER, user.id)
    )
    await database.execute(
        "UPDATE email_sequences SET emails = jsonb_set(emails, '{0,subject}', to_jsonb(%s::text))"
        " WHERE user_id = %s",
        (NEWER, user.id),
    )
    await database.commit()

    page = (await reading).text
    assert f"<h1>{EARLIER}</h1>" in page
    assert f'<span class="sub">{EARLIER}</span>' in page


async def _waits(gateway: RunningGateway) -> bool:
    async with await psycopg.AsyncConnection.connect(gateway.settings.database_url) as connection:
        found = await connection.execute(
            "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'background_jobs'::regclass"
        )
        return await found.fetchone() is not None


async def test_what_happens_while_a_page_is_made_is_told_by_its_feed(
    gateway: RunningGateway, user: User, path: str, projection: Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = await user.submit(example_input("ideation-fitness-coach"))

    async def then_an_event(*asked: Any) -> Any:
        workspace = await read_workspace(*asked)
        await projection.fold(job_id, "requested")
        return workspace

    monkeypatch.setattr(routes, "read_workspace", then_an_event)
    page = (await send(gateway, user, "GET", path)).text
    [position] = re.findall(r'data-feed="(\d+)"', page)

    async with user.stream(f"/api/events?lastEventId={position}") as frames:
        frame = await frames.next()

    assert frame is not None
    assert frame.json["jobId"] == str(job_id)
