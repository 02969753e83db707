"""The headers of every answer to a browser, whatever its status."""

from collections.abc import Iterator

import pytest
from lodestone.ids import new_id
from lodestone_gateway.app import describe_http
from lodestone_gateway.web.assets import assets
from support.api import RunningGateway, User, running_gateway
from support.pages import send

SAME = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "strict-transport-security": "max-age=31536000",
}
KEPT = "public, max-age=31536000, immutable"
PAGES = ["/create", "/create/own", "/library", "/jobs", "/signed-out", f"/library/{new_id()}", "/nowhere"]


def operations() -> Iterator[tuple[str, str]]:
    for path, methods in describe_http()["paths"].items():
        filled = "/".join(str(new_id()) if part.startswith("{") else part for part in path.split("/"))
        yield from ((method.upper(), filled) for method in methods)


def check(headers: dict[str, str], cache: str = "no-store") -> None:
    assert headers.items() >= {**SAME, "cache-control": cache}.items()
    assert "camera=()" in headers["permissions-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]


async def test_every_operation_and_its_errors(gateway: RunningGateway, user: User) -> None:
    operator = gateway.user(role="operator")
    for method, path in operations():
        if path == "/api/events":
            continue
        for caller in (user, operator) if "/ops/" in path else (user,):
            check(dict((await caller.send(method, path, {})).headers))
        check(dict((await gateway.client.request(method, path)).headers))
        check(dict((await gateway.client.options(path)).headers))


async def test_every_page(gateway: RunningGateway, user: User) -> None:
    for path in PAGES:
        for visitor in (user, None):
            check(dict((await send(gateway, visitor, "GET", path)).headers))
            check(dict((await send(gateway, visitor, "POST", path, {})).headers))


async def test_streams_and_files_say_themselves_how_long_they_are_kept(
    gateway: RunningGateway, user: User
) -> None:
    async with user.stream("/api/events") as frames:
        check(dict(frames.headers), "no-cache, no-transform")
    for name in assets().files:
        check(dict((await gateway.client.get(assets().url(name))).headers), KEPT)
    check(dict((await gateway.client.get("/static/0/app.css")).headers))


async def test_an_error_that_nobody_expected(
    gateway: RunningGateway, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lodestone_gateway.api.account.read_usage", None)
    answer = await user.get("/api/usage")

    assert answer.status_code == 500
    check(dict(answer.headers))


async def test_a_system_without_tls_promises_none(postgres_url: str) -> None:
    async with running_gateway(postgres_url, local=True) as gateway:
        assert "strict-transport-security" not in (await gateway.client.get("/healthz")).headers
