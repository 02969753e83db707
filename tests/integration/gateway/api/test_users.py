"""Users as operators list and read them, and how they change a plan and a cap."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID

import psycopg
import pytest
from lodestone.clock import now
from lodestone.ids import new_id
from lodestone.wire import JsonObject
from lodestone_gateway.paging import cursor_of
from support.api import Projection, RunningGateway, User
from support.samples import example_input

COACH = example_input("ideation-fitness-coach")
PLACE = cursor_of(now(), UUID(int=1))
SPENT = """
    INSERT INTO spend_hours (user_id, hour, cost_usd) VALUES
        (%(user)s, date_trunc('hour', now(), 'UTC'), 2.5),
        (%(user)s, date_trunc('day', now(), 'UTC') - interval '1 hour', 40),
        (%(user)s, date_trunc('month', now(), 'UTC') - interval '2 hours', 100)"""
YESTERDAY = """
    INSERT INTO spend_hours (user_id, hour, cost_usd)
    VALUES (%(user)s, date_trunc('day', now(), 'UTC') - interval '1 hour', 20000)"""


def sql(gateway: RunningGateway, statement: str, **values: Any) -> None:
    with psycopg.connect(gateway.settings.database_url) as owner:
        owner.execute(statement.encode(), values)


async def listed(operator: User, query: str) -> list[JsonObject]:
    answer = await operator.get(f"/api/ops/users?{query}")
    assert answer.status_code == 200, answer.text
    items: list[JsonObject] = answer.json()["items"]
    return items


async def put(operator: User, user: User, what: str, body: JsonObject) -> JsonObject:
    answer = await operator.send("PUT", f"/api/ops/users/{user.id}/{what}", body)
    assert answer.status_code == 200, answer.text
    detail: JsonObject = answer.json()
    return detail


async def test_users_come_in_pages_the_newest_first(gateway: RunningGateway, operator: User) -> None:
    users = [gateway.user() for _ in range(3)]
    ids = [user.id for user in users]
    sql(gateway, "UPDATE users SET created_at = now() WHERE id = ANY(%(ids)s)", ids=ids)  # at one moment

    seen, query = list[str](), "limit=2"
    while len(seen) < 3:
        page = (await operator.get(f"/api/ops/users?{query}")).json()
        seen += [user["id"] for user in page["items"]]
        query = f"limit=2&cursor={page['nextCursor']}"

    assert seen[:3] == [str(user.id) for user in reversed(users)]


async def test_a_user_is_found_by_id_and_by_address(gateway: RunningGateway, operator: User) -> None:
    user, address = gateway.user(plan="pro"), f"{new_id()}@example.com"
    sql(gateway, "UPDATE users SET email = %(email)s WHERE id = %(id)s", email=address, id=user.id)
    await user.submit(COACH)
    sql(gateway, SPENT, user=user.id)

    (by_id,), (by_address,) = (
        await listed(operator, f"search={user.id}"),
        await listed(operator, f"search={address}"),
    )

    assert by_id == by_address
    assert (by_id["email"], by_id["plan"], by_id["liveJobs"]) == (address, "pro", 1)
    this_month = "42.5" if now().day > 1 else "2.5"
    assert (by_id["spentToday"], by_id["spentThisMonth"], by_id["pausedAt"]) == ("2.5", this_month, None)
    assert await listed(operator, f"search={new_id()}") == []


async def test_those_with_the_most_come_first(gateway: RunningGateway, operator: User) -> None:
    (busy, second), (spender, other, earlier) = ([gateway.user() for _ in range(n)] for n in (2, 3))
    for jobs, user in ((6, second), (7, busy)):
        for _ in range(jobs):
            await user.submit(COACH)
    for cost, user in (("8000", other), ("9000", spender)):
        sql(gateway, SPENT.replace("2.5", cost), user=user.id)
    sql(gateway, YESTERDAY, user=earlier.id)

    by_jobs, by_spend = [await listed(operator, f"sort={sort}&limit=2") for sort in ("liveJobs", "spend")]

    assert [user["id"] for user in by_jobs] == [str(busy.id), str(second.id)]
    assert [user["id"] for user in by_spend] == [str(spender.id), str(other.id)], "yesterday is not today"


@pytest.mark.parametrize(
    "query",
    [
        "search=x",
        "search=a%40b%00",
        "sort=x",
        "cursor=x",
        "limit=101",
        "email=x",
        f"cursor={PLACE}&sort=spend",
    ],
)
async def test_a_filter_that_says_something_else_than_meant_is_named(operator: User, query: str) -> None:
    answer = await operator.get(f"/api/ops/users?{query}")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, query.partition("=")[0])


async def test_one_user_is_shown_with_what_is_used_and_under_way(
    gateway: RunningGateway, operator: User, projection: Projection
) -> None:
    user = gateway.user(plan="pro")
    started, *_ = [await user.submit(COACH) for _ in range(3)]
    await projection.fold(started, "requested", "started")

    detail = (await operator.get(f"/api/ops/users/{user.id}")).json()

    assert detail["usage"] == (await user.get("/api/usage")).json()
    assert (detail["plan"], detail["hasOwnPlan"], detail["ownCaps"]) == ("pro", True, {})
    (live,) = detail["liveByDay"]
    assert (live["jobType"], live["waiting"], live["running"]) == ("ideation", 2, 1)
    assert (await operator.get(f"/api/ops/users/{new_id()}")).status_code == 404


async def test_a_plan_is_changed_and_audited(gateway: RunningGateway) -> None:
    user, operator = gateway.user(plan="free"), gateway.user(role="operator")

    assert (await put(operator, user, "plan", {"plan": "pro"}))["plan"] == "pro"

    assert (await user.get("/api/usage")).json()["plan"] == "pro"
    (entry,) = (await operator.get(f"/api/ops/audit?operatorId={operator.id}")).json()["items"]
    assert (entry["action"], entry["userId"]) == ("set_plan", str(user.id))
    assert entry["details"] == {"plan": "pro", "before": "free"}


async def test_a_cap_of_ones_own_replaces_that_of_the_plan_until_it_is_taken_away(
    gateway: RunningGateway,
) -> None:
    user, operator = gateway.user(plan="pro"), gateway.user(role="operator")
    caps = {"liveJobs": 1, "spendAMonth": None, "jobsADay": {"emails": 2}}

    detail = await put(operator, user, "caps", caps)

    assert detail["ownCaps"] == caps
    used = (await user.get("/api/usage")).json()["caps"]
    assert (used["liveJobs"]["limit"], used["spendAMonth"], used["spendADay"]["limit"]) == (1, None, "50")
    assert {name: cap["limit"] for name, cap in used["jobsADay"].items()} == {
        "ideation": 1000,
        "answers": 1000,
        "extraction": 1000,
        "polish": 1000,
        "posts": 1000,
        "emails": 2,
    }
    await user.submit(COACH)
    refused = await user.post("/api/lead-magnet/ideate", COACH)
    assert (refused.status_code, refused.json()["cap"], refused.json()["limit"]) == (429, "liveJobs", 1)

    assert (await put(operator, user, "caps", {}))["ownCaps"] == {}

    await user.submit(COACH)
    found = (await operator.get(f"/api/ops/audit?operatorId={operator.id}")).json()["items"]
    assert [(entry["action"], entry["details"]) for entry in found] == [
        ("set_caps", {"caps": {}, "before": caps}),
        ("set_caps", {"caps": caps, "before": {}}),
    ]


@pytest.mark.parametrize(
    ("what", "bodies"),
    [
        ("caps", [{"liveJobs": most} for most in range(1, 9)]),
        ("plan", [{"plan": plan} for plan in ("pro", "free") * 4]),
    ],
)
async def test_of_changes_at_once_each_says_what_was_before_it(
    gateway: RunningGateway, operator: User, what: str, bodies: list[JsonObject]
) -> None:
    user = gateway.user(plan="free")
    first = {} if what == "caps" else "free"

    await asyncio.gather(*(put(operator, user, what, body) for body in bodies))

    entries = (await operator.get(f"/api/ops/audit?userId={user.id}")).json()["items"]
    now = (await operator.get(f"/api/ops/users/{user.id}")).json()["ownCaps" if what == "caps" else "plan"]
    left = Counter(str(each["details"]["before"]) for each in entries) + Counter([str(now)])
    assert left == Counter(str(each["details"][what]) for each in entries) + Counter([str(first)])


async def test_a_cap_bounds_somebody_whose_plan_has_none(gateway: RunningGateway, operator: User) -> None:
    user = gateway.user(plan="unlimited")
    await put(operator, user, "caps", {"liveJobs": 0})

    refused = await user.post("/api/lead-magnet/ideate", COACH)

    assert (refused.status_code, refused.json()["cap"]) == (429, "liveJobs")


@pytest.mark.parametrize(
    ("what", "body", "field"),
    [
        ("plan", {"plan": "golden"}, "plan"),
        ("plan", {}, "plan"),
        ("caps", {"liveJobs": -1}, "liveJobs"),
        ("caps", {"streams": 5}, "streams"),
        ("caps", {"drafts": None}, "drafts"),
        ("caps", {"jobsADay": {"lost": 1}}, "jobsADay"),
    ],
)
async def test_what_cannot_be_meant_changes_nothing(
    user: User, operator: User, what: str, body: JsonObject, field: str
) -> None:
    await user.submit(COACH)

    answer = await operator.send("PUT", f"/api/ops/users/{user.id}/{what}", body)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


@pytest.mark.parametrize(("what", "body"), [("plan", {"plan": "pro"}), ("caps", {"liveJobs": 1})])
async def test_nothing_is_changed_of_somebody_unknown(operator: User, what: str, body: JsonObject) -> None:
    answer = await operator.send("PUT", f"/api/ops/users/{new_id()}/{what}", body)

    assert answer.status_code == 404
