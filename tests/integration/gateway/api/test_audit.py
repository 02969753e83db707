"""The operators' audit over HTTP: each action and each look has its entry, with ids and no content."""

import json
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

COACH = example_input("ideation-fitness-coach")
LETTERS = "/api/ops/dead-letters"
BROKEN = {"code": "AI_ERROR", "message": "It did not work."}
REFUSES = """
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'full'; END $$;
    CREATE TRIGGER refused BEFORE INSERT ON operator_audit EXECUTE FUNCTION refuse()"""


async def dead_job(user: User, projection: Projection) -> UUID:
    job_id = await user.submit(COACH)
    await projection.fold(job_id, "requested", "started", input=COACH)
    await projection.fold(job_id, "failed", error=BROKEN)
    return job_id


async def entries(operator: User, **filters: object) -> list[JsonObject]:
    """What the operator did, the newest first."""
    query = "&".join(f"{name}={value}" for name, value in {"operatorId": operator.id, **filters}.items())
    answer = await operator.get(f"/api/ops/audit?{query}")
    assert answer.status_code == 200, answer.text
    items: list[JsonObject] = answer.json()["items"]
    return items


def told(entry: JsonObject) -> tuple[Any, ...]:
    return entry["action"], entry["targetKind"], entry["targetId"], entry["userId"], entry["outcome"]


async def test_each_action_is_in_the_audit_with_what_it_was_done_to(
    gateway: RunningGateway, user: User, projection: Projection
) -> None:
    operator, dead = gateway.user(role="operator"), await dead_job(user, projection)

    for path in (
        f"{LETTERS}/{dead}/replay",
        f"{LETTERS}/{dead}/replay",
        "/api/ops/job-types/emails/pause",
        "/api/ops/job-types/emails/pause",
        "/api/ops/job-types/emails/resume",
        *("/api/ops/spend/waive", "/api/ops/spend/waive"),
        *("/api/ops/spend/enforce", "/api/ops/spend/enforce"),
    ):
        assert (await operator.post(path)).is_success, path

    found = (await entries(operator))[::-1]
    assert [told(entry) for entry in found] == [
        ("replay_job", "job", str(dead), str(user.id), "done"),
        ("replay_job", "job", str(dead), str(user.id), "unchanged"),
        ("pause", "job_type", "emails", None, "done"),
        ("pause", "job_type", "emails", None, "unchanged"),
        ("resume", "job_type", "emails", None, "done"),
        ("waive_spend_cap", "spend_cap", None, None, "done"),
        ("waive_spend_cap", "spend_cap", None, None, "unchanged"),
        ("enforce_spend_cap", "spend_cap", None, None, "done"),
        ("enforce_spend_cap", "spend_cap", None, None, "unchanged"),
    ]
    assert {(entry["operatorId"], entry["loginName"]) for entry in found} == {(str(operator.id), None)}
    (replay,) = [job for job in (await user.get("/api/jobs")).json()["items"] if job["parentJobId"]]
    assert found[0]["details"] == {"replayedAs": replay["id"]}


async def test_of_many_replays_each_has_an_entry_and_so_has_the_request(
    gateway: RunningGateway, user: User, projection: Projection
) -> None:
    operator, dead = gateway.user(role="operator"), await dead_job(user, projection)
    body = {"filter": {"userId": str(user.id), "errorCode": "AI_ERROR"}}

    await operator.post(f"{LETTERS}/replay", {**body, "dryRun": True})
    assert await entries(operator) == []
    await operator.post(f"{LETTERS}/replay", body)

    each, many = await entries(operator)
    assert told(each) == ("replay_job", "job", str(dead), str(user.id), "done")
    assert told(many) == ("replay_dead_letters", "dead_letters", None, str(user.id), "done")
    assert many["details"] == {"errorCodes": ["AI_ERROR"], "limit": 100, "jobs": 1}


async def test_a_refused_replay_is_in_the_audit_with_the_reason(gateway: RunningGateway, user: User) -> None:
    operator, living = gateway.user(role="operator"), await user.submit(COACH)

    assert (await operator.post(f"{LETTERS}/{living}/replay")).status_code == 409

    (entry,) = await entries(operator)
    assert told(entry) == ("replay_job", "job", str(living), str(user.id), "refused")
    assert entry["details"] == {"code": "CONFLICT"}


async def test_a_search_for_a_text_is_a_look_and_the_text_is_not_kept(user: User, operator: User) -> None:
    await operator.get("/api/ops/jobs")
    await operator.get(f"/api/ops/jobs?userId={user.id}&text=fitness%20coaches")

    (look,) = await entries(operator, userId=user.id, action="search_texts")
    assert told(look) == ("search_texts", "jobs", str(user.id), str(user.id), "done")
    assert "fitness" not in json.dumps(await entries(operator, operatorId=operator.id))


