"""Lists read only what they show: no text of a job, a lead magnet or a draft leaves the database for them."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from lodestone.ids import new_id
from sqlalchemy import event
from sqlalchemy.engine import Engine
from support.api import RunningGateway, User
from support.lead_magnets import with_content
from support.pages import send
from support.samples import emails_result, example_input, polished_content, posts_result

TEXTS = {
    "input",
    "result",
    "items",
    "concept",
    "extracted_content",
    "generated_content",
    "interactive_config",
    "polished_content",
    "post_variations",
    "linkedin_post",
    "dm_template",
    "wizard_state",
    "emails",
    "body",
    "saved_ideation_result",
}


class Read:
    """The columns that were read since the last check."""

    def __init__(self) -> None:
        self.columns: set[str] = set()

    def note(self, _connection: Any, cursor: Any, *_rest: Any) -> None:
        """Runs after each statement."""
        self.columns |= {column.name for column in cursor.description or ()}


@pytest.fixture
def read() -> Iterator[Read]:
    read = Read()
    event.listen(Engine, "after_cursor_execute", read.note)
    yield read
    event.remove(Engine, "after_cursor_execute", read.note)


@pytest.fixture
async def full(gateway: RunningGateway, user: User) -> User:
    """A user with a job in each state, a lead magnet with all parts, and a draft."""
    for status in ("pending", "processing", "completed", "failed"):
        job = await user.submit(example_input("ideation-fitness-coach"))
        with psycopg.connect(gateway.settings.database_url) as connection:
            end = "now()" if status in ("completed", "failed") else "null"
            connection.execute(
                f"UPDATE background_jobs SET status = %s, completed_at = {end} WHERE id = %s",  # noqa: S608
                [status, job],
            )
    posts = posts_result()
    magnet = await with_content(user, polishedContent=polished_content(), postVariations=posts["variations"])
    path = f"/api/lead-magnets/{magnet['id']}"
    assert (await user.send("PUT", f"{path}/emails", {"emails": emails_result()["emails"]})).is_success
    await user.post("/api/lead-magnet/polish", {"leadMagnetId": magnet["id"]})
    await user.send("PUT", f"/api/wizard-drafts/{new_id()}", {"wizardState": {"form": {"tools": ["x"]}}})
    return user


@pytest.mark.parametrize(
    "path",
    ["/api/jobs", "/api/jobs?status=completed", "/api/lead-magnets", "/api/wizard-drafts", "/api/usage"],
)
async def test_a_list_of_the_api_reads_no_texts(full: User, read: Read, path: str) -> None:
    answer = await full.get(path)

    assert answer.status_code == 200
    assert answer.json().get("items", True)
    assert read.columns
    assert not read.columns & TEXTS


async def test_an_operators_list_reads_no_texts(gateway: RunningGateway, full: User, read: Read) -> None:
    answer = await gateway.user(role="operator").get("/api/ops/jobs")

    assert len(answer.json()["items"]) >= 5
    assert not read.columns & TEXTS


@pytest.mark.parametrize("path", ["/library", "/jobs", "/jobs?only=failed"])
async def test_a_page_of_a_list_reads_no_texts(
    gateway: RunningGateway, full: User, read: Read, path: str
) -> None:
    answer = await send(gateway, full, "GET", path)

    assert answer.status_code == 200
    assert "jobs" in answer.text
    assert not read.columns & TEXTS


async def test_the_library_names_the_parts_that_there_are(gateway: RunningGateway, full: User) -> None:
    await full.post(
        "/api/lead-magnets", {"title": "Bare", "painSolved": "P", "archetype": "single-calculator"}
    )

    text = (await send(gateway, full, "GET", "/library")).text

    assert "Content, page, posts" in text
    assert "Only the idea so far" in text


async def test_a_workspace_reads_neither_what_its_jobs_asked_nor_their_results(
    gateway: RunningGateway, full: User, read: Read
) -> None:
    [magnet] = (await full.get("/api/lead-magnets")).json()["items"]

    answer = await send(gateway, full, "GET", f"/library/{magnet['id']}/page")

    assert "Next in line" in answer.text
    assert not read.columns & {"input", "result"}
