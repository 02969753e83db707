"""Actions on many jobs: looked at, begun by the dry run's id, worked on by the gateway, aborted, read."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from lodestone.clock import format_time, now
from lodestone.ids import new_id
from lodestone.wire import JsonObject
from lodestone_gateway.operating.audit import AS_OPERATOR
from lodestone_gateway.store.session import Role, make_engine, transaction
from lodestone_gateway.store.tables import OutboxRow
from sqlalchemy import update
from sqlmodel import col
from support.api import Projection, RunningGateway, User
from support.dead_jobs import make_dead_jobs, sql
from support.samples import example_input
from support.waiting import eventually

COACH = example_input("ideation-fitness-coach")
BULK = "/api/ops/bulk-actions"
FAST, SLOW = 60_000, 1  # jobs a minute


async def look(operator: User, action: str = "replay", *, rate: int = FAST, **filter: Any) -> JsonObject:
    """A dry run."""
    body = {"action": action, "filter": filter, "ratePerMinute": rate}
    answer = await operator.post(BULK, body)
    assert answer.status_code == 201, answer.text
    found: JsonObject = answer.json()
    return found


async def start(operator: User, bulk: JsonObject) -> JsonObject:
    answer = await operator.post(f"{BULK}/{bulk['id']}/start")
    assert answer.status_code == 202, answer.text
    begun: JsonObject = answer.json()
    return begun


async def in_state(operator: User, bulk: JsonObject, state: str) -> JsonObject:
    """The bulk action, once it is in this state."""

    async def is_there() -> JsonObject | None:
        read: JsonObject = (await operator.get(f"{BULK}/{bulk['id']}")).json()
        return read if read["state"] == state else None

    return await eventually(is_there, within=20, told=f"the bulk action is {state}")


async def complete(operator: User, bulk: JsonObject) -> JsonObject:
    """The bulk action, once it is complete."""
    return await in_state(operator, bulk, "completed")


async def outcomes(operator: User, bulk: JsonObject, query: str = "") -> list[JsonObject]:
    items: list[JsonObject] = (await operator.get(f"{BULK}/{bulk['id']}/jobs{query}")).json()["items"]
    return items


async def test_a_dry_run_counts_what_matches_and_changes_nothing(
    gateway: RunningGateway, operator: User
) -> None:
    user = gateway.user()
    dead = make_dead_jobs(gateway, user.id, 5)
    await operator.post(f"/api/ops/dead-letters/{dead[0]}/replay")
    sql(gateway, "UPDATE background_jobs SET erased_at = now() WHERE id = %s", dead[1])
    make_dead_jobs(gateway, gateway.user().id, 1)
    sql(
        gateway,
        "INSERT INTO background_jobs (id, user_id, job_type, status, input, deadline_at, cost_usd,"
        " completed_at) VALUES (%s, %s, 'posts', 'completed', '{}', now(), 0.25, now())",
        new_id(),
        user.id,
    )

    found = await look(operator, userId=str(user.id))

    assert (found["state"], found["operatorId"], found["total"]) == ("dry_run", str(operator.id), 0)
    assert {each["reason"]: each["count"] for each in found["found"]["notEligible"]} == {
        "run_again": 1,
        "erased": 1,
    }
    assert found["found"]["eligible"] == 3
    assert found["found"]["byType"] == [{"jobType": "posts", "count": 3, "costUsd": "0.75"}]
    assert (await operator.get(f"{BULK}/{found['id']}")).json() == found
    assert len((await user.get("/api/jobs?limit=100&status=pending")).json()["items"]) == 1


@pytest.mark.parametrize(
    "filter",
    [
        {"status": "pending"},
        {"jobType": "ideation,emails"},
        {"waitingFor": "slot"},
        {"waitingFor": "provider,retry", "status": "processing"},
        {"text": "SEALED"},
        {"text": "sealed", "jobType": "polish", "costAbove": "0.5"},
        {"costAbove": "0.5"},
        {"since": "2026-01-02T00:00:00Z", "until": "2026-01-03T00:00:00Z"},
        {"stuck": "true"},
    ],
    ids=str,
)
async def test_a_filter_means_the_jobs_that_the_list_of_runs_shows(
    gateway: RunningGateway, operator: User, various: UUID, filter: JsonObject
) -> None:
    whose = {**filter, "userId": str(various)}
    query = "&".join(f"{name}={value}" for name, value in {"status": "pending,processing", **whose}.items())
    listed = (await operator.get(f"/api/ops/jobs?limit=100&{query}")).json()["items"]

    meant = {**whose, "stuck": True} if "stuck" in whose else whose
    found = await look(operator, "cancel", **meant)

    assert found["state"] == "dry_run"
    assert found["found"]["eligible"] == len(listed)
    assert 0 < len(listed) < 8


@pytest.fixture
def various(gateway: RunningGateway) -> UUID:
    """A user with eight living jobs that differ in everything that filters ask for."""
    user_id = new_id()
    sql(gateway, "INSERT INTO users (id) VALUES (%s)", user_id)
    sql(
        gateway,
        """
        INSERT INTO background_jobs (id, user_id, job_type, status, input, seq, waiting_for, progress_message,
            created_at, deadline_at, cost_usd)
        SELECT gen_random_uuid(), %s, (ARRAY['ideation', 'posts', 'emails', 'polish'])[1 + n %% 4],
            CASE WHEN n < 4 THEN 'pending' ELSE 'processing' END,
            jsonb_build_object('about', CASE n %% 3 WHEN 0 THEN 'sealed jars' ELSE 'bread' END),
            n / 4, (ARRAY['slot', 'retry', 'provider', NULL])[1 + n / 2],
            CASE n WHEN 7 THEN 'Sealed.' ELSE '' END,
            timestamptz '2026-01-01' + n * interval '12 h',
            CASE WHEN n = 5 THEN now() - interval '1 h' ELSE now() + interval '1 h' END, n * 0.125
        FROM generate_series(0, 7) AS n""",
        user_id,
    )
    return user_id


async def test_a_search_goes_through_all_pages_and_begins_on_what_it_found(
    gateway: RunningGateway, operator: User
) -> None:
    user = gateway.user()
    early = make_dead_jobs(gateway, user.id, 2, error="It was sealed too early.")
    make_dead_jobs(gateway, user.id, 4_100)
    late = make_dead_jobs(gateway, user.id, 1, error="It was sealed too late.")

    looking = await look(operator, userId=str(user.id), text="SEALED")
    too_early = await operator.post(f"{BULK}/{looking['id']}/start")
    found = await in_state(operator, looking, "dry_run")
    make_dead_jobs(gateway, user.id, 1, error="It was sealed meanwhile.")
    done = await complete(operator, await start(operator, found))

    assert (looking["state"], looking["searched"], looking["found"]["eligible"]) == ("looking", 2_000, 1)
    assert looking["searchedTo"] > looking["createdAt"][:4]
    assert too_early.status_code == 409
    assert "has looked at" in too_early.json()["detail"]
    assert (found["searched"], found["searchedTo"], found["found"]["eligible"]) == (4_103, None, 3)
    assert {job["jobId"] for job in await outcomes(operator, done)} == {str(id) for id in (*early, *late)}
    assert (done["total"], done["done"]) == (3, 3)


async def test_a_search_that_is_aborted_looks_no_further(gateway: RunningGateway, operator: User) -> None:
    user = gateway.user()
    make_dead_jobs(gateway, user.id, 2_001)
    looking = await look(operator, userId=str(user.id), text="work")
    sql(
        gateway,
        "UPDATE bulk_actions SET state = 'looking', next_at = now() + interval '1 h' WHERE id = %s",
        looking["id"],
    )

    aborted = await operator.post(f"{BULK}/{looking['id']}/abort")

    assert aborted.json()["state"] == "aborted"
    assert (await operator.post(f"{BULK}/{looking['id']}/start")).status_code == 409


async def test_whoever_looks_for_a_text_is_in_the_audit_without_the_text(
    gateway: RunningGateway, operator: User
) -> None:
    user, other = gateway.user(), gateway.user(role="operator")
    make_dead_jobs(gateway, user.id, 1)
    begun = await start(operator, await look(operator, userId=str(user.id), text="did not WORK"))
    await complete(operator, begun)
    await outcomes(other, begun)

    audit = (await operator.get(f"/api/ops/audit?userId={user.id}")).json()["items"]

    told = [(each["operatorId"], each["action"]) for each in audit]
    assert told.count((str(operator.id), "search_texts")) >= 1
    assert told.count((str(other.id), "search_texts")) == 1
    assert (str(operator.id), "start_bulk_action") in told
    assert "did not" not in str(audit).lower()


@pytest.mark.parametrize(
    ("action", "column", "names"),
    [
        ("replay", "completed_at", ("failedSince", "failedUntil")),
        ("replay", "created_at", ("since", "until")),
        ("cancel", "created_at", ("since", "until")),
    ],
)
async def test_a_period_is_of_failures_or_of_acceptances_and_has_its_beginning_and_not_its_end(
    gateway: RunningGateway, operator: User, action: str, column: str, names: tuple[str, str]
) -> None:
    user, begin = gateway.user(), now().replace(microsecond=0) - timedelta(days=3)
    is_replay = action == "replay"
    jobs = make_dead_jobs(gateway, user.id, 4) if is_replay else [await user.submit(COACH) for _ in range(4)]
    for hours, job_id in enumerate(jobs):
        statement = f"UPDATE background_jobs SET {column} = %s WHERE id = %s"  # noqa: S608
        sql(gateway, statement, begin + timedelta(hours=hours), job_id)
    since, until = (format_time(begin + timedelta(hours=hours)) for hours in (1, 3))

    period: dict[str, Any] = dict(zip(names, (since, until), strict=True))
    found = await look(operator, action, userId=str(user.id), **period)

    assert found["found"]["eligible"] == 2


async def test_what_was_looked_at_is_done_to_all_that_match_when_it_begins(
    gateway: RunningGateway, operator: User, projection: Projection
) -> None:
    failed = {"code": "AI_INVALID_OUTPUT"}
    users = [gateway.user(), gateway.user()]
    dead = [id for user in users for id in make_dead_jobs(gateway, user.id, 60, **failed)]
    counted = await users[0].submit(COACH)
    await projection.fold(counted, "requested", input=COACH)
    await projection.fold(counted, "started", "progress", itemKey="prompt", item={"title": "A"})
    await projection.fold(counted, "failed", error={**failed, "message": "No."})

    found = await look(operator, errorCode=failed["code"])
    later = make_dead_jobs(gateway, users[0].id, 1, **failed)
    begun = await start(operator, found)
    too_late = make_dead_jobs(gateway, users[0].id, 1, **failed)
    done = await complete(operator, begun)

    meant = sorted(map(str, [*dead, counted, *later]))
    first = (await operator.get(f"{BULK}/{done['id']}/jobs?limit=70")).json()
    rest = (await operator.get(f"{BULK}/{done['id']}/jobs?limit=70&cursor={first['nextCursor']}")).json()
    listed = {job["jobId"]: job for page in (first, rest) for job in page["items"]}
    assert list(listed) == meant
    assert str(too_late[0]) not in listed
    assert (found["found"]["eligible"], begun["total"], rest["nextCursor"]) == (121, 122, None)
    assert (done["done"], done["refused"], done["open"]) == (122, 0, 0)
    for job_id in (dead[0], counted):
        again = await users[0].job(UUID(listed[str(job_id)]["resultJobId"]))
        assert (again["parentJobId"], again["status"]) == (str(job_id), "pending")
        assert sql(gateway, "SELECT is_bulk FROM outbox WHERE job_id = %s", again["id"]) == [(True,)]


async def test_a_job_is_run_again_once_whoever_asks_and_however_often(
    gateway: RunningGateway, operator: User
) -> None:
    user = gateway.user()
    [dead] = make_dead_jobs(gateway, user.id, 1)
    begun = await start(operator, await look(operator, rate=FAST, userId=str(user.id)))
    await complete(operator, begun)

    single = await operator.post(f"/api/ops/dead-letters/{dead}/replay")
    second = await operator.post(
        BULK, {"action": "replay", "filter": {"userId": str(user.id)}, "dryRun": True}
    )
    refused = await operator.post(f"{BULK}/{second.json()['id']}/start")

    [outcome] = await outcomes(operator, begun)
    assert (single.status_code, single.json()["jobId"]) == (200, outcome["resultJobId"])
    assert second.json()["found"]["notEligible"][0]["text"] == "was run again already"
    assert (refused.status_code, refused.json()["code"]) == (409, "CONFLICT")
    assert "No job matches any more" in refused.json()["detail"]


async def test_two_bulk_actions_do_not_work_on_the_same_job(gateway: RunningGateway, operator: User) -> None:
    user = gateway.user()
    make_dead_jobs(gateway, user.id, 3)
    first, second = [await look(operator, rate=SLOW, userId=str(user.id)) for _ in range(2)]
    await start(operator, first)

    refused = await operator.post(f"{BULK}/{second['id']}/start")

    assert (refused.status_code, refused.json()["bulkActionId"]) == (409, first["id"])
    assert first["id"] in refused.json()["detail"]
    assert (await operator.get(f"{BULK}/{second['id']}")).json()["state"] == "dry_run"
    await operator.post(f"{BULK}/{first['id']}/abort")
    assert (await operator.post(f"{BULK}/{second['id']}/start")).status_code == 202
    await operator.post(f"{BULK}/{second['id']}/abort")


async def test_an_aborted_bulk_action_keeps_its_rate_until_then_and_does_not_go_on(
    gateway: RunningGateway, operator: User
) -> None:
    user = gateway.user()
    make_dead_jobs(gateway, user.id, 3)
    begun = await start(operator, await look(operator, rate=SLOW, userId=str(user.id)))

    async def has_one() -> bool:
        return bool((await operator.get(f"{BULK}/{begun['id']}")).json()["done"] == 1)

    await eventually(has_one, within=10)
    other = gateway.user(role="operator")
    aborted = await other.post(f"{BULK}/{begun['id']}/abort")
    again = await operator.post(f"{BULK}/{begun['id']}/abort")
    resumed = await operator.post(f"{BULK}/{begun['id']}/start")

    assert (aborted.status_code, again.status_code, resumed.status_code) == (200, 200, 409)
    assert (aborted.json()["state"], aborted.json()["endedBy"]) == ("aborted", str(other.id))
    assert (aborted.json()["done"], aborted.json()["open"]) == (1, 2)
    assert again.json() == aborted.json()
    assert "aborted" in resumed.json()["detail"]
    assert "new dry run" in resumed.json()["detail"]
    assert len(await outcomes(operator, begun, "?outcome=open")) == 2


async def test_an_old_dry_run_is_not_begun(gateway: RunningGateway, operator: User) -> None:
    make_dead_jobs(gateway, (user := gateway.user()).id, 1)
    found = await look(operator, userId=str(user.id))
    old = now() - timedelta(minutes=11)
    sql(gateway, "UPDATE bulk_actions SET created_at = %s WHERE id = %s", old, found["id"])

    answer = await operator.post(f"{BULK}/{found['id']}/start")

    assert answer.status_code == 409
    assert "older than 10 minutes" in answer.json()["detail"]
    assert (await operator.post(f"{BULK}/{found['id']}/abort")).status_code == 409


async def test_a_job_whose_type_takes_another_input_now_is_refused_by_name_and_the_others_run(
    gateway: RunningGateway, operator: User
) -> None:
    user = gateway.user()
    old, fine = make_dead_jobs(gateway, user.id, 2)
    sql(gateway, 'UPDATE job_events SET body = body || \'{"input": {"tone": 1}}\' WHERE job_id = %s', old)
    single = await operator.post(f"/api/ops/dead-letters/{old}/replay")

    done = await complete(operator, await start(operator, await look(operator, userId=str(user.id))))

    assert (done["done"], done["refused"]) == (1, 1)
    [refused] = await outcomes(operator, done, "?outcome=refused")
    assert (refused["jobId"], refused["code"]) == (str(old), "CONFLICT")
    assert "take another input" in refused["detail"]
    assert (single.status_code, single.json()["detail"]) == (409, refused["detail"])
    assert [job["jobId"] for job in await outcomes(operator, done, "?outcome=done")] == [str(fine)]


async def test_a_job_that_no_row_can_be_written_for_is_refused_alone(
    gateway: RunningGateway, operator: User
) -> None:
    user = gateway.user()
    dead = make_dead_jobs(gateway, user.id, 4)
    spoil = f"""
        CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE check_violation; END $$;
        CREATE TRIGGER spoil BEFORE INSERT ON background_jobs FOR EACH ROW
        WHEN (NEW.parent_job_id = '{dead[1]}') EXECUTE FUNCTION spoil()"""
    sql(gateway, spoil)

    done = await complete(operator, await start(operator, await look(operator, userId=str(user.id))))
    sql(gateway, "DROP TRIGGER spoil ON background_jobs; DROP FUNCTION spoil")

    assert (done["done"], done["refused"]) == (3, 1)
    [refused] = await outcomes(operator, done, "?outcome=refused")
    assert (refused["jobId"], refused["code"]) == (str(dead[1]), "UNAVAILABLE")


async def test_jobs_are_cancelled_in_bulk_and_those_that_ended_meanwhile_are_named(
    gateway: RunningGateway, operator: User, projection: Projection
) -> None:
    user = gateway.user()
    jobs = [await user.submit(COACH) for _ in range(3)]
    begun = await start(operator, await look(operator, "cancel", rate=SLOW, userId=str(user.id)))

    async def has_one() -> bool:
        return bool((await operator.get(f"{BULK}/{begun['id']}")).json()["done"])

    await eventually(has_one, within=10)
    await projection.fold(jobs[1], "requested", "started", "completed")
    sql(gateway, "UPDATE bulk_actions SET rate_per_minute = %s, next_at = now()", FAST)
    done = await complete(operator, begun)

    assert (done["done"], done["refused"], done["found"]["costUsd"]) == (2, 1, None)
    [refused] = await outcomes(operator, done, "?outcome=refused")
    assert (refused["jobId"], refused["detail"]) == (str(jobs[1]), "The job is already completed.")
    asked = sql(
        gateway,
        "SELECT job_id, body->>'requestedBy' FROM outbox WHERE user_id = %s AND event = 'cancel_requested'"
        " ORDER BY job_id",
        user.id,
    )
    assert asked == [(jobs[0], str(operator.id)), (jobs[2], str(operator.id))]


async def test_jobs_that_wait_are_paused_in_bulk_until_they_are_resumed(
    gateway: RunningGateway, operator: User, projection: Projection
) -> None:
    user = gateway.user()
    waiting = [await user.submit(COACH) for _ in range(3)]
    published, running = await user.submit(COACH), await user.submit(COACH)
    sql(gateway, "UPDATE outbox SET tried = true WHERE job_id = %s", published)
    await projection.fold(running, "requested", "started")

    found = await look(operator, "pause", userId=str(user.id))
    paused = await complete(operator, await start(operator, found))
    again = await look(operator, "pause", userId=str(user.id))
    listed = (await operator.get(f"/api/ops/jobs?waitingFor=paused&userId={user.id}")).json()["items"]
    seen = (await operator.get(f"/api/ops/jobs/{waiting[0]}")).json()
    shown = await user.job(waiting[0])

    assert found["found"]["eligible"] == 3
    assert [(each["reason"], each["count"]) for each in found["found"]["notEligible"]] == [("published", 2)]
    assert (paused["done"], paused["refused"], paused["found"]["costUsd"]) == (3, 0, None)
    assert {(each["reason"], each["count"]) for each in again["found"]["notEligible"]} == {
        ("published", 2),
        ("paused", 3),
    }
    assert {job["id"] for job in listed} == set(map(str, waiting))
    [cause] = [cause for cause in seen["verdict"] if cause["code"] == "paused"]
    assert str(operator.id) in cause["text"]
    assert paused["id"] in cause["text"]
    assert (shown["waitingFor"], shown["why"][0]["code"]) == ("paused", "paused")
    assert paused["id"] not in str(shown["why"])
    assert str(operator.id) not in str(shown["why"])
    assert (await user.job(published))["waitingFor"] == "slot"

    found = await look(operator, "resume", pausedBy=paused["id"])
    resumed = await complete(operator, await start(operator, found))

    assert (resumed["total"], resumed["done"]) == (3, 3)
    assert (await user.job(waiting[0]))["waitingFor"] == "slot"


async def test_what_is_published_or_ends_before_its_turn_is_not_paused_and_says_why(
    gateway: RunningGateway, operator: User, projection: Projection
) -> None:
    user = gateway.user()
    _, published, ended, held = [await user.submit(COACH) for _ in range(4)]
    begun = await start(operator, await look(operator, "pause", rate=SLOW, userId=str(user.id)))

    async def has_one() -> bool:
        return bool((await operator.get(f"{BULK}/{begun['id']}")).json()["done"])

    await eventually(has_one, within=10)
    earlier = new_id()
    sql(gateway, "UPDATE outbox SET tried = true WHERE job_id = %s", published)
    sql(gateway, "UPDATE outbox SET held_by = %s WHERE job_id = %s", earlier, held)
    await projection.fold(ended, "requested", "started", "completed")
    sql(gateway, "UPDATE bulk_actions SET rate_per_minute = %s, next_at = now()", FAST)
    done = await complete(operator, begun)

    refused = {job["jobId"]: job["detail"] for job in await outcomes(operator, done, "?outcome=refused")}
    assert done["done"] == 1
    assert refused == {
        str(published): "Its request is published: it runs, or is about to. Cancel it to stop it.",
        str(ended): "The job is already completed.",
        str(held): f"Bulk action {earlier} has paused it already.",
    }


async def test_its_owner_can_neither_hold_nor_let_go_a_request(gateway: RunningGateway) -> None:
    user = gateway.user()
    job_id = await user.submit(COACH)
    change = update(OutboxRow).where(col(OutboxRow.job_id) == job_id).values(held_by=new_id())
    change = change.returning(col(OutboxRow.job_id))

    engine = make_engine(gateway.settings.database_url, Role.APP)
    async with transaction(engine, user.id) as session:
        as_owner = (await session.scalars(change)).all()
    async with transaction(engine, user.id) as session:
        await session.execute(AS_OPERATOR)
        as_operator = (await session.scalars(change)).all()
    await engine.dispose()

    assert (as_owner, as_operator) == ([], [job_id])


async def test_bulk_action_goes_on_without_the_operators_token(gateway: RunningGateway) -> None:
    # Clocks may differ by ten seconds: this token is good for two more.
    user, leaving = gateway.user(), gateway.user(role="operator", seconds=-8)
    make_dead_jobs(gateway, user.id, 2)
    begun = await start(leaving, await look(leaving, rate=30, userId=str(user.id)))

    async def is_signed_out() -> bool:
        return (await leaving.get(BULK)).status_code == 401

    await eventually(is_signed_out, within=20)
    done = await complete(gateway.user(role="operator"), begun)

    assert (done["done"], done["operatorId"]) == (2, str(leaving.id))


async def test_who_began_ended_and_aborted_it_is_in_the_audit_without_what_failures_say(
    gateway: RunningGateway, operator: User
) -> None:
    user, other = gateway.user(), gateway.user(role="operator")
    make_dead_jobs(gateway, user.id, 2)
    meant = {"userId": str(user.id), "cause": "It did not work."}
    done = await complete(operator, await start(operator, await look(operator, rate=FAST, **meant)))
    make_dead_jobs(gateway, user.id, 2)
    slow = await start(operator, await look(operator, rate=SLOW, **meant))
    await other.post(f"{BULK}/{slow['id']}/abort")
    refused = await operator.post(f"{BULK}/{slow['id']}/start")

    audit = (await operator.get(f"/api/ops/audit?userId={user.id}")).json()["items"]

    assert refused.status_code == 409
    assert [(each["operatorId"], each["action"], each["targetId"], each["outcome"]) for each in audit] == [
        (str(operator.id), "start_bulk_action", slow["id"], "refused"),
        (str(other.id), "abort_bulk_action", slow["id"], "done"),
        (str(operator.id), "start_bulk_action", slow["id"], "done"),
        (str(operator.id), "end_bulk_action", done["id"], "done"),
        (str(operator.id), "start_bulk_action", done["id"], "done"),
    ]
    assert (audit[3]["details"]["jobs"], audit[3]["details"]["done"]) == (2, 2)
    assert "It did not work." not in str(audit)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"action": "replay"}, "filter"),
        ({"action": "replay", "filter": {}}, "filter"),
        ({"action": "replay", "filter": {"jobType": None}}, "filter"),
        ({"action": "halt", "filter": {"jobType": "posts"}}, "action"),
        ({"action": "replay", "filter": {"pausedBy": str(new_id())}}, "filter.pausedBy"),
        ({"action": "replay", "filter": {"jobTyp": "posts"}}, "filter.jobTyp"),
        ({"action": "replay", "filter": {"jobType": "posts,lost"}}, "filter.jobType"),
        ({"action": "replay", "filter": {"status": "completed"}}, "filter.status"),
        ({"action": "replay", "filter": {"errorCode": "lost"}}, "filter.errorCode"),
        ({"action": "replay", "filter": {"userId": "x"}}, "filter.userId"),
        ({"action": "replay", "filter": {"since": "yesterday"}}, "filter.since"),
        ({"action": "replay", "filter": {"cause": "\x00"}}, "filter.cause"),
        ({"action": "cancel", "filter": {"errorCode": "AI_ERROR"}}, "filter.errorCode"),
        ({"action": "cancel", "filter": {"failedSince": "2026-01-01T00:00:00Z"}}, "filter.failedSince"),
        ({"action": "replay", "filter": {"waitingFor": "slot"}}, "filter.waitingFor"),
        ({"action": "replay", "filter": {"stuck": True}}, "filter.stuck"),
        ({"action": "cancel", "filter": {"stuck": False}}, "filter.stuck"),
        ({"action": "cancel", "filter": {"waitingFor": "lost"}}, "filter.waitingFor"),
        ({"action": "cancel", "filter": {"text": " "}}, "filter.text"),
        ({"action": "cancel", "filter": {"costAbove": "-1"}}, "filter.costAbove"),
        (
            {
                "action": "cancel",
                "filter": {"since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"},
            },
            "filter.until",
        ),
        ({"action": "replay", "filter": {"jobType": "posts"}, "ratePerMinute": 0}, "ratePerMinute"),
        ({"action": "replay", "filter": {"jobType": "posts"}, "dryRun": False}, "dryRun"),
    ],
)
async def test_a_request_that_says_something_else_than_meant_is_refused_by_its_field(
    operator: User, body: JsonObject, field: str
) -> None:
    answer = await operator.post(BULK, body)

    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field


async def test_an_empty_filter_is_refused_in_a_sentence(operator: User) -> None:
    answer = await operator.post(BULK, {"action": "replay", "filter": {}})

    assert answer.json()["errors"][0]["message"].startswith("An empty filter is refused")


async def test_an_abort_that_is_refused_is_in_the_audit(gateway: RunningGateway, operator: User) -> None:
    user = gateway.user()
    looked = await look(operator, userId=str(user.id))

    refused = await operator.post(f"{BULK}/{looked['id']}/abort")

    (entry,) = (await operator.get(f"/api/ops/audit?userId={user.id}")).json()["items"]
    assert refused.json()["detail"] == "Only a bulk action that runs can be aborted. It has not begun."
    assert (entry["action"], entry["targetId"], entry["outcome"], entry["details"]["code"]) == (
        *("abort_bulk_action", looked["id"], "refused", "CONFLICT"),
    )


async def test_bulk_actions_are_listed_in_pages_by_state(gateway: RunningGateway, operator: User) -> None:
    made = [(await look(operator, userId=str(new_id())))["id"] for _ in range(3)]

    first = (await operator.get(f"{BULK}?state=dry_run&limit=2")).json()
    rest = (await operator.get(f"{BULK}?state=dry_run&limit=1&cursor={first['nextCursor']}")).json()

    assert [each["id"] for page in (first, rest) for each in page["items"]] == made[::-1]
    assert (await operator.get(f"{BULK}/{new_id()}")).status_code == 404
    assert (await operator.get(f"{BULK}?state=lost")).status_code == 422
    assert (await operator.get(f"{BULK}/{made[0]}/jobs?cursor=x")).status_code == 422
