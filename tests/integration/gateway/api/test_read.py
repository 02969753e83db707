"""Reading jobs: one job, long polls, lists; cancelling and retrying."""

import asyncio
from typing import Any

import psycopg
import pytest
from lodestone.status import Status
from support.api import Projection, RunningGateway, User
from support.samples import example_input
from support.waiting import eventually

COACH = example_input("ideation-fitness-coach")
CONCEPT: dict[str, Any] = {"itemKey": "prompt", "item": {"archetype": "prompt"}}


async def test_an_unchanged_job_is_304(user: User, projection: Projection) -> None:
    job_id = await user.submit(COACH)
    await projection.fold(job_id, "requested", "started")
    tag = (await user.get(f"/api/jobs/{job_id}")).headers["etag"]

    same = await user.get(f"/api/jobs/{job_id}", If_None_Match=tag)
    weak = await user.get(f"/api/jobs/{job_id}", If_None_Match=f'"1", W/{tag}')
    older = await user.get(f"/api/jobs/{job_id}", If_None_Match='"1"')

    assert tag == '"2"'
    assert (same.status_code, same.headers["etag"], same.content) == (304, tag, b"")
    assert weak.status_code == 304
    assert older.status_code == 200


async def test_a_call_settled_after_the_end_changes_the_tag(
    gateway: RunningGateway, user: User, projection: Projection
) -> None:
    job_id = await user.submit(COACH)
    await projection.fold(job_id, "requested", "started", "failed")
    with psycopg.connect(gateway.settings.database_url) as connection:
        connection.execute("UPDATE background_jobs SET late_calls = 1 WHERE id = %s", [job_id])

    assert (await user.get(f"/api/jobs/{job_id}")).headers["etag"] == '"3.1"'


@pytest.mark.parametrize("headers", [{"If_None_Match": '"2"'}, {}])
async def test_waiting_answers_as_soon_as_the_job_changes(
    user: User, projection: Projection, headers: dict[str, str]
) -> None:
    job_id = await user.submit(COACH)
    await projection.fold(job_id, "requested", "started")
    waiting = asyncio.create_task(user.get(f"/api/jobs/{job_id}?wait=30", **headers))

    async def changed() -> bool:  # repeatedly, since a request may begin after a change
        await projection.fold(job_id, "progress")
        return waiting.done()

    await eventually(changed)
    answer = await waiting

    assert answer.status_code == 200
    assert answer.json()["seq"] > 2


async def test_waiting_in_vain_is_304_with_a_tag_and_200_without(user: User) -> None:
    job_id = await user.submit(COACH)

    known = await user.get(f"/api/jobs/{job_id}?wait=0.2", If_None_Match='"0"')
    unknown = await user.get(f"/api/jobs/{job_id}?wait=0.2")

    assert (known.status_code, unknown.status_code) == (304, 200)


async def test_waiting_for_an_ended_job_answers_at_once(user: User, projection: Projection) -> None:
    job_id = await user.submit(COACH)
    await projection.fold(job_id, "requested", "started", "completed", result={})

    answer = await asyncio.wait_for(user.get(f"/api/jobs/{job_id}?wait=30", If_None_Match='"3"'), 5)

    assert answer.status_code == 304


async def test_a_wait_with_an_old_tag_answers_at_once(user: User, projection: Projection) -> None:
    job_id = await user.submit(COACH)
    await projection.fold(job_id, "requested", "started")

    answer = await asyncio.wait_for(user.get(f"/api/jobs/{job_id}?wait=30", If_None_Match='"1"'), 5)

    assert answer.json()["seq"] == 2


@pytest.mark.parametrize("wait", ["x", "-1", "nan", "inf", ""])
async def test_a_wait_that_is_no_number_is_422(user: User, wait: str) -> None:
    job_id = await user.submit(COACH)

    answer = await user.get(f"/api/jobs/{job_id}?wait={wait}")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "wait")


async def test_finished_pieces_are_shown_as_they_come(user: User, projection: Projection) -> None:
    job_id = await user.submit(COACH)
    await projection.fold(job_id, "requested", "started")
    await projection.fold(job_id, "progress", **CONCEPT)

    assert (await user.job(job_id))["items"] == [{"archetype": "prompt"}]


async def test_pages_go_from_the_newest_to_the_end_without_repeats(user: User) -> None:
    made = [str(await user.submit(COACH)) for _ in range(7)]

    seen, cursor = [], ""
    while cursor is not None:
        page = (await user.get(f"/api/jobs?limit=3{cursor and '&cursor='}{cursor}")).json()
        seen += [job["id"] for job in page["items"]]
        cursor = page["nextCursor"]

    assert seen == made[::-1]


