"""Signing in through an external login, and out: the cookies that a browser keeps, and who may set them."""

from collections.abc import AsyncIterator

import pytest
from lodestone_gateway.cookies import HOST_COOKIE
from support.api import RunningGateway, User, running_gateway
from support.pages import send

LOGIN = "https://login.example.com"
STRICT = {"Path=/", "Secure", "HttpOnly", "SameSite=lax"}


@pytest.fixture(scope="module")
async def gateway(module_postgres_url: str) -> AsyncIterator[RunningGateway]:
    """A gateway with a login on another host."""
    async with running_gateway(module_postgres_url, sign_in_url=f"{LOGIN}/in") as gateway:
        yield gateway


async def test_a_page_without_a_session_leads_to_the_login_and_back(
    gateway: RunningGateway, user: User
) -> None:
    away = await send(gateway, None, "GET", "/library?page=2")
    place = f"{gateway.url}/library?page=2"

    form = {"token": user.token, "return_to": place}
    back = await send(gateway, None, "POST", "/sign-in", form, Origin=LOGIN)

    assert away.status_code == 302
    assert away.headers["location"].startswith(f"{LOGIN}/in?return_to=")
    assert (back.status_code, back.headers["location"]) == (303, "/library?page=2")
    kept, *traits = back.headers["set-cookie"].split("; ")
    assert kept == f"{HOST_COOKIE}={user.token}"
    assert set(traits) > STRICT
    assert not [trait for trait in traits if trait.startswith("Domain")]
    [seconds] = [int(trait.removeprefix("Max-Age=")) for trait in traits if trait.startswith("Max-Age=")]
    assert 3000 < seconds <= 3610  # as long as the token is valid


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "", "https://login.example.com.evil.example"]
)
async def test_another_page_signs_nobody_in_or_out(gateway: RunningGateway, user: User, origin: str) -> None:
    for path, form in (("/sign-in", {"token": user.token}), ("/sign-out", {})):
        answer = await send(gateway, user, "POST", path, form, Origin=origin)

        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


async def test_a_token_that_does_not_hold_makes_no_session(gateway: RunningGateway) -> None:
    for token in ("", "x.y.z", gateway.user(aud="other").token):
        answer = await send(gateway, None, "POST", "/sign-in", {"token": token}, Origin=LOGIN)

        assert answer.status_code == 401
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "evil",
        "",
        "http:///x",
    ],
)
async def test_after_signing_in_nobody_lands_elsewhere(
    gateway: RunningGateway, user: User, place: str
) -> None:
    form = {"token": user.token, "return_to": place}

    answer = await send(gateway, None, "POST", "/sign-in", form, Origin=LOGIN)

    assert answer.headers["location"] in ("/create", "/x")


async def test_signing_out_takes_the_cookie_and_what_was_typed_from_the_browser(
    gateway: RunningGateway, user: User
) -> None:
    page = await send(gateway, user, "GET", "/jobs")
    out = await send(gateway, user, "POST", "/sign-out", {})
    said = await send(gateway, None, "GET", out.headers["location"])

    assert 'action="/sign-out"' in page.text
    assert out.status_code == 303
    assert out.headers["set-cookie"].startswith(f'{HOST_COOKIE}=""; ')
    assert set(out.headers["set-cookie"].split("; ")) > {"Max-Age=0", *STRICT}
    assert out.headers["clear-site-data"] == '"storage"'
    assert (said.status_code, "You are signed out" in said.text) == (200, True)


async def test_a_script_of_a_page_is_told_that_the_session_is_over(gateway: RunningGateway) -> None:
    answer = await send(gateway, None, "GET", "/jobs", **{"Sec-Fetch-Mode": "cors"})

    assert answer.status_code == 401  # the page would take a redirect to another host for being offline
