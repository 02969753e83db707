"""Plain streams of a job, which skip the framework, are answered exactly as their route answers them."""

import httpx2
import pytest
from support.api import Projection, RunningGateway, User
from support.framework import note_routes, same_head
from support.samples import example_input

COACH = example_input("ideation-fitness-coach")
STREAM = "text/event-stream"
BY_ROUTE = "?usual"  # a query that says nothing
UNKNOWN = "0199aa00-0000-7000-8000-000000000001"
ITS_OWN = {"date", "ratelimit"}
ROUTE = "/api/jobs/{job_id}/events"


@pytest.fixture
def by_framework(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the requests that reached a route."""
    return note_routes(monkeypatch)


def alike(quick: httpx2.Response, usual: httpx2.Response) -> None:
    same_head(quick, usual, besides=ITS_OWN)
    assert quick.content == usual.content


@pytest.mark.parametrize("seen", ["", "0", "1", "2"])
async def test_a_stream_is_the_same(
    user: User, projection: Projection, by_framework: list[str], seen: str
) -> None:
    job_id = await user.submit(COACH)
    await projection.fold(job_id, "requested", "cancelled")
    path, sent = f"/api/jobs/{job_id}/events", {"Accept": STREAM} | ({"Last_Event_ID": seen} if seen else {})

    quick = await user.get(path, **sent)
    assert by_framework == []
    usual = await user.get(path + BY_ROUTE, **sent)

    assert by_framework == [path]
    alike(quick, usual)
    assert quick.status_code == (204 if seen == "2" else 200)


async def test_an_open_stream_tells_what_comes(user: User, projection: Projection) -> None:
    job_id = await user.submit(COACH)
    async with (
        user.stream(f"/api/jobs/{job_id}/events") as quick,
        user.stream(f"/api/jobs/{job_id}/events{BY_ROUTE}") as usual,
    ):
        await projection.fold(job_id, "requested")
        await projection.fold(job_id, "cancelled")
        told = [await each.rest() for each in (quick, usual)]

    assert told[0] == told[1]
    assert [frame.event for frame in told[0]] == ["job.requested", "job.cancelled"]


@pytest.mark.parametrize(
    ("job", "sent"),
    [
        (UNKNOWN, {}),
        ("none", {}),
        (UNKNOWN, {"Last_Event_ID": "last"}),
        (UNKNOWN, {"Last_Event_ID": "9" * 30}),
        (UNKNOWN, {"Authorization": "Bearer none"}),
    ],
)
async def test_a_refusal_is_the_same(user: User, job: str, sent: dict[str, str]) -> None:
    quick, usual = [
        await user.get(f"/api/jobs/{job}/events{query}", Accept=STREAM, **sent) for query in ("", BY_ROUTE)
    ]

    alike(quick, usual)
    assert quick.status_code in (401, 404, 422)


async def test_the_metrics_name_the_route(gateway: RunningGateway, user: User) -> None:
    before = await refused(gateway)

    for query in ("", BY_ROUTE):
        await user.get(f"/api/jobs/{UNKNOWN}/events{query}", Accept=STREAM)

    assert await refused(gateway) == before + 2


async def refused(gateway: RunningGateway) -> float:
    """How many streams were refused, by the metric that names their route."""
    _, _, told = (await gateway.health("/metrics")).text.partition(
        f'lodestone_http_request_seconds_count{{method="GET",route="{ROUTE}",status="404"}}'
    )
    return float(told.split()[0]) if told else 0.0
