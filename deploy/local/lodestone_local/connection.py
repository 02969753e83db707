"""A gateway over HTTP with one token: what it answers, or a sentence about why it does not."""

import re
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2
from lodestone.errors import LodestoneError, Misconfigured
from lodestone.loopback import is_loopback
from lodestone.wire import JsonObject

CONNECT_SECONDS = 5.0
SILENCE_SECONDS = 45.0  # three times the interval of a stream's heartbeats
TOKEN = re.compile(r"[\x21-\x7e]+")


class GatewayFailed(LodestoneError):
    """The gateway did not do what we asked."""


class Connection:
    """Requests to one gateway, as the user of the token.

    Raises Misconfigured for an address or token that cannot be meant, without repeating the token.
    """

    def __init__(self, url: str, token: str, headers: Mapping[str, str] | None = None) -> None:
        self.address = url.rstrip("/")
        host = _host(self.address)
        if not TOKEN.fullmatch(token):
            raise Misconfigured("The token has blanks or characters that no token has. Copy it again.")
        self.http = httpx2.AsyncClient(
            base_url=self.address,
            headers={"Authorization": f"Bearer {token}", **(headers or {})},
            timeout=httpx2.Timeout(CONNECT_SECONDS, read=SILENCE_SECONDS),
            trust_env=not is_loopback(host),  # no proxy to this machine
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def ask(self, method: str, path: str, **how: Any) -> JsonObject:
        """The answer's JSON object. Raises GatewayFailed with what the gateway said, or that it is away."""
        try:
            answer = await self.http.request(method, path, **how)
        except httpx2.RequestError as error:
            raise GatewayFailed(
                f"The gateway at {self.address} cannot be reached: {_reason(error)}."
            ) from error
        check(answer)
        try:
            told = answer.json()
        except ValueError as error:
            raise GatewayFailed(f"What answers at {self.address} is not a Lodestone gateway.") from error
        return told if isinstance(told, dict) else {}


def _reason(error: httpx2.RequestError) -> str:
    """The library's sentence, or else its name for what happened."""
    return str(error).rstrip(".") or type(error).__name__


def check(answer: httpx2.Response) -> None:
    """Raises GatewayFailed with the sentence of the problem unless the answer is a success."""
    if answer.is_success:
        return
    try:
        told = answer.json()
    except (ValueError, httpx2.ResponseNotRead):
        told = {}
    problem = told if isinstance(told, dict) else {}
    wrong = "; ".join(f"{each['field']}: {each['message']}" for each in problem.get("errors") or [])
    raise GatewayFailed(
        f"{problem.get('detail', f'The gateway answered {answer.status_code}.')} {wrong}".strip()
    )


def _host(url: str) -> str:
    """The host of a gateway's address."""
    try:
        parts = urlsplit(url)
        host = parts.hostname if parts.scheme in ("http", "https") else None
    except ValueError:
        host = None
    if not host or parts.query or parts.fragment:
        raise Misconfigured("The gateway's address must be a web address, such as https://jobs.example.com.")
    if parts.username or parts.password:
        raise Misconfigured("The gateway's address must not hold a user or a password: it takes a token.")
    return host
