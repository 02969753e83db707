"""Who may send requests, and whose rows they see."""

import asyncio
import base64
import contextlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lodestone.ids import new_id
from lodestone_gateway.cookies import HOST_COOKIE
from support.api import MEANT, SECRET, RunningGateway, User, running_gateway, token
from support.samples import example_input

COACH = example_input("ideation-fitness-coach")
SOMEBODY = UUID("0199aa00-0000-7000-8000-0000000000aa")


@contextlib.asynccontextmanager
async def json_server(document: Any) -> AsyncIterator[str]:
    """The URL that serves `document`."""
    body = json.dumps(document).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


def unsigned(claims: dict[str, Any]) -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, claims)]
    return ".".join([*(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts), ""])


def signed(claims: dict[str, Any], algorithm: str = "HS256") -> str:
    return jwt.encode({**MEANT, **claims}, SECRET, algorithm=algorithm)


def in_an_hour() -> float:
    return time.time() + 3600


TOKENS = {
    "other secret": token(SOMEBODY, secret="another secret of thirty-two bytes"),
    "expired": token(SOMEBODY, seconds=-60),
    "not yet": signed({"sub": str(SOMEBODY), "exp": in_an_hour(), "nbf": in_an_hour()}),
    "no end": signed({"sub": str(SOMEBODY)}),
    "no subject": signed({"exp": in_an_hour()}),
    "subject is no id": signed({"sub": "demo", "exp": in_an_hour()}),
    "subject is a number": signed({"sub": "5", "exp": in_an_hour()}),
    "end is no time": signed({"sub": str(SOMEBODY), "exp": 10**400}),
    "alg none": unsigned({**MEANT, "sub": str(SOMEBODY), "exp": in_an_hour()}),
    "other algorithm": signed({"sub": str(SOMEBODY), "exp": in_an_hour()}, "HS512"),
    "rubbish": "x.y.z",
    "no token": "",
}


