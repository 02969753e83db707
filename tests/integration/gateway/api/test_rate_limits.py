"""Rate limits over HTTP: one for all gateway processes, over their restarts, for reads and pages too."""

import asyncio
import re
from collections.abc import AsyncIterator

import httpx2
import psycopg
import pytest
from lodestone.wire import JsonObject
from support.api import RunningGateway, User, running_gateway
from support.backends import PostgresServer
from support.samples import example_input

COACH = example_input("ideation-fitness-coach")
POSTS = {
    "jobType": "posts",
    "input": example_input("posts"),
}  # accepted in a group
TEN = "10/hour"
SUBMIT = "/api/lead-magnet/ideate"
EXPORT = "/api/account/export"
FIELD = re.compile(r'"submissions";r=(\d+);t=(\d+), "requests";r=(\d+);t=(\d+)')


@pytest.fixture
async def gateways(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[RunningGateway]]:
    """Two, over one database that answers in time, however busy the machine is."""
    for patience in ("ASK_SECONDS", "ROUND_SECONDS"):
        monkeypatch.setattr(f"lodestone_gateway.rates.sharing.{patience}", 20.0)
    async with (
        running_gateway(postgres_url, rate_limit=TEN) as one,
        running_gateway(postgres_url, rate_limit=TEN) as other,
    ):
        yield [one, other]


def at_each(gateways: list[RunningGateway]) -> list[User]:
    """The same user, at each of them."""
    user = gateways[0].user()
    return [user, *(gateway.user(user.id) for gateway in gateways[1:])]


async def submitted(user: User, times: int) -> list[int]:
    """The statuses of so many submissions, one after the other."""
    return [(await user.post(SUBMIT, COACH)).status_code for _ in range(times)]


async def test_two_gateways_admit_together_what_one_may(gateways: list[RunningGateway]) -> None:
    one, other = at_each(gateways)

    statuses = [status for _ in range(6) for user in (one, other) for status in await submitted(user, 1)]

    assert statuses == [202] * 10 + [429] * 2


async def test_requests_at_the_same_moment_exceed_nothing(gateways: list[RunningGateway]) -> None:
    users = at_each(gateways)
    await asyncio.gather(*(user.get("/api/jobs") for user in users))  # creates the user's row

    answers = await asyncio.gather(*(user.post(SUBMIT, COACH) for user in users for _ in range(10)))

    accepted = [answer for answer in answers if answer.status_code == 202]
    assert 8 <= len(accepted) <= 10
    assert {answer.status_code for answer in answers} == {202, 429}


async def test_a_restart_forgets_nothing(postgres_url: str) -> None:
    async with running_gateway(postgres_url, rate_limit=TEN) as gateway:
        user = gateway.user()
        assert await submitted(user, 7) == [202] * 7

    async with running_gateway(postgres_url, rate_limit=TEN) as gateway:
        assert await submitted(gateway.user(user.id), 4) == [202] * 3 + [429]


async def test_a_gateway_goes_on_alone_while_the_others_cannot_be_told(postgres_url: str) -> None:
    async with running_gateway(postgres_url, rate_limit=TEN) as gateway:
        user = gateway.user()
        assert await submitted(user, 8) == [202] * 8
        with psycopg.connect(postgres_url) as connection:
            held = "SELECT FROM rate_limits WHERE user_id = %s FOR UPDATE"
            connection.execute(held, [user.id])
            assert await submitted(user, 3) == [202] * 2 + [429]

    with psycopg.connect(postgres_url) as connection:
        missing = "SELECT extract(epoch FROM full_at - now()) FROM rate_limits WHERE rate = 'submissions'"
        [(seconds,)] = connection.execute(missing).fetchall()
    assert 3400 < seconds <= 3600, "it was told afterwards"


async def test_without_postgres_what_needs_none_is_answered_and_counted(
    own_postgres: PostgresServer,
) -> None:
    async with running_gateway(own_postgres.url, requests_per_second=2) as gateway:
        user = gateway.user()
        ask = "/api/questions?archetype=single-system"
        first = await user.get(ask)
        own_postgres.stop()
        later = [await user.get(ask) for _ in range(5)]
        own_postgres.start()

    assert [answer.status_code for answer in (first, *later)] == [200] * 6
    assert all(left_of(answer, "requests") < 480 for answer in later)


def left_of(answer: httpx2.Response, rate: str) -> int:
    """How many requests the answer says are left."""
    found = FIELD.fullmatch(answer.headers["ratelimit"])
    assert found, answer.headers["ratelimit"]
    return int(found[1 if rate == "submissions" else 3])


async def test_costly_reads_count_at_all_gateways_together(postgres_url: str) -> None:
    async with (
        running_gateway(postgres_url, requests_per_second=1) as first,
        running_gateway(postgres_url, requests_per_second=1) as second,
    ):
        one, other = at_each([first, second])
        statuses = [(await user.get(EXPORT)).status_code for user in (one, other)]
        refused = await one.get(EXPORT)
        read = await other.get("/api/usage")

    assert statuses == [200, 200]
    assert (refused.status_code, refused.json()["code"]) == (429, "RATE_LIMITED")
    assert int(refused.headers["retry-after"]) == refused.json()["retryAfterSeconds"] > 0
    assert refused.json()["detail"].startswith("You send too many requests; try again in ")
    assert read.status_code == 200


async def test_pages_count_and_their_refusal_is_a_page(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lodestone_gateway.web.pages.PAGE", 200)
    async with running_gateway(postgres_url, requests_per_second=1) as gateway:
        user = gateway.user()
        shown, refused = [await user.get("/jobs") for _ in range(2)]

    assert (shown.status_code, left_of(shown, "requests") < 100) == (200, True)
    assert (refused.status_code, int(refused.headers["retry-after"]) > 0) == (429, True)
    assert refused.headers["content-type"].startswith("text/html")
    assert "You send too many requests; try again in " in refused.text


async def test_answers_say_what_is_left(gateways: list[RunningGateway]) -> None:
    user = gateways[0].user()

    read = await user.get("/api/jobs")
    made = await user.post(SUBMIT, COACH)

    assert read.headers["ratelimit-policy"] == '"submissions";q=10;w=3600, "requests";q=2400000;w=60'
    assert (left_of(read, "submissions"), left_of(made, "submissions")) == (10, 9)
    assert left_of(read, "requests") <= 2_400_000


@pytest.mark.parametrize(("path", "body"), [(SUBMIT, COACH), ("/api/jobs", POSTS)])
async def test_a_replay_costs_no_submission(
    gateways: list[RunningGateway], path: str, body: JsonObject
) -> None:
    user = gateways[0].user()

    first, *again = [await user.post(path, body, Idempotency_Key="once") for _ in range(4)]

    assert [answer.status_code for answer in (first, *again)] == [202, *[200] * 3]
    assert left_of(again[-1], "submissions") == 9


async def test_a_replay_is_answered_though_no_submission_is_left(gateways: list[RunningGateway]) -> None:
    user = gateways[0].user()
    first = await user.post("/api/jobs", POSTS, Idempotency_Key="once")
    await submitted(user, 9)

    another = await user.post("/api/jobs", POSTS, Idempotency_Key="twice")
    again = await user.post("/api/jobs", POSTS, Idempotency_Key="once")

    assert [answer.status_code for answer in (first, another, again)] == [202, 429, 200]
    assert again.json()["jobId"] == first.json()["jobId"]
