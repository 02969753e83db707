"""What an operator does to one job of somebody else: stop it, and run it again in three ways."""

from typing import Any
from uuid import UUID

import psycopg
import pytest
from lodestone.wire import JsonObject
from support.api import Projection, RunningGateway, User
from support.samples import example_input, ideation_result

IDEATION = example_input("ideation-fitness-coach")


def outbox(gateway: RunningGateway, job_id: UUID, event: str) -> JsonObject:
    """The body of the job's event on its way to the bus."""
    with psycopg.connect(gateway.settings.database_url) as owner:
        query = "SELECT body FROM outbox WHERE job_id = %s AND event = %s"
        [(body,)] = owner.execute(query, [job_id, event]).fetchall()
    return dict(body)


@pytest.fixture
async def failed(user: User, projection: Projection) -> UUID:
    """A failed job that had finished one piece."""
    job_id = await user.submit(IDEATION)
    await projection.fold(job_id, "requested", input=IDEATION)
    await projection.fold(job_id, "started")
    await projection.fold(job_id, "progress", itemKey="prompt", item=ideation_result()["concepts"][0])
    await projection.fold(job_id, "failed", error={"code": "AI_ERROR", "message": "It failed."})
    return job_id


async def again(operator: User, job_id: UUID, **body: Any) -> JsonObject:
    answer = await operator.post(f"/api/ops/jobs/{job_id}/replay", body)
    return {**answer.json(), "http": answer.status_code}


async def test_a_job_is_stopped_in_the_operators_name(
    gateway: RunningGateway, operator: User, user: User
) -> None:
    job_id = await user.submit(IDEATION)

    answer = await operator.post(f"/api/ops/jobs/{job_id}/cancel")

    assert answer.status_code == 202
    assert outbox(gateway, job_id, "cancel_requested")["requestedBy"] == str(operator.id)


async def test_a_job_that_has_ended_cannot_be_stopped(operator: User, failed: UUID) -> None:
    answer = await operator.post(f"/api/ops/jobs/{failed}/cancel")

    assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICT")


async def test_a_job_runs_again_from_what_was_finished_and_only_once(
    gateway: RunningGateway, operator: User, user: User, failed: UUID
) -> None:
    first = await again(operator, failed)
    second = await again(operator, failed, how="kept")

    assert (first["http"], second["http"]) == (202, 200)
    assert first["jobId"] == second["jobId"]
    body = outbox(gateway, UUID(first["jobId"]), "requested")
    assert [piece["itemKey"] for piece in body["kept"]] == ["prompt"]
    assert body["userId"] == str(user.id)
    assert body["parentJobId"] == str(failed)


async def test_a_job_runs_again_from_the_beginning_without_what_was_finished(
    gateway: RunningGateway, operator: User, failed: UUID
) -> None:
    new = await again(operator, failed, how="fresh")

    body = outbox(gateway, UUID(new["jobId"]), "requested")
    assert "kept" not in body
    assert body["input"]["businessDescription"] == IDEATION["businessDescription"]


async def test_a_job_runs_again_with_an_edited_input(
    gateway: RunningGateway, operator: User, failed: UUID
) -> None:
    edited = {**IDEATION, "businessDescription": "Something else."}

    new = await again(operator, failed, how="edited", input=edited, key="mine")
    same = await again(operator, failed, how="edited", input=edited, key="mine")

    assert outbox(gateway, UUID(new["jobId"]), "requested")["input"]["businessDescription"] == (
        "Something else."
    )
    assert same["jobId"] == new["jobId"]


async def test_an_input_that_does_not_fit_is_refused_with_its_fields(operator: User, failed: UUID) -> None:
    wrong = await again(operator, failed, how="edited", input={**IDEATION, "businessType": "wizard"})
    missing = await again(operator, failed, how="edited")
    needless = await again(operator, failed, how="fresh", input=IDEATION)

    assert (wrong["http"], wrong["errors"][0]["field"]) == (422, "input.businessType")
    assert (missing["http"], needless["http"]) == (422, 422)


async def test_what_an_operator_does_to_a_job_is_in_the_audit(
    gateway: RunningGateway, operator: User, user: User, failed: UUID
) -> None:
    new = await again(operator, failed, how="fresh")
    await operator.post(f"/api/ops/jobs/{new['jobId']}/cancel")
    await operator.post(f"/api/ops/jobs/{failed}/cancel")

    with psycopg.connect(gateway.settings.database_url) as owner:
        entries = owner.execute(
            "SELECT action, target_id, outcome FROM operator_audit WHERE operator_id = %s ORDER BY id",
            [operator.id],
        ).fetchall()

    assert entries == [
        ("replay_job", str(failed), "done"),
        ("cancel_job", new["jobId"], "done"),
        ("cancel_job", str(failed), "refused"),
    ]


@pytest.mark.parametrize("action", ["cancel", "replay"])
async def test_a_users_own_token_cannot_act_as_an_operator(user: User, failed: UUID, action: str) -> None:
    assert (await user.post(f"/api/ops/jobs/{failed}/{action}", {})).status_code == 403