async def test_the_last_page_that_is_full_has_no_cursor(user: User) -> None:
    for _ in range(2):
        await user.submit(COACH)

    assert (await user.get("/api/jobs?limit=2")).json()["nextCursor"] is None


async def test_lists_leave_out_what_is_large(user: User) -> None:
    await user.submit(COACH)

    [job] = (await user.get("/api/jobs")).json()["items"]

    assert not {"input", "result", "items"} & set(job)
    assert job["usage"]["costUsd"] == "0"


async def test_lists_are_filtered(user: User, projection: Projection) -> None:
    pending, failed, posts = await user.submit(COACH), await user.submit(COACH), None
    await projection.fold(failed, "requested", "started", "failed")
    posts = (await user.post("/api/lead-magnet/posts", example_input("posts"))).json()["jobId"]

    async def listed(query: str) -> set[str]:
        return {job["id"] for job in (await user.get(f"/api/jobs?{query}")).json()["items"]}

    assert await listed("status=failed") == {str(failed)}
    assert await listed("status=failed,pending") == {str(pending), str(failed), posts}
    assert await listed("jobType=posts") == {posts}
    assert await listed("status=failed&jobType=posts") == set()


async def test_a_cancel_is_asked_for_once(
    gateway: RunningGateway, user: User, projection: Projection
) -> None:
    job_id = await user.submit(COACH)
    await projection.fold(job_id, "requested", "started")

    first, again = (
        await user.post(f"/api/jobs/{job_id}/cancel"),
        await user.post(f"/api/jobs/{job_id}/cancel"),
    )

    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["id"] == str(job_id)
    assert first.json()["cancelRequested"] is False  # becomes true with the event
    with psycopg.connect(gateway.settings.database_url) as connection:
        found = connection.execute(
            "SELECT event, body FROM outbox WHERE job_id = %s ORDER BY position", [job_id]
        )
        [(requested, _), (asked, body)] = found.fetchall()
    assert (requested, asked) == ("requested", "cancel_requested")
    assert (body["requestedBy"], body["attempt"]) == (str(user.id), 1)


@pytest.mark.parametrize("end", ["completed", "failed", "cancelled"])
async def test_an_ended_job_cannot_be_cancelled(user: User, projection: Projection, end: str) -> None:
    job_id = await user.submit(COACH)
    await projection.fold(job_id, "requested", "started", end)

    answer = await user.post(f"/api/jobs/{job_id}/cancel")

    assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICT")


@pytest.mark.parametrize("end", ["failed", "cancelled"])
async def test_a_retry_is_a_new_job_that_keeps_what_was_finished(
    gateway: RunningGateway, user: User, projection: Projection, end: str
) -> None:
    parent = await user.submit(COACH)
    await projection.fold(parent, "requested", input={**COACH, "resolved": "earlier"})
    await projection.fold(parent, "started")
    await projection.fold(parent, "progress", **CONCEPT)
    await projection.fold(parent, end)

    answer = await user.post(f"/api/jobs/{parent}/retry", Idempotency_Key="again")
    replay = await user.post(f"/api/jobs/{parent}/retry", Idempotency_Key="again")

    job_id = answer.json()["jobId"]
    job = await user.job(job_id)
    assert (answer.status_code, replay.status_code, replay.json()["jobId"]) == (202, 200, job_id)
    assert (job["parentJobId"], job["status"]) == (str(parent), Status.PENDING)
    assert job["input"] == (await user.job(parent))["input"]
    with psycopg.connect(gateway.settings.database_url) as connection:
        [(body,)] = connection.execute("SELECT body FROM outbox WHERE job_id = %s", [job_id]).fetchall()
    assert body["parentJobId"] == str(parent)
    assert body["input"]["resolved"] == "earlier"
    assert body["kept"] == [{"itemKey": "prompt", "itemIndex": 0, "item": {"archetype": "prompt"}}]


@pytest.mark.parametrize("events", [[], ["requested", "started"], ["requested", "started", "completed"]])
async def test_only_a_failed_or_cancelled_job_is_run_again(
    user: User, projection: Projection, events: list[str]
) -> None:
    job_id = await user.submit(COACH)
    await projection.fold(job_id, *events)

    answer = await user.post(f"/api/jobs/{job_id}/retry")

    assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICT")


async def test_an_accepted_job_wakes_the_relay_and_names_its_row(gateway: RunningGateway, user: User) -> None:
    async with await psycopg.AsyncConnection.connect(
        gateway.settings.database_url, autocommit=True
    ) as connection:
        await connection.execute("LISTEN outbox")
        job_id = await user.submit(COACH)

        heard = [notify.payload async for notify in connection.notifies(timeout=5, stop_after=1)]
        rows = await connection.execute("SELECT event_id FROM outbox WHERE job_id = %s", [job_id])

        assert heard == [event_id async for (event_id,) in rows]
