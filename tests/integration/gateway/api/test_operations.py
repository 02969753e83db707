"""Jobs of all users and dead letters, as an operator lists and replays them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from lodestone.clock import now
from lodestone.ids import new_id
from lodestone.wire import JsonObject
from support.api import Projection, RunningGateway, User
from support.samples import example_input
from support.waiting import eventually

COACH = example_input("ideation-fitness-coach")
LETTERS = "/api/ops/dead-letters"
BROKEN = {"code": "AI_ERROR", "message": "It did not work."}


async def dead_job(user: User, projection: Projection, **body: Any) -> UUID:
    """A job that failed after one finished item."""
    job_id = await user.submit(COACH)
    await projection.fold(job_id, "requested", input=COACH)
    await projection.fold(job_id, "started", "progress", itemKey="prompt", item={"title": "A"})
    await projection.fold(job_id, "failed", error=BROKEN)
    return job_id


def sql(gateway: RunningGateway, statement: str, *values: Any) -> None:
    with psycopg.connect(gateway.settings.database_url) as connection:
        connection.execute(statement.encode(), values)


def dead_event(gateway: RunningGateway) -> UUID:
    """A message that the projector could not read."""
    id = new_id()
    sql(
        gateway,
        "INSERT INTO dead_events (id, sequence, subject, problem, reason, job_type, size, excerpt)"
        " VALUES (%s, (SELECT coalesce(max(sequence), 0) + 1 FROM dead_events), 'a.b', 'invalid', 'no JSON',"
        " 'posts', 3, '{..')",
        id,
    )
    return id


async def letters(operator: User, query: str = "") -> list[JsonObject]:
    answer = await operator.get(f"{LETTERS}{query}")
    assert answer.status_code == 200, answer.text
    items: list[JsonObject] = answer.json()["items"]
    return items


async def test_an_operator_lists_the_jobs_of_all_users_with_their_owners(
    gateway: RunningGateway, operator: User
) -> None:
    one, two = gateway.user(), gateway.user()
    first, second = await one.submit(COACH), await two.submit(COACH)

    answer = await operator.get("/api/ops/jobs?limit=2")

    assert [(job["id"], job["userId"]) for job in answer.json()["items"]] == [
        (str(second), str(two.id)),
        (str(first), str(one.id)),
    ]
    assert not {"input", "result", "items"} & answer.json()["items"][0].keys()


async def test_jobs_of_all_users_come_in_pages_by_filter(
    gateway: RunningGateway, operator: User, projection: Projection
) -> None:
    user = gateway.user()
    jobs = [await user.submit(COACH) for _ in range(5)]
    await projection.fold(jobs[0], "requested", "started")
    path = f"/api/ops/jobs?userId={user.id}&status=pending&jobType=ideation&limit=3"

    first = (await operator.get(path)).json()
    rest = (await operator.get(f"{path}&cursor={first['nextCursor']}")).json()

    listed = [job["id"] for page in (first, rest) for job in page["items"]]
    assert listed == [str(job) for job in reversed(jobs[1:])]
    assert rest["nextCursor"] is None


async def test_stuck_jobs_are_those_that_live_long_after_their_deadline(
    gateway: RunningGateway, operator: User, projection: Projection
) -> None:
    user = gateway.user()
    stuck, late, dead = await user.submit(COACH), await user.submit(COACH), await dead_job(user, projection)
    for job_id, seconds in ((stuck, 31), (late, 29), (dead, 31)):
        deadline = now() - timedelta(seconds=seconds)
        sql(gateway, "UPDATE background_jobs SET deadline_at = %s WHERE id = %s", deadline, job_id)

    answer = await operator.get(f"/api/ops/jobs?stuck=true&userId={user.id}")

    assert [job["id"] for job in answer.json()["items"]] == [str(stuck)]


@pytest.mark.parametrize(
    "path",
    [
        "/api/ops/jobs?status=lost",
        "/api/ops/jobs?jobType=x",
        "/api/ops/jobs?userId=x",
        "/api/ops/jobs?cursor=x",
        "/api/ops/jobs?limit=101",
        f"{LETTERS}?errorCode=x",
        f"{LETTERS}?kind=x",
        f"{LETTERS}?cursor=x",
    ],
)
async def test_an_unknown_filter_is_named(operator: User, path: str) -> None:
    answer = await operator.get(path)

    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR")
    assert answer.json()["errors"][0]["field"] == path.partition("?")[2].partition("=")[0]


async def test_failed_jobs_and_unreadable_events_are_dead_letters(
    gateway: RunningGateway, operator: User, projection: Projection
) -> None:
    user = gateway.user()
    job_id, event_id = await dead_job(user, projection), dead_event(gateway)

    event, job = (await letters(operator, "?limit=2"))[:2]

    assert (job["kind"], job["jobId"], job["userId"]) == ("job", str(job_id), str(user.id))
    assert (job["jobType"], job["attempt"], job["replayedAs"], job["event"]) == ("ideation", 1, None, None)
    assert (event["kind"], event["id"], event["error"]) == ("event", str(event_id), "no JSON")
    assert (event["event"]["subject"], event["event"]["problem"]) == ("a.b", "invalid")


async def test_dead_letters_of_both_kinds_come_in_one_order_of_pages(
    gateway: RunningGateway, operator: User, projection: Projection
) -> None:
    user, made = gateway.user(), []
    for _ in range(3):
        made += [await dead_job(user, projection), dead_event(gateway)]

    seen: list[str] = []
    query = "?limit=2"
    for _ in range(3):
        answer = (await operator.get(f"{LETTERS}{query}")).json()
        seen += [letter["id"] for letter in answer["items"]]
        query = f"?limit=2&cursor={answer['nextCursor']}"

    assert seen == [str(id) for id in reversed(made)]
    kinds = {letter["kind"] for letter in await letters(operator, "?kind=event")}
    assert kinds == {"event"}


async def test_a_dead_job_runs_again_for_its_owner_and_only_once(
    gateway: RunningGateway, operator: User, projection: Projection
) -> None:
    user = gateway.user()
    dead = await dead_job(user, projection)

    answer = await operator.post(f"{LETTERS}/{dead}/replay")
    again = await gateway.user(role="operator").post(f"{LETTERS}/{dead}/replay")

    replay = answer.json()["jobId"]
    assert (answer.status_code, answer.json()["parentJobId"]) == (202, str(dead))
    assert answer.headers["location"] == f"/api/jobs/{replay}"
    assert (again.status_code, again.json()["jobId"]) == (200, replay)
    assert again.headers["idempotency-replayed"] == "true"
    job = await user.job(UUID(replay))
    assert (job["status"], job["parentJobId"], job["input"]) == (
        "pending",
        str(dead),
        (await user.job(dead))["input"],
    )
    assert str(dead) not in {letter["id"] for letter in await letters(operator)}
    [letter] = await letters(operator, f"?replayed=true&userId={user.id}")
    assert (letter["id"], letter["replayedAs"]) == (str(dead), replay)


async def test_a_job_that_its_owner_retried_is_not_replayed_besides(
    gateway: RunningGateway, operator: User, projection: Projection
) -> None:
    user = gateway.user()
    dead = await dead_job(user, projection)
    retried = (await user.post(f"/api/jobs/{dead}/retry")).json()["jobId"]

    answer = await operator.post(f"{LETTERS}/{dead}/replay")

    assert (answer.status_code, answer.json()["jobId"]) == (200, retried)
    assert len((await user.get("/api/jobs")).json()["items"]) == 2


async def test_a_job_that_was_run_again_twice_names_the_first_that_did(
    gateway: RunningGateway, operator: User, projection: Projection
) -> None:
    user = gateway.user()
    dead, first, second = [await dead_job(user, projection) for _ in range(3)]
    sql(gateway, "UPDATE background_jobs SET parent_job_id = %s WHERE id = ANY(%s)", dead, [first, second])

    found = await letters(operator, f"?userId={user.id}&replayed=true")

    assert [(each["jobId"], each["replayedAs"]) for each in found] == [(str(dead), str(first))]


async def test_only_a_failed_job_is_a_dead_letter(
    gateway: RunningGateway, operator: User, projection: Projection
) -> None:
    user = gateway.user()
    living, done = await user.submit(COACH), await user.submit(COACH)
    await projection.fold(done, "requested", "started", "completed")

    for job_id, status in ((living, 409), (done, 409), (new_id(), 404), ("x", 404)):
        assert (await operator.post(f"{LETTERS}/{job_id}/replay")).status_code == status


async def test_many_are_replayed_within_a_limit_and_the_answer_names_them(
    gateway: RunningGateway, operator: User, projection: Projection
) -> None:
    user = gateway.user()
    dead = [await dead_job(user, projection) for _ in range(3)]
    body = {"filter": {"userId": str(user.id), "jobType": "ideation"}, "limit": 2}

    dry = (await operator.post(f"{LETTERS}/replay", {**body, "dryRun": True})).json()
    jobs_after_dry_run = len((await user.get("/api/jobs")).json()["items"])
    first = (await operator.post(f"{LETTERS}/replay", body)).json()
    second = (await operator.post(f"{LETTERS}/replay", body)).json()
    third = (await operator.post(f"{LETTERS}/replay", body)).json()

    newest = [str(dead[2]), str(dead[1])]
    assert (dry["count"], dry["remaining"], dry["dryRun"]) == (2, 1, True)
    assert [job["jobId"] for job in dry["replayed"]] == newest
    assert [job["replayedAs"] for job in dry["replayed"]] == [None, None]
    assert jobs_after_dry_run == 3
    assert (first["count"], first["remaining"], first["refused"]) == (2, 1, [])
    assert [job["jobId"] for job in first["replayed"]] == newest
    for replayed in first["replayed"]:
        job = await user.job(UUID(replayed["replayedAs"]))
        assert (job["parentJobId"], job["status"]) == (replayed["jobId"], "pending")
    assert [job["jobId"] for job in second["replayed"]] == [str(dead[0])]
    assert (third["count"], third["remaining"]) == (0, 0)


async def test_a_refusal_is_named_and_does_not_stop_the_rest(
    gateway: RunningGateway, operator: User, projection: Projection
) -> None:
    poor, other = gateway.user(plan="free"), gateway.user()
    dead = [await dead_job(each, projection) for each in (poor, other)]
    with psycopg.connect(gateway.settings.database_url) as connection:  # as the fold ends a job without ideas
        connection.execute(
            "UPDATE usage_reservations SET state = 'released', ended_at = now() WHERE job_id = %s", [dead[0]]
        )
    for _ in range(2):
        await poor.submit(COACH)

    result = (await operator.post(f"{LETTERS}/replay", {"filter": {"errorCode": "AI_ERROR"}})).json()

    assert {job["jobId"] for job in result["replayed"]} >= {str(dead[1])}
    [refused] = [job for job in result["refused"] if job["jobId"] == str(dead[0])]
    assert refused["code"] == "USAGE_LIMIT_EXCEEDED"
    assert refused["detail"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "filter"),
        ({"filter": {"jobTyp": "ideation"}}, "filter.jobTyp"),
        ({"filter": {"jobType": "lost"}}, "filter.jobType"),
        ({"filter": {"errorCode": "lost"}}, "filter.errorCode"),
        ({"filter": {"userId": "x"}}, "filter.userId"),
        ({"filter": {"since": "yesterday"}}, "filter.since"),
        ({"filter": {}, "limit": 101}, "limit"),
    ],
)
async def test_a_filter_that_says_something_else_than_meant_replays_nothing(
    operator: User, body: JsonObject, field: str
) -> None:
    answer = await operator.post(f"{LETTERS}/replay", body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/ops/jobs?error_code=AI_ERROR&limit=1"),
        ("GET", "/api/ops/dead-letters?error_code=AI_ERROR"),
        ("GET", "/api/ops/services?errorCode=AI_ERROR"),
        ("POST", f"/api/ops/dead-letters/{UUID(int=1)}/replay?errorCode=AI_ERROR"),
    ],
)
async def test_parameter_that_there_is_not_is_refused_by_its_name(
    operator: User, user: User, method: str, path: str
) -> None:
    answer = await (operator.get(path) if method == "GET" else operator.post(path, {}))
    of_a_stranger = await (user.get(path) if method == "GET" else user.post(path, {}))

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] in ("errorCode", "error_code")
    assert of_a_stranger.status_code == 403


async def test_a_job_that_the_cap_of_the_hour_holds_back_says_so_until_an_operator_waives_it(
    gateway: RunningGateway, user: User, operator: User
) -> None:
    job_id = await user.submit(COACH)
    before = await user.get(f"/api/jobs/{job_id}")
    sql(gateway, "INSERT INTO spend_holds SELECT unnest(ARRAY[true, false]), now() + interval '1 hour'")

    async def waits_for(reason: str) -> bool:
        return bool((await user.job(job_id))["waitingFor"] == reason)

    await eventually(lambda: waits_for("spend"), within=10)
    held = await user.get(f"/api/jobs/{job_id}")
    assert held.headers["etag"] != before.headers["etag"]
    assert (await operator.get("/api/ops/spend")).json()["holdsAll"] is True
    inspected = (await operator.get(f"/api/ops/jobs/{job_id}")).json()
    assert inspected["waitingFor"] == "spend"
    assert "an operator waives the cap" in inspected["reason"]

    answer = (await operator.post("/api/ops/spend/waive")).json()

    assert (answer["holdsAll"], answer["waivedBy"]) == (False, str(operator.id))
    await eventually(lambda: waits_for("slot"), within=10)
    assert (await operator.post("/api/ops/spend/enforce")).json()["waivedUntil"] is None


async def test_a_hold_whose_hour_has_passed_is_shown_to_nobody(gateway: RunningGateway, user: User) -> None:
    job_id = await user.submit(COACH)
    sql(gateway, "INSERT INTO spend_holds VALUES (false, now() + interval '1 hour')")

    async def waits_for() -> str:
        return str((await user.job(job_id))["waitingFor"])

    async def waits_for_spend() -> bool:
        return await waits_for() == "spend"

    async def waits_for_a_slot() -> bool:
        return await waits_for() == "slot"

    await eventually(waits_for_spend, within=10)
    sql(gateway, "UPDATE spend_holds SET until = now()")
    await eventually(waits_for_a_slot, within=10)
    sql(gateway, "DELETE FROM spend_holds")
