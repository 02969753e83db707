"""Pages of other origins: only those that the operator names are admitted, and never by our cookie."""

from collections.abc import AsyncIterator

import pytest
from lodestone_gateway.cookies import HOST_COOKIE
from pydantic import ValidationError
from support.api import RunningGateway, running_gateway
from support.samples import example_input

OURS, OTHER = "https://app.example.com", "https://evil.example.com"
COACH = example_input("ideation-fitness-coach")
ASKED = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}


FRONT_END = "https://shop.example.com"


@pytest.fixture(scope="module")
async def open_gateway(module_postgres_url: str) -> AsyncIterator[RunningGateway]:
    """A gateway that admits one other origin."""
    async with running_gateway(
        module_postgres_url, cors_origins=f"{OURS}, http://localhost:5173", trusted_origins=FRONT_END
    ) as gateway:
        yield gateway


async def test_a_named_origin_may_do_all_that_the_client_does(open_gateway: RunningGateway) -> None:
    wanted = "authorization,content-type,idempotency-key,if-none-match,last-event-id"
    asked = {"Origin": OURS, **ASKED, "Access-Control-Request-Headers": wanted}
    answer = await open_gateway.client.options("/api/jobs", headers=asked)
    submitted = await open_gateway.user().post("/api/lead-magnet/ideate", COACH, Origin=OURS)

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == OURS
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert submitted.status_code == 202
    assert submitted.headers["access-control-allow-origin"] == OURS
    shown = {name.strip() for name in submitted.headers["access-control-expose-headers"].split(",")}
    assert {"ETag", "Retry-After", "Location"} <= shown


async def test_it_sees_errors_and_streams_too(open_gateway: RunningGateway) -> None:
    user = open_gateway.user()
    job_id = await user.submit(COACH)
    unknown = await open_gateway.client.get("/api/jobs", headers={"Origin": OURS})
    tag = (await user.get(f"/api/jobs/{job_id}")).headers["etag"]
    unchanged = await user.get(f"/api/jobs/{job_id}", Origin=OURS, If_None_Match=tag)

    assert (unknown.status_code, unchanged.status_code) == (401, 304)
    for answer in (unknown, unchanged):
        assert answer.headers["access-control-allow-origin"] == OURS
    async with user.stream(f"/api/jobs/{job_id}/events", Origin=OURS) as frames:
        assert frames.headers["access-control-allow-origin"] == OURS


async def test_the_cookie_is_not_for_it(open_gateway: RunningGateway) -> None:
    user = open_gateway.user()
    headers = {"Origin": OURS, "Cookie": f"{HOST_COOKIE}={user.token}"}
    read = await open_gateway.client.get("/api/jobs", headers=headers)
    written = await open_gateway.client.post("/api/lead-magnet/ideate", json=COACH, headers=headers)

    assert "access-control-allow-credentials" not in read.headers
    assert (written.status_code, written.json()["code"]) == (403, "FORBIDDEN")


async def test_the_cookie_is_for_a_front_end_whose_server_passes_requests_on(
    open_gateway: RunningGateway,
) -> None:
    user = open_gateway.user()
    cookie = {"Cookie": f"{HOST_COOKIE}={user.token}"}
    statuses = {}
    for origin in (FRONT_END, OURS, OTHER, f"{FRONT_END}:8443", f"{FRONT_END}.evil.example", "null", ""):
        headers = {**cookie, "Origin": origin, "Host": "gateway.internal:8400"}
        answer = await open_gateway.client.post("/api/lead-magnet/ideate", json=COACH, headers=headers)
        statuses[origin] = answer.status_code

    assert statuses.pop(FRONT_END) == 202
    assert set(statuses.values()) == {403}


async def test_other_origins_are_told_nothing(open_gateway: RunningGateway) -> None:
    asked = await open_gateway.client.options("/api/jobs", headers={"Origin": OTHER, **ASKED})
    read = await open_gateway.user().get("/api/jobs", Origin=OTHER)

    assert asked.status_code == 400
    for answer in (asked, read):
        assert "access-control-allow-origin" not in answer.headers


async def test_without_the_setting_there_is_no_other_origin(gateway: RunningGateway) -> None:
    asked = await gateway.client.options("/api/jobs", headers={"Origin": OURS, **ASKED})
    read = await gateway.user().get("/api/jobs", Origin=OURS)

    assert asked.status_code == 401
    for answer in (asked, read):
        assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    "wrong", ["*", "app.example.com", "https://app.example.com/", "ftp://a.example", "null"]
)
async def test_what_is_no_origin_is_refused_at_the_start(gateway: RunningGateway, wrong: str) -> None:
    for setting in ("cors_origins", "trusted_origins"):
        with pytest.raises(ValidationError, match="is not an origin"):
            type(gateway.settings).model_validate({**gateway.settings.model_dump(), setting: wrong})
