"""Front ends written for the earlier application can read answers and errors as they always did."""

import asyncio
import json
from uuid import UUID

import pytest
from support.api import Projection, RunningGateway, User
from support.samples import example_input, ideation_result
from support.typescript import INSTALL_SECONDS, installed_client, run
from support.waiting import eventually

COACH = example_input("ideation-fitness-coach")
PROBLEM, PLAIN = "application/problem+json", "application/json"


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"Accept": "application/json"}, PROBLEM),
        ({"Accept": "application/problem+json"}, PROBLEM),
        ({"Accept": "application/problem+json, */*", "Sec_Fetch_Mode": "cors"}, PROBLEM),
        ({"Accept": "*/*"}, PROBLEM),
        ({"Accept": "text/event-stream"}, PROBLEM),
        ({"Accept": "application/json, text/plain, */*", "Sec_Fetch_Mode": "cors"}, PROBLEM),
        ({"Accept": "*/*", "Sec_Fetch_Mode": "cors"}, PLAIN),
        ({"Accept": "*/*", "Sec_Fetch_Mode": "same-origin"}, PLAIN),
        ({"Accept": "application/json, application/problem+json;q=0"}, PLAIN),
    ],
)
async def test_an_error_comes_as_the_caller_reads_it(user: User, headers: dict[str, str], told: str) -> None:
    refused = await user.post("/api/lead-magnet/ideate", {}, **headers)
    unknown = await user.get("/api/jobs/not-an-id", **headers)

    for answer in (refused, unknown):
        assert answer.headers["content-type"] == told
        assert answer.json()["error"] == answer.json()["detail"]
        assert "Accept" in answer.headers["vary"]


async def test_an_error_before_the_body_is_read_comes_so_too(gateway: RunningGateway) -> None:
    answer = await gateway.client.get("/api/jobs", headers={"Accept": "*/*", "Sec-Fetch-Mode": "cors"})

    assert answer.status_code == 401
    assert answer.headers["content-type"] == PLAIN


@pytest.mark.timeout(INSTALL_SECONDS)
async def test_an_older_wizard_shows_the_text_for_the_user_and_gets_its_result(
    gateway: RunningGateway, user: User, projection: Projection
) -> None:
    installed_client()
    older = ("node", "test/wire/older.ts", gateway.url, user.token)

    shown = await asyncio.to_thread(run, *older, given=json.dumps({**COACH, "businessType": "circus"}))
    waiting = asyncio.create_task(asyncio.to_thread(run, *older, given=json.dumps(COACH)))
    job_id = await _submitted(user)
    await projection.fold(job_id, "requested", "started")
    await projection.fold(job_id, "completed", result=ideation_result())

    assert shown.strip() == "Some fields are invalid; see errors for each of them."
    assert (await waiting).strip() == "10 concepts"


async def _submitted(user: User) -> UUID:
    jobs: list[str] = []

    async def some() -> bool:
        jobs[:] = [job["id"] for job in (await user.get("/api/jobs")).json()["items"]]
        return bool(jobs)

    await eventually(some, within=30, told="the older front end has submitted")
    return UUID(jobs[0])
