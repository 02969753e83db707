"""Sessions of pages: local users by name, none on a foreign host, and the identity provider's own page."""

import uuid
from typing import Any

import pytest
from lodestone.errors import Forbidden, Misconfigured, Unauthorized
from lodestone.settings import read_settings
from lodestone_gateway.auth import Authenticator
from lodestone_gateway.cookies import LOCAL_COOKIE
from lodestone_gateway.settings import GatewaySettings
from lodestone_gateway.web.session import Sessions
from starlette.requests import Request

DEMO, OPERATOR = uuid.uuid4(), uuid.uuid4()
SECRET = "s" * 32


def sessions(**given: Any) -> Sessions:
    known: dict[str, Any] = {"nats_url": "nats://x", "database_url": "postgresql://x", "jwt_secret": SECRET}
    local = {"local": True, "local_users": {"demo": DEMO, "operator": OPERATOR}}
    settings = GatewaySettings(**known, **(given or local))
    return Sessions(settings, Authenticator(settings))


def request(method: str = "GET", *, host: str = "127.0.0.1:8400", **headers: str) -> Request:
    named = [(name.encode(), value.encode()) for name, value in {"host": host, **headers}.items()]
    scope = {"type": "http", "method": method, "path": "/create", "query_string": b"", "headers": named}
    return Request({**scope, "scheme": "http", "server": ("127.0.0.1", 8400)})


async def test_the_first_local_user_is_signed_in_unasked() -> None:
    asked = request()

    token = await sessions().open(asked)

    assert token
    assert asked.state.user.id == DEMO
    again = request(cookie=f"{LOCAL_COOKIE}={token}")
    assert await sessions().open(again) is None
    assert again.state.user == asked.state.user


@pytest.mark.parametrize("host", ["lodestone.example", "127.0.0.1.example:8400", ""])
async def test_a_foreign_name_of_this_machine_opens_no_session(host: str) -> None:
    with pytest.raises(Unauthorized):
        await sessions().open(request(host=host))


async def test_a_form_opens_no_session() -> None:
    with pytest.raises(Unauthorized):
        await sessions().open(request("POST"))


async def test_a_form_of_a_foreign_page_is_refused() -> None:
    token = sessions().sign_in("demo")

    with pytest.raises(Forbidden):
        await sessions().open(
            request("POST", cookie=f"{LOCAL_COOKIE}={token}", origin="https://elsewhere.example")
        )


async def test_the_local_operator_has_the_role() -> None:
    asked = request(cookie=f"{LOCAL_COOKIE}={sessions().sign_in('operator')}")

    await sessions().open(asked)

    assert asked.state.user.is_operator


def test_only_known_names_sign_in() -> None:
    with pytest.raises(Forbidden):
        sessions().sign_in("somebody")


async def test_elsewhere_the_identity_provider_signs_in_and_comes_back() -> None:
    meant = {"jwt_audience": "lodestone", "jwt_issuer": "https://id.example"}
    there = sessions(sign_in_url="https://id.example/in?app=lodestone", **meant)
    asked = request()

    with pytest.raises(Unauthorized):
        await there.open(asked)

    answer = there.way_in(asked)
    assert answer is not None
    assert answer.status_code == 302
    assert answer.headers["location"] == (
        "https://id.example/in?app=lodestone&return_to=http%3A%2F%2F127.0.0.1%3A8400%2Fcreate"
    )


def test_local_users_are_for_one_machine_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"NATS_URL": "n", "DATABASE_URL": "postgresql://d", "JWT_SECRET": SECRET}.items():
        monkeypatch.setenv(f"LODESTONE_{name}", value)
    monkeypatch.setenv("LODESTONE_LOCAL_USERS", f'{{"demo": "{DEMO}"}}')

    with pytest.raises(Misconfigured, match="lodestone up"):
        read_settings(GatewaySettings)