@pytest.mark.parametrize("case", TOKENS)
async def test_a_token_that_does_not_hold_is_401(gateway: RunningGateway, case: str) -> None:
    headers = {"Authorization": f"Bearer {TOKENS[case]}".strip()}

    for answer in (
        await gateway.client.get("/api/jobs", headers=headers),
        await gateway.client.post("/api/lead-magnet/ideate", json=COACH, headers=headers),
        await gateway.client.get("/api/events", headers={**headers, "Accept": "text/event-stream"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHORIZED")
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_no_token_is_401(gateway: RunningGateway) -> None:
    assert (await gateway.client.get("/api/jobs")).status_code == 401


@pytest.mark.parametrize("role", ["user", "operator"])
async def test_a_token_of_another_audience_or_issuer_is_401(gateway: RunningGateway, role: str) -> None:
    path = "/api/ops/jobs" if role == "operator" else "/api/jobs"
    foreign: list[dict[str, Any]] = [
        {"aud": "other"},
        {"iss": "https://evil.example"},
        {"aud": []},
        {"iss": ""},
    ]

    assert (await gateway.user(role=role).get(path)).status_code == 200
    for claims in foreign:
        assert (await gateway.user(role=role, **claims).get(path)).status_code == 401, claims


async def test_keys_may_come_from_a_url(postgres_url: str) -> None:
    key, foreign = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    public = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    keys = {"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]}
    claims = {**MEANT, "sub": str(SOMEBODY), "exp": in_an_hour()}
    async with (
        json_server(keys) as url,
        running_gateway(postgres_url, jwt_secret=None, jwks_url=url, local=True) as gateway,
    ):
        statuses = []
        for signer, kid in ((key, "one"), (foreign, "one"), (key, "two")):
            bearer = jwt.encode(claims, signer, algorithm="RS256", headers={"kid": kid})
            answer = await gateway.client.get("/api/jobs", headers={"Authorization": f"Bearer {bearer}"})
            statuses.append(answer.status_code)
        ours = await gateway.user().get("/api/jobs")
        confused = await gateway.client.get(
            "/api/jobs", headers=bearer_of(signed_with_public_key(key, claims))
        )
        pointing = jwt.encode(claims, foreign, algorithm="RS256", headers={"kid": "one", "jku": url})
        pointed = await gateway.client.get("/api/jobs", headers=bearer_of(pointing))
        nameless = await gateway.client.get(
            "/api/jobs", headers=bearer_of(jwt.encode(claims, key, algorithm="RS256"))
        )

        assert statuses == [200, 401, 401]
        assert ours.status_code == 401  # HS256 is refused if keys are public
        assert (confused.status_code, pointed.status_code, nameless.status_code) == (401, 401, 401)


def bearer_of(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def signed_with_public_key(key: rsa.RSAPrivateKey, claims: dict[str, Any]) -> str:
    """HS256 with the public key as the secret: valid for a verifier that trusts the token's own algorithm."""
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    parts = [json.dumps(part).encode() for part in ({"alg": "HS256", "kid": "one"}, claims)]
    signed_part = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
    signature = hmac.digest(public, signed_part.encode(), "sha256")
    return f"{signed_part}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


async def test_the_session_cookie_holds_the_same_token(gateway: RunningGateway, user: User) -> None:
    cookie = {"Cookie": f"other=1; {HOST_COOKIE}={user.token}"}
    own = {**cookie, "Origin": gateway.url}

    assert (await gateway.client.get("/api/jobs", headers=cookie)).status_code == 200
    assert (await gateway.client.post("/api/lead-magnet/ideate", json=COACH, headers=own)).status_code == 202


@pytest.mark.parametrize("other", ['{"i_l":0}', "a b", '"open'])
async def test_another_applications_cookie_signs_nobody_out(
    gateway: RunningGateway, user: User, other: str
) -> None:
    headers = {"Cookie": f"{other}; {HOST_COOKIE}={user.token}", "Origin": gateway.url}

    assert (
        await gateway.client.post("/api/lead-magnet/ideate", json=COACH, headers=headers)
    ).status_code == 202


async def test_a_cookie_that_a_neighbouring_host_could_have_set_is_no_session(
    gateway: RunningGateway, user: User
) -> None:
    for name in ("lodestone_session", "__Secure-lodestone_session", "__host-lodestone_session"):
        answer = await gateway.client.get("/api/jobs", headers={"Cookie": f"{name}={user.token}"})
        assert answer.status_code == 401, name


async def test_of_two_cookies_of_our_name_the_one_that_holds_counts(
    gateway: RunningGateway, user: User
) -> None:
    for values in (("stale", user.token), (user.token, "stale")):
        cookies = "; ".join(f"{HOST_COOKIE}={value}" for value in values)
        assert (await gateway.client.get("/api/jobs", headers={"Cookie": cookies})).status_code == 200


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null", "http://127.0.0.1:1"])
async def test_another_sites_page_cannot_use_the_cookie(
    gateway: RunningGateway, user: User, origin: str | None
) -> None:
    headers = {"Cookie": f"{HOST_COOKIE}={user.token}"} | ({"Origin": origin} if origin else {})

    answer = await gateway.client.post("/api/lead-magnet/ideate", json=COACH, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")
    assert (await user.get("/api/jobs")).json()["items"] == []


@pytest.mark.parametrize("path", ["", "/events", "?wait=5", "/cancel", "/retry"])
async def test_somebody_elses_job_is_404_as_an_unknown_one(
    gateway: RunningGateway, user: User, path: str
) -> None:
    job_id = await gateway.user().submit(COACH)
    send = user.post if path in ("/cancel", "/retry") else user.get

    theirs, unknown = await send(f"/api/jobs/{job_id}{path}"), await send(f"/api/jobs/{new_id()}{path}")
    malformed = await send(f"/api/jobs/not-an-id{path}")

    assert (theirs.status_code, theirs.json()["code"]) == (404, "NOT_FOUND")
    assert theirs.json() == unknown.json() == malformed.json()


async def test_somebody_elses_stream_is_404(gateway: RunningGateway, user: User) -> None:
    job_id = await gateway.user().submit(COACH)

    answer = await user.get(f"/api/jobs/{job_id}/events", Accept="text/event-stream")

    assert answer.status_code == 404


async def test_lists_hold_only_the_callers_jobs(gateway: RunningGateway, user: User) -> None:
    await gateway.user().submit(COACH)
    mine = await user.submit(COACH)

    assert [job["id"] for job in (await user.get("/api/jobs")).json()["items"]] == [str(mine)]


@pytest.mark.parametrize("id", ["", "%00", "x" * 300, "0199AA00-0000-7000-8000-000000000001x", "{}"])
async def test_a_malformed_id_is_404(user: User, id: str) -> None:
    answer = await user.get(f"/api/jobs/{id}")

    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
