"""The operators' list of all jobs: every filter finds what it says, and a search is bounded."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from lodestone.clock import format_time, now
from lodestone.wire import JsonObject
from lodestone_gateway.store import runs_queries
from support.api import RunningGateway, User
from support.samples import example_input
from support.waiting import eventually

IDEATION = example_input("ideation-fitness-coach")


@pytest.fixture
async def jobs(user: User) -> list[UUID]:
    """Four jobs of one user, the oldest first."""
    texts = ["Quotes that hold", "Ten%rules of_thumb", "A calculator", "Quotes again"]
    return [await user.submit({**IDEATION, "businessDescription": text}) for text in texts]


def change(gateway: RunningGateway, job_id: UUID, columns: str) -> None:
    with psycopg.connect(gateway.settings.database_url) as owner:
        owner.execute(f"UPDATE background_jobs SET {columns} WHERE id = %s", [job_id])  # noqa: S608


async def listed(operator: User, owner: User, **filters: str) -> JsonObject:
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    answer = await operator.get(f"/api/ops/jobs?userId={owner.id}&{query}")
    assert answer.status_code == 200, answer.text
    found: JsonObject = answer.json()
    return found


async def ids(operator: User, owner: User, **filters: str) -> list[UUID]:
    return [UUID(item["id"]) for item in (await listed(operator, owner, **filters))["items"]]


def newest(jobs: Iterable[UUID]) -> list[UUID]:
    return sorted(jobs, reverse=True)


async def test_a_text_is_found_in_the_input_and_in_what_the_job_says(
    gateway: RunningGateway, operator: User, user: User, jobs: list[UUID]
) -> None:
    change(gateway, jobs[2], "error = 'The quotes were lost'")

    assert await ids(operator, user, text="quotes") == newest([jobs[0], jobs[2], jobs[3]])
    assert await ids(operator, user, text="Ten%25rules of_") == [jobs[1]], "% and _ are only characters"
    assert await ids(operator, user, text="ten rules") == []


async def test_jobs_are_found_by_what_they_cost_so_far(
    gateway: RunningGateway, operator: User, user: User, jobs: list[UUID]
) -> None:
    for job_id, cost in zip(jobs, ("0.10", "0.50", "1.00", "0"), strict=True):
        change(gateway, job_id, f"cost_usd = {cost}")

    assert await ids(operator, user, costAbove="0.1") == newest(jobs[1:3])


async def test_a_period_has_its_beginning_and_not_its_end(
    gateway: RunningGateway, operator: User, user: User, jobs: list[UUID]
) -> None:
    begin = now().replace(microsecond=0) - timedelta(days=2)
    for place, job_id in enumerate(jobs):
        change(gateway, job_id, f"created_at = '{format_time(begin + timedelta(hours=place))}'")
    since, until = format_time(begin + timedelta(hours=1)), format_time(begin + timedelta(hours=3))

    assert await ids(operator, user, since=since, until=until) == [jobs[2], jobs[1]]


async def test_jobs_are_found_by_what_they_wait_for_in_the_words_that_they_show(
    gateway: RunningGateway, operator: User, user: User, jobs: list[UUID]
) -> None:
    between = "status = 'processing', seq = 2, retry_at = now() + interval '1 hour'"
    change(gateway, jobs[0], f"{between}, waiting_for = 'provider'")
    change(gateway, jobs[1], f"{between}, waiting_for = 'rate_limit'")
    change(gateway, jobs[2], "status = 'processing', seq = 2, waiting_for = NULL")

    assert await ids(operator, user, waitingFor="provider,rate_limit") == newest(jobs[:2])
    assert await ids(operator, user, waitingFor="slot") == [jobs[3]]
    await operator.post("/api/ops/job-types/ideation/pause")
    try:
        await eventually(paused_shows(operator, user), within=10, told="the pause is known")
        assert await ids(operator, user, waitingFor="paused") == newest([*jobs[:2], jobs[3]])
        assert await ids(operator, user, waitingFor="provider") == []
    finally:
        await operator.post("/api/ops/job-types/ideation/resume")


def paused_shows(operator: User, owner: User) -> Callable[[], Awaitable[bool]]:
    async def shows() -> bool:
        found = (await listed(operator, owner))["items"]
        return any(item["waitingFor"] == "paused" for item in found)

    return shows


async def test_a_search_looks_at_so_many_jobs_for_a_page_and_goes_on_where_it_stopped(
    operator: User, user: User, jobs: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs_queries, "MOST_SEARCHED", 2)

    first = await listed(operator, user, text="hold")
    second = await listed(operator, user, text="hold", cursor=first["nextCursor"])
    last = await listed(operator, user, text="hold", cursor=second["nextCursor"])

    assert (first["items"], first["searched"]) == ([], 2)
    assert first["searchedTo"] is not None
    assert [item["id"] for item in second["items"]] == [str(jobs[0])]
    assert (last["items"], last["nextCursor"], last["searchedTo"]) == ([], None, None)


async def test_pages_of_a_search_have_each_job_once(
    operator: User, user: User, jobs: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs_queries, "MOST_SEARCHED", 3)
    found: list[UUID] = []
    cursor = ""
    for _ in range(10):
        page = await listed(
            operator, user, text="quotes", limit="1", **({"cursor": cursor} if cursor else {})
        )
        found += [UUID(item["id"]) for item in page["items"]]
        cursor = page["nextCursor"] or ""
        if not cursor:
            break

    assert found == newest([jobs[0], jobs[3]])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=yesterday", "since"),
        ("until=2026-01-31T09:00:00", "until"),
        ("since=2026-02-01T00:00:00Z&until=2026-01-01T00:00:00Z", "until"),
        ("text=", "text"),
        ("costAbove=much", "costAbove"),
        ("waitingFor=godot", "waitingFor"),
        ("text=x&cost_above=1", "cost_above"),
    ],
)
async def test_a_filter_that_cannot_be_meant_is_refused_with_its_field(
    operator: User, query: str, field: str
) -> None:
    answer = await operator.get(f"/api/ops/jobs?{query}")

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
