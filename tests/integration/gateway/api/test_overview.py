"""The operators' overview: what the tables hold, counted."""

from uuid import UUID

import psycopg
from lodestone.wire import JsonObject
from support.api import RunningGateway, User
from support.samples import example_input

IDEATION = example_input("ideation-fitness-coach")


def write(gateway: RunningGateway, statement: str, *values: object) -> None:
    with psycopg.connect(gateway.settings.database_url) as owner:
        owner.execute(statement, values)


async def submitted(user: User, count: int) -> list[UUID]:
    return [await user.submit(IDEATION) for _ in range(count)]


END = """
    UPDATE background_jobs SET status = %s, seq = 3, attempt = 1, waiting_for = NULL, error_code = %s,
        created_at = created_at - interval '60 seconds', started_at = created_at - interval '58 seconds',
        completed_at = created_at - interval '48 seconds',
        cost_usd = 0.5, wasted_usd = 0.1, input_tokens = 100, output_tokens = 40
    WHERE id = %s"""


async def test_the_overview_counts_what_is_there(gateway: RunningGateway, operator: User, user: User) -> None:
    completed, failed, retrying, *_ = await submitted(user, 5)
    write(gateway, END, "completed", None, completed)
    write(gateway, END, "failed", "AI_ERROR", failed)
    write(
        gateway,
        "UPDATE background_jobs SET status = 'processing', seq = 2, attempt = 1, waiting_for = 'provider',"
        " retry_at = now() + interval '1 minute', deadline_at = now() - interval '1 hour' WHERE id = %s",
        retrying,
    )

    seen: JsonObject = (await operator.get("/api/ops/overview?period=hour")).json()

    [ideation] = [kind for kind in seen["jobTypes"] if kind["jobType"] == "ideation"]
    assert seen["now"] == {"waiting": 2, "running": 0, "retrying": 1, "overdue": 1, "deadLetters": 1}
    assert (seen["total"]["completed"], seen["total"]["failed"], seen["errorRate"]) == (1, 1, 0.5)
    assert seen["errors"] == [{"code": "AI_ERROR", "count": 1, "rate": 0.5}]
    assert (seen["total"]["costUsd"], seen["total"]["wastedUsd"]) == ("1.0", "0.2")
    assert (ideation["inputTokens"], ideation["outputTokens"]) == (200, 80)
    assert (ideation["waiting"], ideation["drainSeconds"]) == (2, None)
    assert (ideation["queueWaitP50"], ideation["runTimeP95"]) == (2, 10)
    assert [(each["jobType"], each["jobs"], each["breakerOpen"]) for each in seen["provider"]] == [
        ("ideation", 1, 1)
    ]
    assert sum(step["completed"] for step in seen["steps"]) == 1
    assert {service["name"] for service in seen["services"]} >= {"relay", "projector", "content"}


async def test_an_unknown_period_is_refused_with_its_field(operator: User) -> None:
    answer = await operator.get("/api/ops/overview?period=week")

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["period"]
