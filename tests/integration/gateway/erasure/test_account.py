"""An account is exported completely and deleted completely: only the fact that it existed is left."""

import json
import time

import psycopg
from lodestone.jobs import JOB_TYPES
from lodestone_gateway.account.account import held_tables
from lodestone_gateway.outbox.window import LEAST
from pydantic.alias_generators import to_camel
from support.api import User, token
from support.canaries import CANARY
from support.erasing import Ended, ErasingBench
from support.lead_magnets import OWN_IDEA, change
from support.samples import example_input, extracted_content
from support.waiting import eventually

DRAFT = "01900000-0000-7000-8000-00000000000d"

OF_NOBODY = {
    "dead_events",  # in no job's history, whatever job they claim to be about; deleted soon
    "operator_audit",  # what operators did; of users it has ids alone
    "bulk_action_jobs",  # an operator's list of jobs: ids, and why one was refused
    "paused_users",  # what operators did, until the account is gone
}


async def fill(bench: ErasingBench) -> None:
    """Puts something of the user's into every table, with a canary in every text."""
    user = bench.user
    made = await user.post("/api/lead-magnets", {**OWN_IDEA, "title": CANARY})
    magnet = await change(user, made.json(), extractedContent={**extracted_content(), "title": CANARY})
    await change(user, magnet, extractedContent=extracted_content())  # the previous text becomes a version
    await change(user, magnet, extractedContent={**extracted_content(), "title": CANARY})
    for job_type in JOB_TYPES:
        lead_magnet = None if job_type == "ideation" else magnet["id"]
        await bench.done(job_type, lead_magnet=lead_magnet)
    await bench.done("ideation", Ended.FAILED)
    assert (await user.send("PUT", f"/api/lead-magnets/{magnet['id']}/publication", {})).status_code == 200
    kit = {"businessDescription": CANARY, "successExample": CANARY}
    assert (await user.send("PUT", "/api/brand-kit", kit)).status_code == 200
    draft = {"wizardState": {"note": CANARY}, "title": CANARY}
    assert (await user.send("PUT", f"/api/wizard-drafts/{DRAFT}", draft)).status_code == 200
    source = {"name": CANARY, "text": CANARY}
    assert (await user.post("/api/sources", source)).status_code == 201
    with psycopg.connect(bench.gateway.settings.database_url) as connection:
        named = "UPDATE users SET email = %s, name = %s WHERE id = %s"
        connection.execute(named, [f"{CANARY}@example.com", CANARY, user.id])


SUM = """
    INSERT INTO usage_days (user_id, date, job_type, jobs, input_tokens, output_tokens, cost_usd)
    VALUES ('{user_id}', '2026-11-01', 'posts', 1, 2, 3, 0.04)"""
SPENT = """
    INSERT INTO spend_hours (user_id, hour, cost_usd) VALUES ('{user_id}', '2026-11-01 10:00Z', 0.04)"""
WATCHING = """
    INSERT INTO open_streams (user_id, process_id, open, seen_at)
    VALUES ('{user_id}', gen_random_uuid(), 9, now())"""
PUBLISHED = "SELECT job_id FROM outbox WHERE published_at IS NOT NULL"
CAPS = """INSERT INTO user_caps (user_id, caps) VALUES ('{user_id}', '{{"liveJobs": 500}}')"""
STORED = "INSERT INTO stored_bytes (user_id, bytes) VALUES ('{user_id}', 1000)"


async def delete(user: User) -> None:
    answer = await user.send("DELETE", "/api/account", None)
    assert (answer.status_code, answer.json()) == (202, {"status": "deleting"}), answer.text


async def test_the_export_holds_every_row_that_is_the_users_and_nobody_elses(bench: ErasingBench) -> None:
    await fill(bench)
    other = bench.gateway.user()
    await other.post("/api/lead-magnets", {**OWN_IDEA, "title": "Of somebody else"})
    await bench.bench.sql("DELETE FROM outbox")
    for made_by_others in (SUM, SPENT, STORED, WATCHING, CAPS):
        await bench.bench.sql(made_by_others.format(user_id=bench.user.id))

    answer = await bench.user.get("/api/account/export")

    assert answer.headers["content-disposition"] == 'attachment; filename="lodestone-export.json"'
    assert answer.headers["cache-control"] == "no-store"
    assert "Of somebody else" not in answer.text
    held = answer.json()
    assert held["userId"] == str(bench.user.id)
    empty = {"outbox", "erasures", "deleted_accounts"}
    changing = {"rate_limits"}  # the gateway writes it when it has the time
    filled = {table.name for table in held_tables()} - empty - changing
    for name in filled:
        owner = "id" if name == "users" else "user_id"
        rows = await bench.bench.sql(f"SELECT 1 FROM {name} WHERE {owner} = '{bench.user.id}'")  # noqa: S608
        assert len(held[to_camel(name)]) == len(rows) > 0, name
    own = [each["id"] for each in held["pieceVersions"] if each["author"] == "owner"]
    assert [each["id"] for each in held["replacedTexts"]] == own, "the earlier name of the owner's versions"
    assert held["brandKits"][0]["businessDescription"] == CANARY
    jobs = {job["id"]: job["jobType"] for job in held["backgroundJobs"]}
    assert set(jobs.values()) == set(JOB_TYPES)
    assert held["backgroundJobs"][0]["createdAt"].endswith("Z")


