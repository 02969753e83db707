"""Submitting: what creates a job, what it writes, and what one key creates."""

import asyncio
from uuid import UUID

import psycopg
import pytest
from lodestone.jobs import JOB_TYPES
from lodestone_gateway.jobs.submit import Submission, submit
from lodestone_gateway.rates.limiter import Rate, RateLimiter
from lodestone_gateway.store.session import Role, make_engine
from opentelemetry import trace
from support.api import RunningGateway, User, running_gateway
from support.samples import example_input

COACH = example_input("ideation-fitness-coach")
CONSULTANT = example_input("ideation-b2b-consultant")
ODD = 'شركة 🚀 {"a":[}] ```json {{x}} {% raw %} <script>alert(1)</script> \u202e\ufeff \\u0000 \t'


def rows(gateway: RunningGateway, sql: str, *values: object) -> list[tuple[object, ...]]:
    with psycopg.connect(gateway.settings.database_url) as connection:
        return connection.execute(sql, values).fetchall()


async def test_a_submission_answers_202_with_the_jobs_place(user: User) -> None:
    answer = await user.post("/api/jobs", {"jobType": "ideation", "input": COACH})

    assert answer.status_code == 202
    assert answer.json()["status"] == "pending"
    assert answer.headers["location"] == f"/api/jobs/{answer.json()['jobId']}"


@pytest.mark.parametrize(
    ("path", "input"),
    [
        ("ideate", "ideation-b2b-consultant"),
        ("extract", "extraction-single-system"),
        ("extract", "extraction-single-calculator"),
        ("posts", "posts"),
        ("answers", "answers-call"),
    ],
)
async def test_each_route_takes_its_input_at_the_top_level(user: User, path: str, input: str) -> None:
    answer = await user.post(f"/api/lead-magnet/{path}", example_input(input))

    assert answer.status_code == 202, answer.text
    job = await user.job(answer.json()["jobId"])
    assert JOB_TYPES[job["jobType"]].path == path


async def test_a_new_job_is_pending_and_shows_every_field(user: User) -> None:
    job = await user.job(await user.submit(COACH))

    assert job["status"] == "pending"
    assert job["seq"] == 0
    assert job["items"] == []
    assert job["progress"] == {"done": 0, "total": 0, "message": ""}
    assert job["usage"] == {
        "inputTokens": 0,
        "outputTokens": 0,
        "cacheReadTokens": 0,
        "cacheWriteTokens": 0,
        "costUsd": "0",
        "cacheSavedUsd": "0",
        "wastedUsd": "0",
    }
    assert job["waitingFor"] == "slot"
    assert job["createdAt"] == job["updatedAt"] < job["deadlineAt"]
    assert job["createdAt"].endswith("Z")
    assert (job["attempt"], job["maxAttempts"], job["priority"]) == (0, 3, "interactive")
    for empty in ("result", "error", "errorCode", "startedAt", "completedAt", "retryAt", "parentJobId"):
        assert job[empty] is None
    assert job["leadMagnetId"] is None
    assert job["cancelRequested"] is False


async def test_the_job_and_its_request_are_written_together(gateway: RunningGateway, user: User) -> None:
    job_id = await user.submit(COACH)

    [(task, event_id, event, body, published)] = rows(
        gateway,
        "SELECT j.trigger_task_id, o.event_id, o.event, o.body, o.published_at"
        " FROM background_jobs j JOIN outbox o ON o.job_id = j.id WHERE j.id = %s",
        job_id,
    )
    assert isinstance(body, dict)
    assert (event, published) == ("requested", None)
    assert task == event_id
    assert body["input"]["businessDescription"] == COACH["businessDescription"]
    assert (body["jobId"], body["userId"], body["attempt"]) == (str(job_id), str(user.id), 0)


async def test_the_present_trace_goes_on_in_the_event(gateway: RunningGateway, user: User) -> None:
    await user.get("/api/jobs")  # creates the user's row
    engine = make_engine(gateway.settings.database_url, Role.APP)
    context = trace.SpanContext(0xABC, 0xDEF, is_remote=False, trace_flags=trace.TraceFlags(1))
    submission = Submission(user.id, JOB_TYPES["ideation"], COACH)

    with trace.use_span(trace.NonRecordingSpan(context)):
        accepted = await submit(engine, RateLimiter(Rate("submissions", 9, 1, "Too many")), None, submission)

    await engine.dispose()
    [(traceparent,)] = rows(gateway, "SELECT traceparent FROM outbox WHERE job_id = %s", accepted.job_id)
    assert traceparent == f"00-{0xABC:032x}-{0xDEF:016x}-01"


