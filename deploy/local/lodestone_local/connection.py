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
UNUSABLE = (
    "The gateway cannot be reached with these settings. HTTPS_PROXY, HTTP_PROXY and ALL_PROXY must each be "
    "an http://, https:// or socks5:// URL; NO_PROXY is a list of host names."
)


class GatewayFailed(LodestoneError):
    """The gateway did not do what we asked."""


class TokenRefused(GatewayFailed):
    """The gateway does not take our token."""


class Connection:
    """Requests to one gateway, as the user of the token.

    Raises Misconfigured for an address, a token or a proxy of the environment that cannot be meant, without
    repeating the token.
    """

    def __init__(self, url: str, token: str, headers: Mapping[str, str] | None = None) -> None:
        self.address = url.rstrip("/")
        host = _host(self.address)
        if not TOKEN.fullmatch(token):
            raise Misconfigured("The token has blanks or characters that no token has. Copy it again.")
        try:
            self.http = httpx2.AsyncClient(
                base_url=self.address,
                headers={"Authorization": f"Bearer {token}", **(headers or {})},
                timeout=httpx2.Timeout(CONNECT_SECONDS, read=SILENCE_SECONDS),
                trust_env=not is_loopback(host),  # no proxy to this machine
            )
        except (ValueError, httpx2.InvalidURL):  # its text may contain a proxy's password
            raise Misconfigured(UNUSABLE) from None

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
    """Raises GatewayFailed with the sentence of the problem unless the answer is a success.

    TokenRefused where it is the token.
    """
    if answer.is_success:
        return
    failed = TokenRefused if answer.status_code == httpx2.codes.UNAUTHORIZED else GatewayFailed
    try:
        told = answer.json()
    except (ValueError, httpx2.ResponseNotRead):
        told = {}
    problem = told if isinstance(told, dict) else {}
    detail = problem.get("detail", f"The gateway answered {answer.status_code}.")
    raise failed(f"{detail} {_wrong_fields(problem.get('errors'))}".strip())


def _wrong_fields(errors: Any) -> str:
    """What is wrong with which field; nothing for what is not a problem of ours."""
    told = [each for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []
    return "; ".join(f"{each.get('field', '')}: {each.get('message', '')}" for each in told)


def _host(url: str) -> str:
    """The host of a gateway's address."""
    try:
        parts = urlsplit(url)
        host = parts.hostname if parts.scheme in ("http", "https") and parts.port != 0 else None
    except ValueError:
        host = None
    if not host or parts.query or parts.fragment:
        raise Misconfigured("The gateway's address must be a web address, such as https://jobs.example.com.")
    if parts.username or parts.password:
        raise Misconfigured("The gateway's address must not hold a user or a password: it takes a token.")
    return host
