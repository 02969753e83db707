"""The caps of a plan on jobs: exact under concurrent requests, whichever way a job is made."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from secrets import token_hex
from typing import Any
from uuid import UUID

import httpx2
import psycopg
import pytest
from lodestone.clock import now, parse_time
from lodestone.ids import new_id
from lodestone_gateway.reconciler.stored import StoredCounter
from lodestone_gateway.store.session import Role, make_engine
from support.api import RunningGateway, User, running_gateway
from support.folding import Folding
from support.lead_magnets import OWN_IDEA, lead_magnet, usage, with_content
from support.pages import send
from support.samples import example_input, extracted_content

EXTRACT, POSTS = "/api/lead-magnet/extract", "/api/lead-magnet/posts"
CONTENT, WRITTEN = example_input("extraction-single-system"), example_input("posts")
COST = "0.1538"  # of an extraction
BY_FRAMEWORK = {"Content_Type": "application/json; charset=utf-8"}
BY_TYPE = {"extraction": None, "posts": None}
NO_CAPS = {"spendADay": None, "spendAMonth": None, "liveJobs": None, "jobsADay": BY_TYPE}


@pytest.fixture
def free(gateway: RunningGateway) -> User:
    """A user on the free plan."""
    return gateway.user(plan="free")


@asynccontextmanager
async def capped(gateway: RunningGateway, **caps: Any) -> AsyncIterator[RunningGateway]:
    """One more gateway over the same tables, whose free plan has these caps alone."""
    settings = {"caps": {"free": {**NO_CAPS, **caps}}}
    async with running_gateway(gateway.settings.database_url, **settings) as another:
        yield another


async def at_once(asked: Callable[[], Awaitable[httpx2.Response]], times: int) -> list[int]:
    return sorted(answer.status_code for answer in await asyncio.gather(*(asked() for _ in range(times))))


def problem_of(answer: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), problem
    assert answer.headers["content-type"] == "application/problem+json"
    return problem


async def caps_of(user: User) -> dict[str, Any]:
    return dict((await usage(user))["caps"])


def spend(gateway: RunningGateway, user: User, usd: str, *, before: timedelta) -> None:
    """What calls of so long ago cost."""
    hour = (now() - before).replace(minute=0, second=0, microsecond=0)
    with psycopg.connect(gateway.settings.database_url) as connection:
        connection.execute("INSERT INTO spend_hours VALUES (%s, %s, %s)", [user.id, hour, usd])


async def test_sixty_extractions_of_a_free_user_are_paid_for_up_to_the_cap_of_a_day(
    free: User, folding: Folding
) -> None:
    paid = 0
    for _ in range(60):
        answer = await free.post(EXTRACT, CONTENT)
        if answer.status_code != 202:
            break
        paid += 1
        job_id = UUID(answer.json()["jobId"])
        await folding.pay(job_id, COST)
        await folding.complete(job_id)

    problem = problem_of(answer, 403, "USAGE_LIMIT_EXCEEDED")
    assert paid == 32, "the next one may cost 0.20, and 0.08 is left"
    assert (problem["cap"], problem["limit"], problem["used"]) == ("spendADay", "5", "4.9216")
    midnight = parse_time(problem["resetsAt"])
    assert now() < midnight <= now() + timedelta(days=1)
    assert (midnight.hour, midnight.minute) == (0, 0)
    assert problem["detail"] == problem["error"]
    assert "too little AI work left today for this: 98% is used, and 0% is set aside" in problem["detail"]
    assert await usage(free) | {"used": 0} == await usage(free), "the quota of idea sets is another matter"


async def test_sixty_at_once_do_not_slip_through(free: User) -> None:
    answers = await at_once(lambda: free.post(EXTRACT, CONTENT), 60)

    assert answers == [202] * 20 + [429] * 40
    problem = problem_of(await free.post(EXTRACT, CONTENT), 429, "RATE_LIMITED")
    told = {name: problem[name] for name in ("cap", "limit", "used", "resetsAt")}
    assert told == {"cap": "liveJobs", "limit": 20, "used": 20, "resetsAt": None}
    assert (await free.post(EXTRACT, CONTENT)).headers["retry-after"] == str(problem["retryAfterSeconds"])


async def test_jobs_that_run_count_with_what_they_may_cost(gateway: RunningGateway) -> None:
    async with capped(gateway, spendADay=1) as small:
        user = small.user(plan="free")

        assert await at_once(lambda: user.post(POSTS, WRITTEN), 20) == [202] * 5 + [403] * 15

        problem = problem_of(await user.post(POSTS, WRITTEN), 403, "USAGE_LIMIT_EXCEEDED")
        assert (problem["cap"], problem["used"], problem["reserved"]) == ("spendADay", "0", "1.0")
        assert (await caps_of(user))["spendADay"]["reserved"] == "1.0"


async def test_what_a_running_job_has_spent_is_not_counted_twice(
    gateway: RunningGateway, folding: Folding
) -> None:
    async with capped(gateway, spendADay=1) as small:
        user = small.user(plan="free")
        job_id = UUID((await user.post(POSTS, WRITTEN)).json()["jobId"])
        await folding.pay(job_id, "0.15")

        cap = (await caps_of(user))["spendADay"]

    assert (cap["used"], cap["reserved"]) == ("0.15", "0.05")


@pytest.mark.parametrize("headers", [{}, BY_FRAMEWORK])
async def test_a_hundred_at_once_over_two_processes_never_exceed_a_cap(
    gateway: RunningGateway, headers: dict[str, str]
) -> None:
    async with capped(gateway, liveJobs=7) as first, capped(gateway, liveJobs=7) as second:
        here = first.user(plan="free")
        there = second.user(here.id, plan="free")
        turns = iter([here, there] * 50)

        assert (
            await at_once(lambda: next(turns).post(POSTS, WRITTEN, **headers), 100) == [202] * 7 + [429] * 93
        )

        assert len((await here.get("/api/jobs?limit=100")).json()["items"]) == 7


async def test_jobs_a_day_are_counted_by_type_and_ended_ones_too(
    gateway: RunningGateway, folding: Folding
) -> None:
    async with capped(gateway, jobsADay={"posts": 2, "extraction": None}) as small:
        user = small.user(plan="free")
        await folding.complete(UUID((await user.post(POSTS, WRITTEN)).json()["jobId"]))
        await folding.fail(UUID((await user.post(POSTS, WRITTEN)).json()["jobId"]))

        problem = problem_of(await user.post(POSTS, WRITTEN), 403, "USAGE_LIMIT_EXCEEDED")

        assert (problem["cap"], problem["limit"], problem["used"]) == ("jobsADay", 2, 2)
        assert "2 jobs of the type posts a day" in problem["detail"]
        assert (await user.post(EXTRACT, CONTENT)).status_code == 202
        counted = (await caps_of(user))["jobsADay"]
        assert counted["posts"]["used"] == 2
        assert "extraction" not in counted
        with psycopg.connect(gateway.settings.database_url) as connection:
            connection.execute(
                "UPDATE background_jobs SET created_at = created_at - interval '1 day' WHERE user_id = %s",
                [user.id],
            )
        assert (await user.post(POSTS, WRITTEN)).status_code == 202, "yesterday's do not count"


async def test_the_spend_of_a_month_counts_the_days_before(gateway: RunningGateway) -> None:
    async with capped(gateway, spendAMonth=10) as small:
        user, other = small.user(plan="free"), small.user(plan="free")
        this_month = now() - now().replace(day=1, hour=0)
        spend(gateway, user, "9.9", before=this_month)
        spend(gateway, user, "50", before=this_month + timedelta(days=1))
        spend(gateway, other, "9.9", before=this_month + timedelta(days=1))

        problem = problem_of(await user.post(POSTS, WRITTEN), 403, "USAGE_LIMIT_EXCEEDED")

        assert (problem["cap"], problem["used"]) == ("spendAMonth", "9.9")
        assert parse_time(problem["resetsAt"]).day == 1
        assert (await other.post(POSTS, WRITTEN)).status_code == 202


async def test_the_spend_of_a_day_counts_no_day_before(gateway: RunningGateway) -> None:
    async with capped(gateway, spendADay=10) as small:
        user = small.user(plan="free")
        spend(gateway, user, "50", before=timedelta(days=1))

        assert (await user.post(POSTS, WRITTEN)).status_code == 202


async def test_a_plan_without_caps_has_none(gateway: RunningGateway) -> None:
    user = gateway.user(plan="unlimited")
    spend(gateway, user, "100000", before=timedelta())

    assert await at_once(lambda: user.post(POSTS, WRITTEN), 40) == [202] * 40
    caps = await caps_of(user)
    assert caps.pop("jobsADay") == {}
    assert {name for name, cap in caps.items() if cap} == {"drafts", "draftBytes"}


async def test_every_way_to_make_a_job_meets_the_caps(gateway: RunningGateway, folding: Folding) -> None:
    async with capped(gateway, liveJobs=1) as small:
        user = small.user(plan="free")
        magnet = await with_content(user)
        failed = await user.post(POSTS, WRITTEN)
        await folding.fail(UUID(failed.json()["jobId"]))
        await user.post(POSTS, WRITTEN)

        polish = {"jobType": "polish", "input": {}, "leadMagnetId": magnet["id"]}
        ways: list[tuple[str, Any]] = [
            (f"/api/jobs/{failed.json()['jobId']}/retry", None),
            ("/api/jobs", polish),
            ("/api/lead-magnet/ideate", example_input("ideation-fitness-coach")),
        ]
        for path, body in ways:
            problem_of(await user.post(path, body), 429, "RATE_LIMITED")


async def test_a_replay_works_where_nothing_is_left(gateway: RunningGateway) -> None:
    async with capped(gateway, liveJobs=1) as small:
        user = small.user(plan="free")
        asked = [user.post(POSTS, WRITTEN, Idempotency_Key="once") for _ in range(10)]

        answers = await asyncio.gather(*asked)

    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [202]
    assert len({answer.json()["jobId"] for answer in answers}) == 1


async def test_a_cap_that_is_lowered_lets_running_jobs_end(gateway: RunningGateway, folding: Folding) -> None:
    async with capped(gateway, liveJobs=9) as before:
        user = before.user(plan="free")
        running = [UUID((await user.post(POSTS, WRITTEN)).json()["jobId"]) for _ in range(3)]
    async with capped(gateway, liveJobs=2) as after:
        user = after.user(user.id, plan="free")
        problem = problem_of(await user.post(POSTS, WRITTEN), 429, "RATE_LIMITED")
        assert (problem["limit"], problem["used"]) == (2, 3)

        for job_id in running[:2]:
            await folding.complete(job_id)

        assert [(await user.job(job_id))["status"] for job_id in running] == ["completed"] * 2 + ["pending"]
        assert (await user.post(POSTS, WRITTEN)).status_code == 202


async def test_nothing_is_started_where_a_cap_is_nothing(gateway: RunningGateway) -> None:
    async with capped(gateway, spendADay=0) as small:
        user = small.user(plan="free")

        problem = problem_of(await user.post(POSTS, WRITTEN), 403, "USAGE_LIMIT_EXCEEDED")

    assert (problem["limit"], problem["used"], problem["reserved"]) == ("0", "0", "0")


async def test_a_refusal_is_the_same_with_and_without_the_framework(gateway: RunningGateway) -> None:
    async with capped(gateway, liveJobs=0) as small:
        user = small.user(plan="free")

        quick = await user.post(POSTS, WRITTEN)
        usual = await user.post(POSTS, WRITTEN, **BY_FRAMEWORK)

    assert quick.content == usual.content
    assert {k: v for k, v in quick.headers.items() if k != "date"} == {
        k: v for k, v in usual.headers.items() if k != "date"
    }


async def test_the_usage_says_what_is_left_of_every_cap(free: User, folding: Folding) -> None:
    job_id = UUID((await free.post(POSTS, WRITTEN)).json()["jobId"])
    await folding.pay(job_id, "0.03")

    caps = await caps_of(free)

    assert caps["liveJobs"] == {"limit": 20, "used": 1, "resetsAt": None}
    day, month = caps["spendADay"], caps["spendAMonth"]
    assert (day["limit"], day["used"], day["reserved"]) == ("5", "0.03", "0.17")
    assert (month["limit"], month["used"]) == ("25", "0.03")
    assert parse_time(day["resetsAt"]) <= parse_time(month["resetsAt"])
    assert caps["jobsADay"]["posts"] == {"limit": 100, "used": 1, "resetsAt": day["resetsAt"]}
    assert caps["jobsADay"]["emails"]["used"] == 0


async def test_what_was_spent_goes_with_the_account(gateway: RunningGateway, free: User) -> None:
    spend(gateway, free, "4", before=timedelta())

    with psycopg.connect(gateway.settings.database_url) as connection:
        connection.execute("DELETE FROM users WHERE id = %s", [free.id])
        left = connection.execute("SELECT count(*) FROM spend_hours WHERE user_id = %s", [free.id]).fetchone()

    assert left == (0,)


async def ideas_of(user: User, folding: Folding) -> UUID:
    """An ideation job with ten ideas."""
    job_id = await user.submit(example_input("ideation-fitness-coach"))
    await folding.complete(job_id)
    return job_id


async def test_one_ideation_makes_so_many_lead_magnets(gateway: RunningGateway, folding: Folding) -> None:
    async with capped(gateway, leadMagnetsPerIdeation=3) as small:
        user = small.user(plan="free")
        first, second = await ideas_of(user, folding), await ideas_of(user, folding)
        of_first = {"ideationJobId": str(first), "conceptIndex": 0}

        assert await at_once(lambda: user.post("/api/lead-magnets", of_first), 20) == [201] * 3 + [403] * 17

        problem = problem_of(await user.post("/api/lead-magnets", of_first), 403, "USAGE_LIMIT_EXCEEDED")
        told = {name: problem[name] for name in ("cap", "limit", "used", "resetsAt")}
        ideas = await send(small, user, "GET", f"/create/ideas/{first}")
        assert ("Your plan allows 3 lead magnets" in ideas.text, "/choose" in ideas.text) == (True, False)
        assert told == {"cap": "leadMagnetsPerIdeation", "limit": 3, "used": 3, "resetsAt": None}
        assert (await caps_of(user))["leadMagnetsPerIdeation"] == {"limit": 3}
        of_second = {"ideationJobId": str(second), "conceptIndex": 0}
        assert (await user.post("/api/lead-magnets", of_second)).status_code == 201
        [one, other] = (await user.get("/api/lead-magnets")).json()["items"][1:3]
        await user.send("DELETE", f"/api/lead-magnets/{one['id']}")
        await send(small, user, "POST", f"/library/{other['id']}/delete", {})
        assert await at_once(lambda: user.post("/api/lead-magnets", of_first), 4) == [201] * 2 + [403] * 2
        restored = await send(small, user, "POST", f"/library/{other['id']}/put-back", {})
        assert restored.status_code == 403, "others have taken its room"


async def test_drafts_are_capped_by_the_plan(gateway: RunningGateway) -> None:
    async with capped(gateway, drafts=2, draftBytes=3000) as small:
        user = small.user(plan="free")
        drafts = [f"/api/wizard-drafts/{new_id()}" for _ in range(3)]
        note = {"wizardState": {"note": "x" * 900}}

        answers = [await user.send("PUT", draft, note) for draft in drafts]
        large = await user.send("PUT", drafts[0], {"wizardState": {"note": "x" * 2900}})

        assert [answer.status_code for answer in answers] == [200, 200, 409]
        told = [problem_of(answer, 409, "CONFLICT") for answer in (answers[2], large)]
        assert [(each["cap"], each["limit"]) for each in told] == [("drafts", 2), ("draftBytes", 3000)]
        assert [each["used"] for each in told] == [2, 2 * len('{"note": ""}') + 2 * 900]
        assert (await caps_of(user))["drafts"] == {"limit": 2, "used": 2, "resetsAt": None}


async def count_stored(gateway: RunningGateway) -> None:
    """What the reconciler does once a minute."""
    engine = make_engine(gateway.settings.database_url, Role.RECONCILER)
    await StoredCounter(engine).count_round()
    await engine.dispose()


async def test_whoever_stores_too_much_makes_nothing_new_until_something_is_deleted(
    gateway: RunningGateway,
) -> None:
    async with capped(gateway, storedBytes=30_000) as small:
        user = small.user(plan="free")
        texts = {"proof": token_hex(9_000), "differentiation": token_hex(9_000)}
        large = await lead_magnet(user, extractedContent=extracted_content() | texts)
        await count_stored(gateway)

        for path, body in ((POSTS, WRITTEN), ("/api/lead-magnets", OWN_IDEA)):
            problem = problem_of(await user.post(path, body), 403, "USAGE_LIMIT_EXCEEDED")
            assert (problem["cap"], problem["limit"]) == ("storedBytes", 30_000)
            assert 36_000 < problem["used"] < 40_000
        for page, form in (("/create/own", "data-draft"), ("/create/sources", "<textarea")):
            told = (await send(small, user, "GET", page)).text
            assert (problem["detail"] in told, form in told) == (True, False), page
        await user.send("DELETE", f"/api/lead-magnets/{large['id']}")
        with psycopg.connect(gateway.settings.database_url) as connection:  # not counted just now
            connection.execute("UPDATE stored_bytes SET counted_at = counted_at - interval '11 seconds'")
        assert (await user.post(POSTS, WRITTEN)).status_code == 202
        assert (await caps_of(user))["storedBytes"]["used"] < 10_000


async def refused_stream(user: User) -> dict[str, Any]:
    async with asyncio.timeout(20):  # one that is opened does not end
        answer = await user.get("/api/events", Accept="text/event-stream")
    return problem_of(answer, 429, "RATE_LIMITED")


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is, no gateway decides alone."""
    monkeypatch.setattr("lodestone_gateway.rates.sharing.ASK_SECONDS", 20.0)


