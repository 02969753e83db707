"""Plain submissions, which skip the framework, are answered exactly as their route answers them."""

from typing import Any

import httpx2
import pytest
from support.api import RunningGateway, User, running_gateway
from support.framework import note_routes, same_head
from support.samples import example_input

COACH = example_input("ideation-fitness-coach")
POSTS = example_input("posts")
CHARSET = "application/json; charset=utf-8"  # for the framework it is JSON as well
ITS_OWN = {"date", "location", "ratelimit"}
UNKNOWN = "0199aa00-0000-7000-8000-000000000001"


@pytest.fixture
def by_framework(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the requests that reached a route."""
    return note_routes(monkeypatch)


def alike(quick: httpx2.Response, usual: httpx2.Response) -> None:
    same_head(quick, usual, besides=ITS_OWN)
    assert ("location" in quick.headers) == ("location" in usual.headers)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/jobs", {"jobType": "ideation", "input": COACH, "priority": "bulk"}),
        ("/api/jobs", {"jobType": "posts", "input": POSTS}),
        ("/api/lead-magnet/ideate", COACH),
        ("/api/lead-magnet/posts", POSTS),
    ],
)
async def test_a_job_is_accepted_likewise(user: User, by_framework: list[str], path: str, body: Any) -> None:
    quick, again = [await user.post(path, body, Idempotency_Key="quick") for _ in range(2)]
    assert by_framework == []
    usual, usual_again = [
        await user.post(path, body, Idempotency_Key="usual", Content_Type=CHARSET) for _ in range(2)
    ]
    assert by_framework == [path] * 2

    alike(quick, usual)
    alike(again, usual_again)
    assert quick.headers["location"] == f"/api/jobs/{quick.json()['jobId']}"
    assert list(quick.json()) == list(usual.json())
    assert quick.content == again.content
    jobs = [await user.job(answer.json()["jobId"]) for answer in (quick, usual)]
    same = [(job["jobType"], job["input"], job["priority"], job["maxAttempts"]) for job in jobs]
    assert same[0] == same[1]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"jobType": "unknown", "input": {}}',
        b'{"jobType": "posts", "input": {}}',
        b'{"jobType": "polish", "input": {"leadMagnetId": "%s"}}' % UNKNOWN.encode(),
        b'{"jobType": "polish", "leadMagnetId": 1, "input": {"leadMagnetId": 2}}',
        b'{"jobType": "posts", "input": {"topic": "\\ud800"}}',
        b'{"jobType": "posts", "input": {"topic": "\xff"}}',
        b"[" * 5000,
    ],
)
@pytest.mark.parametrize("key", ["k", "k" * 256])
async def test_a_refusal_is_the_same(user: User, body: bytes, key: str) -> None:
    quick = await user.send("POST", "/api/jobs", body, Idempotency_Key=key)
    usual = await user.send("POST", "/api/jobs", body, Idempotency_Key=key, Content_Type=CHARSET)

    alike(quick, usual)
    assert quick.json() == usual.json()
    assert quick.status_code in (404, 422)


async def test_other_refusals_are_the_same(postgres_url: str) -> None:
    async with running_gateway(postgres_url, rate_limit="1/minute") as gateway:
        user = gateway.user()
        await user.submit(COACH)

        quick, usual = [
            await user.post("/api/lead-magnet/ideate", COACH, Content_Type=kind)
            for kind in ("application/json", CHARSET)
        ]

        alike(quick, usual)
        assert (quick.status_code, quick.json()["code"]) == (429, "RATE_LIMITED")


async def test_the_metrics_name_the_route(gateway: RunningGateway, user: User) -> None:
    await user.post("/api/jobs", {"jobType": "ideation", "input": COACH})
    await user.post("/api/jobs", {"jobType": "ideation", "input": COACH}, Content_Type=CHARSET)

    told = (await gateway.health("/metrics")).text
    line = 'lodestone_http_request_seconds_count{method="POST",route="/api/jobs",status="202"}'
    assert float(told.split(line)[1].split()[0]) >= 2
