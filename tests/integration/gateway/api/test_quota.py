"""The quota: reserved with a job, settled or released at its end, and exact under concurrent requests."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from lodestone.clock import now, parse_time
from support.api import RunningGateway, User, running_gateway
from support.folding import Folding
from support.lead_magnets import OWN_IDEA, lead_magnet, usage
from support.samples import example_input, ideation_result

COACH = example_input("ideation-fitness-coach")
IDEATE = "/api/lead-magnet/ideate"
FEW = ideation_result()["concepts"][:3]
LAST_YEAR = datetime(2020, 1, 31, 23, 59, 59, tzinfo=UTC)


@pytest.fixture
def free(gateway: RunningGateway) -> User:
    """A user with two idea sets a month."""
    return gateway.user(plan="free")


async def counts(user: User) -> tuple[Any, Any]:
    so_far = await usage(user)
    return so_far["used"], so_far["reserved"]


def refusal(answer: Any) -> dict[str, Any]:
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem["code"]) == (403, "USAGE_LIMIT_EXCEEDED")
    assert answer.headers["content-type"] == "application/problem+json"
    return problem


async def test_fifty_submissions_at_once_make_exactly_the_two_that_are_left(free: User) -> None:
    answers = await asyncio.gather(*(free.post(IDEATE, COACH) for _ in range(50)))

    assert sorted(answer.status_code for answer in answers) == [202] * 2 + [403] * 48
    assert len((await free.get("/api/jobs")).json()["items"]) == 2
    assert await counts(free) == (0, 2)


async def test_jobs_and_own_ideas_at_once_share_the_quota(free: User) -> None:
    asked = [free.post(IDEATE, COACH) for _ in range(10)]
    asked += [free.post("/api/lead-magnets", OWN_IDEA) for _ in range(10)]
    answers = await asyncio.gather(*asked)

    made = [answer for answer in answers if answer.status_code in (201, 202)]
    assert len(made) == 2
    assert sum(await counts(free)) == 2


async def test_the_refusal_says_what_is_used_and_when_it_returns(free: User, folding: Folding) -> None:
    await folding.complete(await free.submit(COACH))
    await free.submit(COACH)

    problem = refusal(await free.post(IDEATE, COACH))

    assert (problem["limit"], problem["used"], problem["reserved"]) == (2, 1, 1)
    resets_at = parse_time(problem["resetsAt"])
    assert (resets_at.day, resets_at.hour, resets_at.minute) == (1, 0, 0)
    assert 0 < (resets_at - now()).days + 1 <= 31
    assert problem["resetsAt"].endswith("Z")


async def test_a_user_without_subscription_is_on_the_free_plan(gateway: RunningGateway) -> None:
    user = gateway.user()
    with psycopg.connect(gateway.settings.database_url) as connection:
        connection.execute("DELETE FROM subscriptions WHERE user_id = %s", [user.id])

    so_far = await usage(user)

    assert (so_far["plan"], so_far["limit"]) == ("free", 2)


async def test_who_has_no_subscription_is_on_the_default_plan_of_the_setting(
    gateway: RunningGateway,
) -> None:
    async with running_gateway(gateway.settings.database_url, default_plan="pro") as generous:
        given, nobody = generous.user(plan="free"), generous.user()
        with psycopg.connect(gateway.settings.database_url) as connection:
            connection.execute("DELETE FROM subscriptions WHERE user_id = %s", [nobody.id])

        answers = [await nobody.post("/api/lead-magnets", OWN_IDEA) for _ in range(3)]

        assert [answer.status_code for answer in answers] == [201] * 3
        told = [(await usage(user))["plan"] for user in (nobody, given)]
    assert told == ["pro", "free"]


@pytest.mark.parametrize(("plan", "limit"), [("free", 2), ("pro", 15), ("unlimited", None)])
async def test_each_plan_has_its_limit(gateway: RunningGateway, plan: str, limit: int | None) -> None:
    user = gateway.user(plan=plan)
    asked = 17

    answers = await asyncio.gather(*(user.post(IDEATE, COACH) for _ in range(asked)))

    assert (await usage(user))["limit"] == limit
    assert [answer.status_code for answer in answers].count(202) == (limit or asked)


async def test_a_completed_job_is_used(free: User, folding: Folding) -> None:
    await folding.complete(await free.submit(COACH))

    assert await counts(free) == (1, 0)


async def test_jobs_that_end_before_their_first_idea_give_their_quota_back(
    free: User, folding: Folding
) -> None:
    failed, cancelled = await free.submit(COACH), await free.submit(COACH)
    assert await counts(free) == (0, 2)

    await folding.fail(failed)
    await folding.cancel(cancelled)

    assert await counts(free) == (0, 0)
    await free.submit(COACH)


async def test_a_month_counts_what_ended_in_it(free: User, folding: Folding) -> None:
    for _ in range(2):
        await folding.complete(await free.submit(COACH), time=LAST_YEAR)

    assert await counts(free) == (0, 0)
    await free.submit(COACH)


async def test_a_replay_reserves_nothing_and_works_with_nothing_left(free: User) -> None:
    first = await free.submit(COACH, Idempotency_Key="once")
    await free.submit(COACH)

    replay = await free.post(IDEATE, COACH, Idempotency_Key="once")

    assert (replay.status_code, replay.json()["jobId"]) == (200, str(first))
    assert await counts(free) == (0, 2)


async def test_one_key_at_once_with_one_left_makes_one_job_and_replays(free: User) -> None:
    await free.submit(COACH)

    answers = await asyncio.gather(*(free.post(IDEATE, COACH, Idempotency_Key="k") for _ in range(20)))

    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [202]
    assert await counts(free) == (0, 2)


async def test_a_refused_submission_leaves_nothing_behind_and_its_key_free(
    free: User, folding: Folding
) -> None:
    first = await free.submit(COACH)
    await free.submit(COACH)
    refusal(await free.post(IDEATE, COACH, Idempotency_Key="later"))

    await folding.fail(first)

    await free.submit(COACH, Idempotency_Key="later")
    assert len((await free.get("/api/jobs")).json()["items"]) == 3


async def retried(user: User, job_id: UUID) -> UUID:
    answer = await user.post(f"/api/jobs/{job_id}/retry")
    assert answer.status_code == 202, answer.text
    return UUID(answer.json()["jobId"])


async def test_a_retry_of_a_job_without_ideas_reserves_again(free: User, folding: Folding) -> None:
    failed = await free.submit(COACH)
    await folding.fail(failed)
    await free.submit(COACH)

    again = await retried(free, failed)
    assert await counts(free) == (0, 2)
    await folding.fail(again)
    await free.submit(COACH)

    refusal(await free.post(f"/api/jobs/{failed}/retry"))


async def test_a_retry_of_a_job_that_counts_is_the_same_use_once(free: User, folding: Folding) -> None:
    stopped = await free.submit(COACH)
    await folding.begin(stopped, *FEW)
    await folding.cancel(stopped)
    await free.submit(COACH)

    first = await retried(free, stopped)
    assert await counts(free) == (1, 1)
    await folding.fail(first)
    await retried(free, first)
    assert await counts(free) == (1, 1)

    refusal(await free.post(f"/api/jobs/{stopped}/retry"))


async def test_stopping_at_the_last_idea_again_and_again_uses_up_the_plan(
    free: User, folding: Folding
) -> None:
    for _ in range(2):
        job_id = await free.submit(COACH)
        await folding.begin(job_id, *ideation_result()["concepts"])
        await folding.cancel(job_id)

    refusal(await free.post(IDEATE, COACH))
    assert await counts(free) == (2, 0)


async def test_a_job_that_fails_after_its_first_idea_is_used(free: User, folding: Folding) -> None:
    job_id = await free.submit(COACH)
    await folding.begin(job_id, *FEW)

    await folding.fail(job_id)

    assert await counts(free) == (1, 0)


async def test_retries_at_once_make_one_job_while_it_lives(free: User, folding: Folding) -> None:
    failed = await free.submit(COACH)
    await folding.fail(failed)

    asked = [free.post(f"/api/jobs/{failed}/retry") for _ in range(6)]
    asked += [free.post(f"/api/jobs/{failed}/retry", Idempotency_Key=f"{n}") for n in range(6)]
    answers = await asyncio.gather(*asked)

    assert sorted(answer.status_code for answer in answers) == [200] * 11 + [202]
    assert len({answer.json()["jobId"] for answer in answers}) == 1
    replayed = [answer for answer in answers if answer.headers.get("idempotency-replayed") == "true"]
    assert len(replayed) == 11
    await folding.fail(UUID(answers[0].json()["jobId"]))
    assert await retried(free, failed) != UUID(answers[0].json()["jobId"])


async def test_the_other_job_types_use_no_quota(free: User, folding: Folding) -> None:
    for _ in range(5):
        answer = await free.post("/api/lead-magnet/posts", example_input("posts"))
        await folding.complete(UUID(answer.json()["jobId"]))

    assert await counts(free) == (0, 0)


async def test_wrong_input_is_refused_before_the_quota_is_looked_at(free: User) -> None:
    await free.submit(COACH)
    await free.submit(COACH)

    foreign = {**COACH, "leadMagnetId": "0199aa00-0000-7000-8000-000000000001"}

    assert (await free.post(IDEATE, {})).status_code == 422
    assert (await free.post(IDEATE, foreign)).status_code == 404


async def test_an_own_idea_is_used_at_once_and_deleting_gives_nothing_back(free: User) -> None:
    magnet = await lead_magnet(free)
    assert await counts(free) == (1, 0)

    await free.send("DELETE", f"/api/lead-magnets/{magnet['id']}")

    assert await counts(free) == (1, 0)


async def test_concepts_of_a_completed_job_use_nothing_more(free: User, folding: Folding) -> None:
    job_id = await free.submit(COACH)
    await folding.complete(job_id)

    for index in (0, 3, 9):
        answer = await free.post("/api/lead-magnets", {"ideationJobId": str(job_id), "conceptIndex": index})
        assert answer.status_code == 201, answer.text

    assert await counts(free) == (1, 0)


async def test_stopping_a_job_after_taking_its_idea_gives_nothing_back(free: User, folding: Folding) -> None:
    job_id = await free.submit(COACH)
    await folding.begin(job_id, ideation_result()["concepts"][0])
    taken = await free.post("/api/lead-magnets", {"ideationJobId": str(job_id), "conceptIndex": 0})
    assert taken.status_code == 201

    await folding.cancel(job_id)

    assert await counts(free) == (1, 0)


async def test_ideas_of_a_stopped_job_use_nothing_more(free: User, folding: Folding) -> None:
    job_id = await free.submit(COACH)
    await folding.begin(job_id, *FEW)
    await folding.cancel(job_id)

    for index in (0, 1):
        take = {"ideationJobId": str(job_id), "conceptIndex": index}
        assert (await free.post("/api/lead-magnets", take)).status_code == 201

    assert await counts(free) == (1, 0)


async def test_an_idea_of_a_job_that_an_earlier_version_released_is_used_like_an_own_one(
    gateway: RunningGateway, free: User, folding: Folding
) -> None:
    job_id = await free.submit(COACH)
    await folding.begin(job_id, *FEW)
    await folding.cancel(job_id)
    with psycopg.connect(gateway.settings.database_url) as connection:
        connection.execute("UPDATE usage_reservations SET state = 'released' WHERE job_id = %s", [job_id])

    take = {"ideationJobId": str(job_id), "conceptIndex": 0}
    for _ in range(2):
        assert (await free.post("/api/lead-magnets", take)).status_code == 201

    assert await counts(free) == (2, 0)
    refusal(await free.post("/api/lead-magnets", take))


async def test_usage_tells_jobs_tokens_and_cost_by_day_and_type(free: User, folding: Folding) -> None:
    job_id = await free.submit(COACH)
    await free.submit(COACH)
    await folding.begin(job_id)
    await folding.pay(job_id, "0.25")
    await folding.pay(job_id, "0.0005")
    await free.post("/api/lead-magnet/posts", example_input("posts"))

    so_far = await usage(free)

    today = now().date().isoformat()
    assert set(so_far) == {"plan", "limit", "used", "reserved", "resetsAt", "days", "caps"}
    assert so_far["days"] == [
        {
            "date": today,
            "jobType": "ideation",
            "jobs": 2,
            "inputTokens": 200,
            "outputTokens": 20,
            "cacheReadTokens": 60,
            "cacheWriteTokens": 8,
            "costUsd": "0.2505",
            "cacheSavedUsd": "0.1250",
        },
        {
            "date": today,
            "jobType": "posts",
            "jobs": 1,
            "inputTokens": 0,
            "outputTokens": 0,
            "cacheReadTokens": 0,
            "cacheWriteTokens": 0,
            "costUsd": "0",
            "cacheSavedUsd": "0",
        },
    ]
    used = (await free.job(job_id))["usage"]
    assert (used["cacheReadTokens"], used["cacheWriteTokens"], used["cacheSavedUsd"]) == (60, 8, "0.1250")


async def test_usage_leaves_out_earlier_months_and_other_users(
    gateway: RunningGateway, free: User, folding: Folding
) -> None:
    other = gateway.user()
    job_id = await other.submit(COACH)
    await folding.begin(job_id)
    await folding.pay(job_id, "9")
    mine = await free.submit(COACH)
    await folding.begin(mine)
    await folding.pay(mine, "5", time=LAST_YEAR)

    [day] = (await usage(free))["days"]

    assert (day["jobs"], day["costUsd"]) == (1, "0")
