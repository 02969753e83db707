"""Who sent a request: the token in its header, and whether it comes from a page of ours."""

import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import jwt
import pytest
from lodestone.errors import Unauthorized
from lodestone_gateway import auth
from lodestone_gateway.auth import Authenticator, _bearer, is_own_origin
from lodestone_gateway.settings import GatewaySettings
from pydantic import SecretStr
from starlette.datastructures import Headers
from support.api import SECRET, token

USER = UUID(int=1)
DECODED = jwt.decode


class OneKey:
    """A key that can be withdrawn."""

    algorithms: Sequence[str] = ("HS256",)

    def __init__(self) -> None:
        self.keys = [SECRET]

    async def of(self, _kid: str | None) -> Sequence[str]:
        """The key."""
        return self.keys


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> OneKey:
    key = OneKey()
    monkeypatch.setattr(auth, "keys", lambda _: key)
    return key


@pytest.fixture
def authenticator(key: OneKey) -> Authenticator:
    return Authenticator(
        GatewaySettings(
            database_url="postgresql://nowhere/none",
            nats_url="nats://127.0.0.1:9",
            jwt_secret=SecretStr(SECRET),
            jwt_audience="lodestone",
            local=True,
        )
    )


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tokens whose signatures were checked."""
    found: list[str] = []

    def decode(token: str, *given: Any, **named: Any) -> dict[str, Any]:
        found.append(token)
        return DECODED(token, *given, **named)

    monkeypatch.setattr(jwt, "decode", decode)
    return found


async def test_a_token_is_verified_once(authenticator: Authenticator, decoded: list[str]) -> None:
    sent = token(USER, role="operator")

    users = [await authenticator.verify(sent) for _ in range(3)]

    assert decoded == [sent]
    assert {(user.id, user.is_operator) for user in users} == {(USER, True)}


async def test_a_token_that_has_ended_is_judged_anew(
    authenticator: Authenticator, decoded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    exp = int(time.time()) + 60
    sent = token(USER, exp=exp + 0.9)  # the fraction does not count
    end = exp + auth.CLOCK_SKEW_SECONDS

    for moment in (exp, end - 0.01, end):
        monkeypatch.setattr(time, "time", lambda now=moment: now)
        await authenticator.verify(sent)

    assert decoded == [sent, sent]


@pytest.mark.parametrize("later", [[], ["another secret of at least thirty-two bytes"]])
async def test_a_verified_token_is_refused_once_its_key_is_withdrawn(
    authenticator: Authenticator, key: OneKey, later: list[str]
) -> None:
    sent = token(USER)
    await authenticator.verify(sent)

    key.keys = later

    with pytest.raises(Unauthorized):
        await authenticator.verify(sent)


async def test_a_token_that_was_refused_is_judged_anew(authenticator: Authenticator, key: OneKey) -> None:
    sent, key.keys = token(USER), []
    with pytest.raises(Unauthorized):
        await authenticator.verify(sent)

    key.keys = [SECRET]

    assert (await authenticator.verify(sent)).id == USER


async def test_few_tokens_are_remembered(
    authenticator: Authenticator, decoded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth, "VERIFIED_TOKENS", 2)
    first, *others = [token(USER, number=number) for number in range(3)]

    for sent in (first, *others, *others, first):
        await authenticator.verify(sent)

    assert decoded == [first, *others, first]


@pytest.mark.parametrize("header", ["Bearer abc", "bearer abc", "BEARER   abc "])
def test_a_token_is_sent_as_bearer(header: str) -> None:
    assert _bearer(header) == "abc"


@pytest.mark.parametrize(
    "header", ["", "abc", "Basic abc", "Bearer", "Bearer  ", "Bearerabc", "Tok Bearer abc"]
)
def test_anything_else_is_told_how_to_send_one(header: str) -> None:
    with pytest.raises(Unauthorized, match="Authorization: Bearer <token>"):
        _bearer(header)


@pytest.mark.parametrize(
    ("origin", "host", "is_own"),
    [
        ("https://example.org", "example.org", True),
        ("http://example.org", "example.org", True),
        ("http://127.0.0.1:8400", "127.0.0.1:8400", True),
        ("http://[::1]:8400", "[::1]:8400", True),
        ("https://example.org:8443", "example.org", False),
        ("https://example.org.evil.example", "example.org", False),
        ("https://user@example.org", "example.org", False),
        ("ftp://example.org", "example.org", False),
        ("//example.org", "example.org", False),
        ("example.org", "example.org", False),
        ("null", "example.org", False),
        ("", "", False),
        ("https://[", "example.org", False),
        ("https://]", "]", False),
    ],
)
def test_a_page_of_ours_has_the_host_that_it_asks(origin: str, host: str, is_own: bool) -> None:
    assert is_own_origin(Headers({"origin": origin, "host": host})) is is_own


def test_without_an_origin_nothing_is_ours() -> None:
    assert not is_own_origin(Headers({"host": "example.org"}))
    assert not is_own_origin(Headers({}))