async def test_the_callers_trace_goes_on_in_the_event(gateway: RunningGateway, user: User) -> None:
    trace_id = f"{0xABC:032x}"

    job_id = await user.submit(COACH, traceparent=f"00-{trace_id}-{0xDEF:016x}-01")

    [(traceparent,)] = rows(gateway, "SELECT traceparent FROM outbox WHERE job_id = %s", job_id)
    assert str(traceparent).startswith(f"00-{trace_id}-")


async def test_odd_text_comes_back_unharmed(user: User) -> None:
    job_id = await user.submit({**COACH, "businessDescription": ODD, "tools": [ODD]})

    input = (await user.job(job_id))["input"]
    assert input["businessDescription"] == ODD
    assert input["tools"] == [ODD]


async def test_unknown_fields_are_passed_over(user: User) -> None:
    job = await user.job(await user.submit({**COACH, "useProfile": True}))

    assert "useProfile" not in job["input"]


async def test_a_bulk_job_is_taken_as_such(user: User) -> None:
    answer = await user.post("/api/jobs", {"jobType": "ideation", "input": COACH, "priority": "bulk"})

    assert (await user.job(answer.json()["jobId"]))["priority"] == "bulk"


@pytest.mark.parametrize("where", ["top", "input"])
async def test_a_lead_magnet_that_is_not_the_callers_is_404(user: User, where: str) -> None:
    named = {"leadMagnetId": "0199aa00-0000-7000-8000-000000000001"}
    body = {"jobType": "polish", **(named if where == "top" else {"input": named})}

    answer = await user.post("/api/jobs", body)

    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


async def test_the_same_key_gives_the_same_job(user: User) -> None:
    first = await user.submit(COACH, Idempotency_Key="once")

    again = await user.post("/api/jobs", {"jobType": "ideation", "input": COACH}, Idempotency_Key="once")

    assert (again.status_code, again.headers["idempotency-replayed"]) == (200, "true")
    assert again.json() == {"jobId": str(first), "status": "pending"}


async def test_the_same_key_with_another_body_is_refused(user: User) -> None:
    await user.submit(COACH, Idempotency_Key="once")

    answer = await user.post("/api/lead-magnet/ideate", CONSULTANT, Idempotency_Key="once")

    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR")
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


async def test_a_refused_request_does_not_use_its_key_up(user: User) -> None:
    refused = await user.post("/api/lead-magnet/ideate", {**COACH, "businessType": "x"}, Idempotency_Key="k")

    assert refused.status_code == 422
    await user.submit(COACH, Idempotency_Key="k")


async def test_two_users_may_use_the_same_key(gateway: RunningGateway) -> None:
    first = await gateway.user().submit(COACH, Idempotency_Key="same")
    second = await gateway.user().submit(COACH, Idempotency_Key="same")

    assert first != second


@pytest.mark.parametrize("key", ["", "x" * 256])
async def test_a_key_that_is_none_is_refused(user: User, key: str) -> None:
    answer = await user.post("/api/lead-magnet/ideate", COACH, Idempotency_Key=key)

    assert answer.status_code == 422


async def test_fifty_first_uses_of_a_key_at_once_make_one_job(gateway: RunningGateway, user: User) -> None:
    sent = (user.post("/api/lead-magnet/ideate", COACH, Idempotency_Key="burst") for _ in range(50))
    answers = await asyncio.gather(*sent)

    assert sorted(answer.status_code for answer in answers) == [200] * 49 + [202]
    [job_id] = {UUID(answer.json()["jobId"]) for answer in answers}
    assert rows(gateway, "SELECT id FROM background_jobs WHERE user_id = %s", user.id) == [(job_id,)]
    assert rows(gateway, "SELECT count(*) FROM outbox WHERE user_id = %s", user.id) == [(1,)]


async def test_too_many_submissions_are_told_when_to_come_back(postgres_url: str) -> None:
    async with running_gateway(postgres_url, rate_limit="2/minute") as gateway:
        user, other = gateway.user(), gateway.user()
        await user.submit(COACH, Idempotency_Key="first")
        await user.submit(COACH)

        answer = await user.post("/api/lead-magnet/ideate", COACH)
        replay = await user.post("/api/lead-magnet/ideate", COACH, Idempotency_Key="first")
        await other.submit(COACH)

        assert (answer.status_code, answer.json()["code"]) == (429, "RATE_LIMITED")
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        assert replay.status_code == 200
        assert len((await user.get("/api/jobs")).json()["items"]) == 2
