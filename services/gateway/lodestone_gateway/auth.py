"""Who asks: token → CurrentUser. Decided here alone; the database keeps the rows of users apart."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import jwt
import structlog
from jwt.exceptions import PyJWKClientConnectionError, PyJWTError
from lodestone.errors import Forbidden, Unauthorized, Unavailable
from lodestone.ids import parse_id

from lodestone_gateway.settings import GatewaySettings

SESSION_COOKIE = "lodestone_session"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CLOCK_SKEW_SECONDS = 10

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class CurrentUser:
    """The subject of a valid token."""

    id: UUID
    is_operator: bool = False


class Authenticator:
    """Checks tokens as the settings say: HS256 with our secret, or RS256 and ES256 with keys from a URL."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self._key_of, self._algorithms = _keys(settings)

    async def authenticate(self, method: str, headers: Mapping[str, str]) -> CurrentUser | None:
        """The user of a request; None when it brings neither token nor cookie.

        Raises Unauthorized for a token that does not hold, Forbidden for a foreign page that uses our cookie.
        """
        if (authorization := headers.get("authorization")) is not None:
            return await self.verify(_bearer(authorization))
        token = _session(headers.get("cookie", ""))
        if token is None:
            return None
        user = await self.verify(token)
        if method not in SAFE_METHODS and not _is_own_origin(headers):
            raise Forbidden("This request must come from our own pages, or carry a bearer token.")
        return user

    async def verify(self, token: str) -> CurrentUser:
        """The user that a token names. Raises Unauthorized; Unavailable when keys cannot be fetched."""
        try:
            claims = await self._claims(token)
        except PyJWKClientConnectionError as error:
            raise Unavailable(detail=str(error)) from error
        except PyJWTError as error:
            log.info("token_refused", reason=type(error).__name__)
            raise Unauthorized from None
        user_id = parse_id(claims["sub"])
        if user_id is None:
            raise Unauthorized("The token's subject is no user id.")
        return CurrentUser(user_id, is_operator=claims.get("role") == "operator")

    async def _claims(self, token: str) -> dict[str, Any]:
        settings = self._settings
        claims: dict[str, Any] = jwt.decode(
            token,
            await self._key_of(token),
            algorithms=self._algorithms,
            audience=settings.jwt_audience,
            issuer=settings.jwt_issuer,
            leeway=CLOCK_SKEW_SECONDS,
            options={"require": ["exp", "sub"], "verify_aud": settings.jwt_audience is not None},
        )
        return claims


def sign_session(settings: GatewaySettings, user: CurrentUser, seconds: int) -> str:
    """A token of ours for a local user; only with our own secret."""
    secret = settings.jwt_secret.get_secret_value() if settings.jwt_secret else ""
    now = int(time.time())
    claims = {"sub": str(user.id), "iat": now, "exp": now + seconds}
    named = {"aud": settings.jwt_audience, "iss": settings.jwt_issuer}
    claims |= {name: value for name, value in named.items() if value is not None}
    return jwt.encode(claims | ({"role": "operator"} if user.is_operator else {}), secret, algorithm="HS256")


def _keys(settings: GatewaySettings) -> tuple[Callable[[str], Any], list[str]]:
    if settings.jwt_secret is not None:
        secret = settings.jwt_secret.get_secret_value()

        async def our_secret(_token: str) -> str:
            return secret

        return our_secret, ["HS256"]
    client = jwt.PyJWKClient(str(settings.jwks_url), timeout=5)

    async def published_key(token: str) -> jwt.PyJWK:
        return await asyncio.to_thread(client.get_signing_key_from_jwt, token)

    return published_key, ["RS256", "ES256"]


def _bearer(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthorized("Send the token as `Authorization: Bearer <token>`.")
    return token.strip()


def _session(cookies: str) -> str | None:
    try:
        morsel = SimpleCookie(cookies).get(SESSION_COOKIE)
    except CookieError:
        return None
    return morsel.value if morsel else None


def _is_own_origin(headers: Mapping[str, str]) -> bool:
    # Only the host is compared: a proxy in front may speak TLS where we do not.
    origin = urlsplit(headers.get("origin", ""))
    return origin.scheme in ("http", "https") and origin.netloc == headers.get("host")