async def test_a_look_at_a_job_is_in_the_audit_once_a_minute_and_without_what_was_seen(
    gateway: RunningGateway, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator, job_id = gateway.user(role="operator"), await user.submit(COACH)

    for _ in range(3):
        assert (await operator.get(f"/api/ops/jobs/{job_id}")).json()["input"]

    looks = await entries(operator, userId=user.id, action="inspect_job")
    assert 1 <= len(looks) <= 2, "two where a minute ended between them"
    assert told(looks[0]) == ("inspect_job", "job", str(job_id), str(user.id), "done")
    assert COACH["businessDescription"][:20] not in json.dumps(looks)
    monkeypatch.setattr("lodestone_gateway.operating.audit.now", lambda: now() + timedelta(minutes=2))
    await operator.get(f"/api/ops/jobs/{job_id}")
    assert len(await entries(operator, userId=user.id, action="inspect_job")) == len(looks) + 1


async def test_messages_that_may_have_a_users_text_are_not_read_unseen(
    gateway: RunningGateway, projection: Projection, user: User
) -> None:
    operator = gateway.user(role="operator")
    await dead_job(user, projection)
    await operator.get(f"{LETTERS}?kind=job")
    assert await entries(operator) == []
    with psycopg.connect(gateway.settings.database_url) as connection:
        connection.execute(
            "INSERT INTO dead_events (id, sequence, subject, problem, reason, size, excerpt) VALUES"
            " (%s, (SELECT coalesce(max(sequence), 0) + 1 FROM dead_events), 'a', 'invalid', '', 3, '{..')",
            [new_id()],
        )

    await operator.get(LETTERS)

    assert [entry["action"] for entry in await entries(operator)] == ["read_dead_events"]


async def test_what_cannot_be_written_into_the_audit_does_not_happen(
    gateway: RunningGateway, user: User, operator: User, projection: Projection
) -> None:
    dead = await dead_job(user, projection)
    with psycopg.connect(gateway.settings.database_url) as connection:
        connection.execute(REFUSES)
    try:
        look = await operator.get(f"/api/ops/jobs/{dead}")
        failed = [
            await operator.post(f"/api/ops/{path}")
            for path in (f"dead-letters/{dead}/replay", "job-types/posts/pause", "spend/waive")
        ]
    finally:
        with psycopg.connect(gateway.settings.database_url) as connection:
            connection.execute("DROP FUNCTION refuse CASCADE")

    assert [answer.status_code >= 500 for answer in (look, *failed)] == [True] * 4
    assert COACH["businessDescription"][:20] not in look.text
    assert len((await user.get("/api/jobs")).json()["items"]) == 1
    services = (await operator.get("/api/ops/services")).json()["items"]
    assert not any(queue["isPaused"] for service in services for queue in service["jobTypes"])
    assert (await operator.get("/api/ops/spend")).json()["waivedUntil"] is None


async def test_the_audit_comes_in_pages_by_filter(gateway: RunningGateway) -> None:
    operator = gateway.user(role="operator")
    for verb in ("pause", "resume", "pause", "resume"):
        await operator.post(f"/api/ops/job-types/posts/{verb}")

    first = (await operator.get(f"/api/ops/audit?operatorId={operator.id}&limit=3")).json()
    rest = (
        await operator.get(f"/api/ops/audit?operatorId={operator.id}&limit=3&cursor={first['nextCursor']}")
    ).json()

    assert [entry["action"] for page in (first, rest) for entry in page["items"]] == ["resume", "pause"] * 2
    assert rest["nextCursor"] is None
    middle = first["items"][1]["at"]
    assert [entry["action"] for entry in await entries(operator, since=middle)] == ["resume", "pause"]
    assert [entry["action"] for entry in await entries(operator, until=middle)] == ["resume", "pause"]
    assert len(await entries(operator, action="pause")) == 2


async def test_entries_of_one_moment_have_an_order_and_a_period_its_beginning_and_not_its_end(
    gateway: RunningGateway, operator: User
) -> None:
    somebody, ids = new_id(), [new_id() for _ in range(4)]
    begin, end = "2026-01-31T09:00:00Z", "2026-01-31T09:00:01Z"
    with psycopg.connect(gateway.settings.database_url) as owner:
        for id, at in zip(ids, (begin, begin, begin, end), strict=True):
            owner.execute(
                "INSERT INTO operator_audit (id, at, operator_id, action, target_kind, outcome)"
                " VALUES (%s, %s, %s, 'pause', 'everything', 'done')",
                [id, at, somebody],
            )

    seen, cursor = list[str](), ""
    for _ in range(2):
        page = (await operator.get(f"/api/ops/audit?operatorId={somebody}&limit=2{cursor}")).json()
        seen += [entry["id"] for entry in page["items"]]
        cursor = f"&cursor={page['nextCursor']}"
    within = await entries(operator, operatorId=somebody, since=begin, until=end)

    assert seen == [str(id) for id in reversed(ids)]
    assert [entry["id"] for entry in within] == [str(id) for id in ids[2::-1]]


@pytest.mark.parametrize(
    "query",
    ["operatorId=x", "userId=x", "action=lost", "since=yesterday", "cursor=x", "limit=0", "operator=x"],
)
async def test_a_filter_that_says_something_else_than_meant_is_named(operator: User, query: str) -> None:
    answer = await operator.get(f"/api/ops/audit?{query}")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, query.partition("=")[0])


async def test_an_entry_says_through_which_of_our_programs_it_was_done(gateway: RunningGateway) -> None:
    operator = gateway.user(role="operator")

    for agent in ("lodestone-mcp", "lodestone-ops", "curl/8.14", "lodestone-mcp of somebody"):
        await operator.post("/api/ops/job-types/emails/resume", user_agent=agent)

    found = [entry["details"].get("through") for entry in await entries(operator)]
    assert found == [None, None, "lodestone-ops", "lodestone-mcp"]
