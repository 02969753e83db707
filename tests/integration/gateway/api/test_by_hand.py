"""A job that an operator submits for a user."""

from typing import Any

import pytest
from lodestone.ids import new_id
from lodestone.jobs import JOB_TYPES
from lodestone.wire import JsonObject
from lodestone_gateway.operating.by_hand import example_inputs
from support.api import RunningGateway, User

POSTS = example_inputs()["posts"]


@pytest.mark.parametrize("name", example_inputs())
async def test_each_example_is_a_valid_input(gateway: RunningGateway, operator: User, name: str) -> None:
    user = gateway.user()
    await user.get("/api/jobs")
    example = (await operator.get("/api/ops/example-inputs")).json()["items"][name]

    answer = await operator.post("/api/ops/jobs", {"jobType": name, "userId": str(user.id), "input": example})

    assert answer.status_code in (202, 422), answer.text
    assert {error["field"] for error in answer.json().get("errors", [])} <= {"leadMagnetId"}
    assert JOB_TYPES[name].input.model_validate(example)


async def test_a_job_by_hand_is_the_users_own(gateway: RunningGateway, operator: User) -> None:
    user = gateway.user(plan="free")
    await user.get("/api/jobs")
    ideation = {"jobType": "ideation", "userId": str(user.id), "input": example_inputs()["ideation"]}

    answers = [await operator.post("/api/ops/jobs", ideation) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [202, 202, 403]
    assert answers[2].json()["code"] == "USAGE_LIMIT_EXCEEDED"
    jobs = (await user.get("/api/jobs")).json()["items"]
    assert {job["id"] for job in jobs} == {answer.json()["jobId"] for answer in answers[:2]}
    assert (await user.get("/api/usage")).json()["reserved"] == 2
    audit = (await operator.get(f"/api/ops/audit?userId={user.id}")).json()["items"]
    assert [(each["action"], each["outcome"], each["details"]["jobType"]) for each in audit] == [
        ("submit_job", "refused", "ideation"),
        ("submit_job", "done", "ideation"),
        ("submit_job", "done", "ideation"),
    ]


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"input": {}}, 422, "input.leadMagnetTitle"),
        ({"jobType": "lost"}, 422, "jobType"),
        ({"userId": "x"}, 422, "userId"),
        ({"userId": str(new_id())}, 404, None),
        ({"leadMagnetId": str(new_id())}, 404, None),
    ],
)
async def test_what_is_wrong_with_it_is_named(
    gateway: RunningGateway, operator: User, changed: JsonObject, status: int, field: Any
) -> None:
    user = gateway.user()
    body = {"jobType": "posts", "userId": str(user.id), "input": POSTS, **changed}

    answer = await operator.post("/api/ops/jobs", body)

    assert answer.status_code == status, answer.text
    first, *_ = answer.json().get("errors", [{"field": None}])
    assert first["field"] == field
