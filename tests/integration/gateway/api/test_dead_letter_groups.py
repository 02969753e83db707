"""Dead letters by cause, as an operator sees them first; and what a cause is."""

from datetime import timedelta

import pytest
from lodestone.clock import format_time, now
from support.api import RunningGateway, User
from support.dead_jobs import make_dead_jobs, sql

GROUPS = "/api/ops/dead-letters/groups"


async def test_failures_that_say_the_same_are_one_group_with_its_times_users_and_counts(
    gateway: RunningGateway, operator: User
) -> None:
    one, two = gateway.user(), gateway.user()
    first = make_dead_jobs(gateway, one.id, 2, error="Item 7 of 10 is missing.")
    make_dead_jobs(gateway, two.id, 1, error="Item 31 of 40 is missing.")
    make_dead_jobs(gateway, two.id, 1, error="The reply was cut off.")
    make_dead_jobs(gateway, two.id, 1, code="AI_REFUSED", error="Item 7 of 10 is missing.")
    died = now() - timedelta(hours=25)
    sql(gateway, "UPDATE background_jobs SET completed_at = %s WHERE id = %s", died, first[0])
    replayed = make_dead_jobs(gateway, one.id, 1, error="Item 1 of 2 is missing.")
    await operator.post(f"/api/ops/dead-letters/{replayed[0]}/replay")

    answer = (await operator.get(GROUPS)).json()

    missing, *others = answer["items"]
    assert (missing["jobType"], missing["errorCode"]) == ("posts", "AI_ERROR")
    assert (missing["cause"], missing["count"], missing["users"]) == ("Item … of … is missing.", 3, 2)
    assert missing["firstSeen"] == format_time(died)
    assert missing["lastSeen"] > missing["firstSeen"]
    assert {(each["errorCode"], each["cause"], each["count"]) for each in others} == {
        ("AI_ERROR", "The reply was cut off.", 1),
        ("AI_REFUSED", "Item … of … is missing.", 1),
    }
    assert answer["seen"] == 5
    assert (len(missing["buckets"]), missing["buckets"][-1]) == (24, 2)
    at = 23 - int(25 * 3600 / answer["bucketSeconds"])
    assert missing["buckets"][at] + missing["buckets"][at - 1] == 1


async def test_a_group_leads_to_its_jobs_and_into_a_dry_run(gateway: RunningGateway, operator: User) -> None:
    user = gateway.user()
    meant = make_dead_jobs(gateway, user.id, 2, code="BUDGET_EXCEEDED", error="3 of 5 is spent.")
    make_dead_jobs(gateway, user.id, 1, code="BUDGET_EXCEEDED", error="All is spent.")

    groups = (await operator.get(f"{GROUPS}?errorCode=BUDGET_EXCEEDED")).json()["items"]
    [group] = [each for each in groups if each["cause"] == "… of … is spent."]
    letters = await operator.get(
        f"/api/ops/dead-letters?errorCode=BUDGET_EXCEEDED&cause={group['cause'].replace(' ', '%20')}"
    )
    dry = await operator.post("/api/ops/bulk-actions", {"action": "replay", "filter": group["filter"]})

    assert {letter["jobId"] for letter in letters.json()["items"]} == set(map(str, meant))
    assert dry.json()["found"]["eligible"] == 2


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        ("It did not work.", "It did not work."),
        ("Item 12 of 1,000.5 is missing.", "Item … of … is missing."),
        ("Job 0199aa00-0000-7000-8000-000000000001 is gone", "Job … is gone"),
        ("request req_011CSHoEeqs5C35K2UUqR7Fy failed", "request req_… failed"),
        ("sha 3f2504e04f8911d39a0c failed", "sha … failed"),
        ("facade", "facade"),
        (None, ""),
        ("x" * 500, "x" * 300),
    ],
)
def test_a_cause_is_a_message_without_numbers_and_ids(
    gateway: RunningGateway, message: str | None, cause: str
) -> None:
    assert sql(gateway, "SELECT lodestone_cause(%s)", message) == [(cause,)]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=yesterday", "since"),
        ("since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z", "since"),
        ("errorCode=lost", "errorCode"),
        ("cause=x", "cause"),
    ],
)
async def test_a_wrong_filter_is_named(operator: User, query: str, field: str) -> None:
    answer = await operator.get(f"{GROUPS}?{query}")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
