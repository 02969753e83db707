"""Signing keys of tokens: rotated without a stop, fetched rarely, and never a cause of delays."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from lodestone.errors import Unavailable
from lodestone_gateway import keys
from lodestone_gateway.keys import PublishedKeys
from support.api import SECRET, RunningGateway, User, running_gateway, token
from support.waiting import eventually

NEW = "the secret that comes after the first one, as long as it must be"


class KeyServer:
    """Publishes public keys; can be told to keep its callers waiting, or to fail."""

    def __init__(self) -> None:
        self.kids = ["one"]
        self.asked = 0
        self.fails = False
        self.answers = asyncio.Event()
        self.answers.set()
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers one request."""
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        await self.answers.wait()
        status = "503 Service Unavailable" if self.fails else "200 OK"
        body = json.dumps({"keys": [public(kid) for kid in self.kids]}).encode()
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        with contextlib.suppress(OSError):
            await writer.drain()
        writer.close()


def public(kid: str) -> dict[str, Any]:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return {**jwt.algorithms.ECAlgorithm.to_jwk(key, as_dict=True), "kid": kid, "use": "sig"}


@pytest.fixture
async def server() -> AsyncIterator[KeyServer]:
    served = KeyServer()
    listening = await asyncio.start_server(served.serve, "127.0.0.1", 0)
    async with listening:
        served.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/"
        yield served
        served.answers.set()


async def test_a_new_key_is_found_when_a_token_names_it(
    server: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "PAUSE_SECONDS", 0)
    published = PublishedKeys(server.url)
    assert [key.key_id for key in await published.of("one")] == ["one"]

    server.kids.append("two")

    assert [key.key_id for key in await published.of("two")] == ["two"]
    assert server.asked == 2


async def test_tokens_with_made_up_key_names_are_one_fetch_however_many(server: KeyServer) -> None:
    published = PublishedKeys(server.url)

    found = await asyncio.gather(*(published.of(f"made up {number}") for number in range(200)))
    found += [await published.of(f"later {number}") for number in range(200)]

    assert not any(found)
    assert server.asked == 1


async def test_a_known_key_waits_for_no_fetch(server: KeyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "PAUSE_SECONDS", 0)
    published = PublishedKeys(server.url)
    await published.of("one")
    server.answers.clear()

    strangers = [asyncio.create_task(published.of(f"made up {number}")) for number in range(100)]
    await eventually(lambda: server.asked == 2)

    assert [key.key_id for key in await published.of("one")] == ["one"]
    server.answers.set()
    assert await asyncio.gather(*strangers) == [[]] * 100


async def test_keys_that_are_not_fresh_are_good_while_nobody_publishes_them(
    server: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = PublishedKeys(server.url)
    await published.of("one")
    server.fails = True
    monkeypatch.setattr(keys, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(keys, "FRESH_SECONDS", 0)

    assert await published.of("one")
    await eventually(lambda: server.asked == 2)
    assert await published.of("one")

    with pytest.raises(Unavailable):  # the key may have been published since, and nobody can tell
        await published.of("two")


async def test_without_any_key_the_answer_is_not_that_the_token_is_bad() -> None:
    published = PublishedKeys("http://127.0.0.1:9/")

    for kid in ("one", "two"):
        with pytest.raises(Unavailable):
            await published.of(kid)
    assert await published.of(None) == []


async def test_a_secret_is_changed_without_a_stop(postgres_url: str) -> None:
    """The steps of docs/operations.md: share both secrets, sign with the new one, remove the old one."""
    both = {"jwt_secrets": {"new": NEW}}
    async with running_gateway(postgres_url) as first:
        user = first.user()
        async with running_gateway(postgres_url, **both) as second, user.stream("/api/events") as frames:
            old, new = user.token, token(user.id, secret=NEW, kid="new")
            assert [await status(second, bearer) for bearer in (old, new)] == [200, 200]
            assert frames.headers["content-type"].startswith("text/event-stream")
    async with running_gateway(postgres_url, jwt_secret=None, **both) as third:
        assert [await status(third, bearer) for bearer in (new, old)] == [200, 401]


async def test_a_kid_picks_its_secret_and_no_other(postgres_url: str) -> None:
    async with running_gateway(postgres_url, jwt_secrets={"new": NEW, "newer": NEW[::-1]}) as gateway:
        user = gateway.user()
        good = [
            (SECRET, None),
            (NEW, None),
            (NEW, "new"),
            (NEW[::-1], "newer"),
            (SECRET, "of the login itself"),
        ]
        bad = [(SECRET, "new"), (NEW, "newer"), (NEW, "unknown"), (NEW + "x", None)]

        assert {await bearer_status(gateway, user, *each) for each in good} == {200}
        assert {await bearer_status(gateway, user, *each) for each in bad} == {401}


async def bearer_status(gateway: RunningGateway, user: User, secret: str, kid: str | None) -> int:
    return await status(gateway, token(user.id, secret=secret, kid=kid))


async def status(gateway: RunningGateway, bearer: str) -> int:
    headers = {"Authorization": f"Bearer {bearer}"}
    return (await gateway.client.get("/api/jobs", headers=headers)).status_code