@pytest.mark.usefixtures("patient")
async def test_streams_are_capped_by_the_plan(gateway: RunningGateway) -> None:
    async with capped(gateway, streams=2) as small:
        user, rich = small.user(plan="free"), small.user(plan="unlimited")
        async with user.stream("/api/events"), user.stream("/api/events"):
            problem = await refused_stream(user)
            assert (problem["cap"], problem["limit"], problem["used"]) == ("streams", 2, 2)
        async with rich.stream("/api/events"), rich.stream("/api/events"), rich.stream("/api/events"):
            pass
        async with user.stream("/api/events"):
            pass


@pytest.mark.usefixtures("patient")
async def test_streams_at_all_gateways_count_together(gateway: RunningGateway) -> None:
    async with capped(gateway, streams=3) as first, capped(gateway, streams=3) as second:
        here = first.user(plan="free")
        there = second.user(here.id, plan="free")
        async with here.stream("/api/events"), here.stream("/api/events"), there.stream("/api/events"):
            for user in (here, there):
                problem = await refused_stream(user)
                assert problem["used"] >= problem["limit"] == 3
            assert (await caps_of(here))["streams"] == {"limit": 3}


@pytest.mark.usefixtures("patient")
async def test_streams_of_a_gateway_that_was_killed_count_no_more(gateway: RunningGateway) -> None:
    async with capped(gateway, streams=2) as small:
        user = small.user(plan="free")
        await user.get("/api/jobs")  # the user has a row
        with psycopg.connect(gateway.settings.database_url) as connection:
            gone = "now() - interval '16 seconds'"
            put = f"INSERT INTO open_streams VALUES (%s, gen_random_uuid(), 2, {gone})"  # noqa: S608
            connection.execute(put.encode(), [user.id])

        async with user.stream("/api/events"), user.stream("/api/events"):
            pass


@pytest.mark.usefixtures("patient")
async def test_a_plan_that_allows_less_ends_no_stream_and_refuses_new_ones(
    gateway: RunningGateway, folding: Folding
) -> None:
    async with capped(gateway, streams=1) as small:
        user = small.user(plan="pro")
        async with user.stream("/api/events") as first, user.stream("/api/events") as second:
            with psycopg.connect(gateway.settings.database_url) as connection:
                connection.execute("UPDATE subscriptions SET plan = 'free' WHERE user_id = %s", [user.id])

            problem = await refused_stream(user)
            await folding.begin(await user.submit(example_input("ideation-fitness-coach")))

            assert (problem["limit"], problem["used"]) == (1, 2)
            for frames in (first, second):
                assert (told := await frames.next())
                assert told.event == "job.requested"