async def test_every_table_with_what_is_of_users_is_in_the_export(bench: ErasingBench) -> None:
    """A table is users' data if a column names one of theirs, or if a key leads to such a table."""
    by_column = await bench.bench.sql(
        "SELECT DISTINCT table_name FROM information_schema.columns JOIN information_schema.tables"
        " USING (table_schema, table_name)"
        " WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
        " AND column_name ~ '(^|_)(user|lead_magnet|job|draft)_id$'"
    )
    by_key = await bench.bench.sql(
        "SELECT DISTINCT conrelid::regclass::text FROM pg_constraint"
        " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    )

    found = {name for (name,) in by_column} | {name for (name,) in by_key} | {"users"}
    assert found - OF_NOBODY == {table.name for table in held_tables()}
    assert "piece_versions" in found


async def test_nothing_is_left_of_an_account_but_that_it_was_there(bench: ErasingBench) -> None:
    await fill(bench)
    other = bench.gateway.user()
    theirs = await bench.done("ideation", user=other)
    before = len(await bench.canaries())

    await delete(bench.user)
    assert (await bench.user.get("/api/jobs")).status_code == 401, "nobody may sign in meanwhile"
    await bench.erase()

    with psycopg.connect(bench.gateway.settings.database_url) as connection:
        left = {
            table.name
            for table in held_tables()
            for owner in ("id" if table.name == "users" else "user_id",)
            if connection.execute(
                f"SELECT 1 FROM {table.name} WHERE {owner} = %s",  # noqa: S608
                [bench.user.id],
            ).fetchone()
        }
    assert left == {"deleted_accounts", "erasures"}, "only ids and times"
    found = await bench.canaries()
    assert 0 < len(found) < before
    assert all(str(theirs.job_id) in each or str(other.id) in each for each in found)
    assert await bench.drift() == []
    assert len((await other.job(theirs.job_id))["result"]["concepts"]) == 10


async def test_what_runs_is_cancelled_and_the_account_goes_when_it_has_ended(bench: ErasingBench) -> None:
    job = await bench.submit("ideation")
    late = await bench.begin(job)
    await bench.bench.until_row(job, lambda row: row.seq == 4)

    await delete(bench.user)
    assert await bench.bench.outbox_row(job, "cancel_requested")
    await bench.strip_round()
    await bench.clean_round()
    assert await bench.waiting(), "a job of the account is running"
    await bench.bench.append(late)
    await bench.end(job)  # it finished before the cancel, and its ideas go to the brand kit
    await bench.erase()

    assert await bench.canaries() == []
    assert await bench.bench.sql("SELECT id FROM users") == []
    assert await bench.drift() == []


async def test_jobs_that_wait_for_their_turn_go_with_the_account_and_hold_nobody_up(
    bench: ErasingBench,
) -> None:
    other = bench.gateway.user()
    body = example_input("ideation-fitness-coach")
    jobs = [await bench.user.submit(body) for _ in range(3 * LEAST)]
    await bench.bench.relay()
    await eventually(lambda: bench.bench.sql(PUBLISHED), within=10, told="some are published")
    assert len(await bench.bench.sql(PUBLISHED)) < len(jobs), "the others wait for their turn"

    await delete(bench.user)
    await bench.erase()

    assert await bench.bench.sql("SELECT job_id FROM outbox") == []
    assert [id for (id,) in await bench.bench.sql("SELECT id FROM users")] == [other.id]
    async with bench.bench.taking():
        theirs = await other.submit(body)
        unpublished = f"SELECT FROM outbox WHERE job_id = '{theirs}' AND published_at IS NULL"

        async def is_published() -> bool:
            return not await bench.bench.sql(unpublished)

        await eventually(is_published, within=10, told="another user's job is published")


async def test_a_late_call_of_a_job_that_is_gone_is_no_dead_letter(bench: ErasingBench) -> None:
    job = await bench.done("ideation")
    await delete(bench.user)
    await bench.erase()

    await bench.begin_late_call(job)
    await bench.until_folded()

    assert await bench.bench.sql("SELECT * FROM dead_events") == []
    assert await bench.drift() == []


async def test_older_tokens_stay_out_and_a_newer_one_begins_anew(bench: ErasingBench) -> None:
    await fill(bench)
    await delete(bench.user)
    await bench.erase()

    old = await bench.user.get("/api/jobs")
    headers = {"Authorization": f"Bearer {token(bench.user.id, iat=time.time() + 5)}"}
    fresh = await bench.gateway.client.get("/api/usage", headers=headers)
    held = await bench.gateway.client.get("/api/account/export", headers=headers)

    assert (old.status_code, old.json()["code"]) == (401, "UNAUTHORIZED")
    assert "deleted" in old.json()["detail"]
    assert (fresh.status_code, fresh.json()["plan"], fresh.json()["used"]) == (200, "free", 0)
    assert json.loads(held.text)["backgroundJobs"] == []


async def test_a_deletion_is_safe_to_repeat(bench: ErasingBench) -> None:
    await bench.done("ideation")
    await delete(bench.user)
    await bench.erase()
    await bench.erase()

    (row,) = await bench.bench.sql("SELECT user_id, done_at FROM deleted_accounts")
    assert row.user_id == bench.user.id
    assert row.done_at
