"""One job of any user, as an operator inspects it; and the list filtered by failure code."""

from typing import Any
from uuid import UUID

import psycopg
import pytest
from lodestone.ids import new_id
from support.api import Projection, RunningGateway, User
from support.samples import example_input

COACH = example_input("ideation-fitness-coach")
JOBS = "/api/ops/jobs"


async def failed(user: User, projection: Projection, code: str) -> UUID:
    job_id = await user.submit(COACH)
    await projection.fold(job_id, "requested", input=COACH)
    await projection.fold(job_id, "started", workerId="w-7")
    await projection.fold(job_id, "failed", error={"code": code, "message": "It did not work."})
    return job_id


async def inspected(operator: User, job_id: UUID) -> dict[str, Any]:
    answer = await operator.get(f"{JOBS}/{job_id}")
    assert answer.status_code == 200, answer.text
    job: dict[str, Any] = answer.json()
    return job


async def test_an_operator_sees_all_of_a_job_as_its_owner_does_and_more(
    gateway: RunningGateway, operator: User, user: User, projection: Projection
) -> None:
    job_id = await failed(user, projection, "AI_ERROR")
    with psycopg.connect(gateway.settings.database_url) as connection:
        connection.execute(
            "INSERT INTO job_calls (call_id, job_id, user_id, job_type, attempt, model, started_at, cost_usd)"
            " VALUES (%s, %s, %s, 'ideation', 1, 'm', now(), 0.25)",
            [new_id(), job_id, user.id],
        )

    seen = await inspected(operator, job_id)

    owners = await user.job(job_id)
    why, owners_why = seen.pop("why"), owners.pop("why")
    assert {name: seen[name] for name in owners} == owners
    assert [cause["text"] for cause in why] == [cause["text"] for cause in owners_why] == ["It did not work."]
    assert seen["userId"] == str(user.id)
    assert seen["events"] == (await user.get(f"/api/jobs/{job_id}/events")).json()["items"]
    assert [(call["attempt"], call["model"], call["finishedAt"]) for call in seen["calls"]] == [
        (1, "m", None)
    ]
    assert seen["reason"] == (
        f"Failed at {seen['completedAt']} with AI_ERROR: It did not work."
        " It is a dead letter: nobody has run it again."
    )


async def test_the_reason_follows_the_job(operator: User, user: User, projection: Projection) -> None:
    job_id = await user.submit(COACH)
    reasons = [(await inspected(operator, job_id))["reason"]]
    await operator.post("/api/ops/job-types/ideation/pause")
    reasons.append((await inspected(operator, job_id))["reason"])
    await operator.post("/api/ops/job-types/ideation/resume")
    await projection.fold(job_id, "requested", input=COACH)
    await projection.fold(job_id, "started", workerId="w-7")
    reasons.append((await inspected(operator, job_id))["reason"])
    await projection.fold(job_id, "failed", error={"code": "AI_ERROR", "message": "No."})
    again = (await operator.post(f"/api/ops/dead-letters/{job_id}/replay")).json()["jobId"]
    reasons.append((await inspected(operator, job_id))["reason"])

    for reason, words in zip(
        reasons,
        ("Waiting for the relay", "is resumed", "on worker w-7", f"again as job {again}."),
        strict=True,
    ):
        assert words in reason


@pytest.mark.parametrize("job_id", [str(UUID(int=7)), "nonsense", "%00"])
async def test_a_job_that_there_is_not_is_said_to_be_none(operator: User, user: User, job_id: str) -> None:
    missing, refused = await operator.get(f"{JOBS}/{job_id}"), await user.get(f"{JOBS}/{job_id}")

    assert (missing.status_code, missing.json()["detail"]) == (404, "This job does not exist.")
    assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN")


async def test_jobs_are_listed_by_the_code_of_their_failure(
    operator: User, user: User, projection: Projection
) -> None:
    ended = [await failed(user, projection, code) for code in ("AI_ERROR", "AI_REFUSED", "INTERNAL_ERROR")]

    answer = await operator.get(f"{JOBS}?userId={user.id}&errorCode=AI_ERROR,AI_REFUSED")

    assert [job["id"] for job in answer.json()["items"]] == [str(ended[1]), str(ended[0])]


async def test_a_code_that_there_is_not_is_refused(operator: User) -> None:
    answer = await operator.get(f"{JOBS}?errorCode=AI_ERROR,NONE")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "errorCode")
