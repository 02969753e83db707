"""An operator pauses and resumes a job type, a user and everything; what waits says so to its owner."""

from collections.abc import AsyncIterator
from uuid import UUID

import psycopg
import pytest
from lodestone.ids import new_id
from lodestone.wire import JsonObject
from support.api import Projection, RunningGateway, User
from support.samples import example_input
from support.waiting import eventually

COACH = example_input("ideation-fitness-coach")


@pytest.fixture(autouse=True)
async def _nothing_stays_paused(gateway: RunningGateway) -> AsyncIterator[None]:
    yield
    with psycopg.connect(gateway.settings.database_url) as owner:
        owner.execute("TRUNCATE paused_job_types, paused_users")


async def did(operator: User, path: str, body: JsonObject | None = None) -> JsonObject:
    answer = await operator.post(f"/api/ops/{path}", body)
    assert answer.status_code == 200, answer.text
    state: JsonObject = answer.json()
    return state


async def pauses(operator: User) -> list[JsonObject]:
    items: list[JsonObject] = (await operator.get("/api/ops/pauses")).json()["items"]
    return items


@pytest.mark.parametrize("scope", ["", "job-types/ideation/", "users/{user}/"])
async def test_a_job_that_is_paused_says_so_until_it_is_resumed(
    gateway: RunningGateway, operator: User, user: User, scope: str
) -> None:
    path = scope.format(user=user.id)
    job_id = await user.submit(COACH)
    before = await user.get(f"/api/jobs/{job_id}")

    assert (await did(operator, f"{path}pause"))["paused"] is True
    while_paused = await user.submit(COACH)
    held = await user.get(f"/api/jobs/{job_id}")

    assert held.json()["waitingFor"] == (await user.job(while_paused))["waitingFor"] == "paused"
    assert next(cause["code"] for cause in held.json()["why"]) == "paused"
    assert str(operator.id) not in held.text
    assert held.headers["etag"] != before.headers["etag"]
    inspected = (await operator.get(f"/api/ops/jobs/{job_id}")).json()
    assert inspected["waitingFor"] == "paused"
    assert f"operator {operator.id} paused it" in inspected["reason"]
    (pause,) = await pauses(operator)
    assert (pause["pausedBy"], pause["perMinute"], pause["resumedBy"]) == (str(operator.id), None, None)

    assert await did(operator, f"{path}resume") == {**pause_state(path), "paused": False, "perMinute": None}

    assert (await user.job(job_id))["waitingFor"] != "paused"
    assert await pauses(operator) == []


def pause_state(path: str) -> JsonObject:
    return {"jobType": "ideation"} if path.startswith("job-types") else {}


async def test_a_pause_of_one_user_is_none_of_another(
    gateway: RunningGateway, operator: User, user: User
) -> None:
    other = gateway.user()
    job_id = await other.submit(COACH)
    await user.submit(COACH)

    await did(operator, f"users/{user.id}/pause")

    assert (await other.job(job_id))["waitingFor"] == "slot"


async def test_another_gateway_process_tells_it_within_seconds(
    gateway: RunningGateway, operator: User, user: User
) -> None:
    job_id = await user.submit(COACH)
    with psycopg.connect(gateway.settings.database_url) as owner:  # as another process does
        owner.execute(
            "INSERT INTO paused_users (user_id, paused_by, per_minute) VALUES (%s, %s, 6)",
            [user.id, new_id()],
        )

    async def is_told() -> bool:
        return bool((await user.job(job_id))["waitingFor"] == "paused")

    await eventually(is_told, within=10)


async def test_a_gradual_resumption_is_listed_with_its_pace_and_whose_it_is(
    gateway: RunningGateway, operator: User, user: User, projection: Projection
) -> None:
    other, waits, published = (
        gateway.user(role="operator"),
        await user.submit(COACH),
        await user.submit(COACH),
    )
    await projection.fold(published, "requested")
    with psycopg.connect(gateway.settings.database_url) as owner:
        owner.execute("UPDATE background_jobs SET waiting_for = 'retry' WHERE id = %s", [published])
    await did(operator, "job-types/ideation/pause")
    assert (await user.job(published))["waitingFor"] == "paused"

    state = await did(other, "job-types/ideation/resume", {"perMinute": 6})

    assert state == {"jobType": "ideation", "paused": False, "perMinute": 6}
    (pause,) = await pauses(operator)
    assert (pause["kind"], pause["jobType"], pause["userId"]) == ("job_type", "ideation", None)
    assert (pause["pausedBy"], pause["perMinute"], pause["resumedBy"]) == (
        str(operator.id),
        6,
        str(other.id),
    )
    assert (await user.job(waits))["waitingFor"] == "paused"
    assert (await user.job(published))["waitingFor"] == "retry", "what is published goes on"
    await did(operator, "job-types/ideation/pause")
    assert [(each["perMinute"], each["resumedBy"]) for each in await pauses(operator)] == [(None, None)]


async def test_what_is_not_paused_is_not_resumed_gradually(operator: User) -> None:
    assert await did(operator, "resume", {"perMinute": 6}) == {"paused": False, "perMinute": None}
    assert await pauses(operator) == []


async def test_each_pause_and_resumption_is_in_the_audit(gateway: RunningGateway, user: User) -> None:
    operator = gateway.user(role="operator")
    await user.submit(COACH)
    for path, body in (
        ("pause", None),
        ("resume", {"perMinute": 6}),
        (f"users/{user.id}/pause", None),
        (f"users/{user.id}/pause", None),
        (f"users/{user.id}/resume", None),
    ):
        await did(operator, path, body)

    found = (await operator.get(f"/api/ops/audit?operatorId={operator.id}")).json()["items"][::-1]

    assert [
        (entry["action"], entry["targetKind"], entry["targetId"], entry["userId"], entry["outcome"])
        for entry in found
    ] == [
        ("pause", "everything", None, None, "done"),
        ("resume", "everything", None, None, "done"),
        ("pause", "user", str(user.id), str(user.id), "done"),
        ("pause", "user", str(user.id), str(user.id), "unchanged"),
        ("resume", "user", str(user.id), str(user.id), "done"),
    ]
    assert [entry["details"] for entry in found] == [{}, {"perMinute": 6}, {}, {}, {}]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("job-types/lost/pause", {}, 404),
        (f"users/{UUID(int=5)}/pause", {}, 404),
        ("users/x/pause", {}, 404),
        ("resume", {"perMinute": 0}, 422),
        ("resume", {"perMinute": 60_001}, 422),
        ("resume", {"perHour": 6}, 422),
        ("pause?userId=x", {}, 422),
    ],
)
async def test_what_cannot_be_meant_pauses_nothing(
    operator: User, path: str, body: JsonObject, status: int
) -> None:
    answer = await operator.post(f"/api/ops/{path}", body)

    assert (answer.status_code, await pauses(operator)) == (status, [])
    assert answer.json()["detail"]
