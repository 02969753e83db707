"""The caller: token → CurrentUser. Decided only here; the database separates the users' rows."""

import hashlib
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import jwt
import structlog
from jwt.exceptions import InvalidSignatureError, PyJWTError
from lodestone.errors import Conflict, Forbidden, Unauthorized
from lodestone.ids import parse_id
from lodestone.jobs.addresses import split_address
from starlette.datastructures import Headers

from lodestone_gateway.cookies import cookie_values, session_cookie
from lodestone_gateway.keys import keys
from lodestone_gateway.settings import GatewaySettings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CLOCK_SKEW_SECONDS = 10
VERIFIED_TOKENS = 10_000  # remembered by one process: less than 10 MB

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class CurrentUser:
    """The subject of a valid token."""

    id: UUID
    is_operator: bool = False
    until: float | None = field(default=None, compare=False)  # when the token ends, in seconds since 1970
    issued_at: float = field(default=0.0, compare=False)  # likewise, when it was issued; unknown is oldest

    @property
    def seconds_left(self) -> float:
        """How long the token is still valid."""
        return float("inf") if self.until is None else self.until - time.time()


@dataclass(frozen=True)
class _Verified:
    """A token that was verified, and the key that fits it."""

    user: CurrentUser
    kid: str | None
    key: Any
    ends: int  # in seconds since 1970


def check_owner(user: CurrentUser | None, owner: str | None) -> None:
    """Raises Conflict for somebody else's text: another user signed in meanwhile, in another tab."""
    if owner and user and parse_id(owner) != user.id:
        raise Conflict("You are signed in as somebody else now. This text belongs to whoever typed it.")


class Authenticator:
    """Checks tokens as configured: HS256 with our secrets, or RS256 and ES256 with keys from a URL.

    A verified token is remembered until it ends, or until its key is fetched again or withdrawn.
    """

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self._keys = keys(settings)
        self._cookie = session_cookie(settings.local)
        self._verified: dict[bytes, _Verified] = {}  # by the token's hash, oldest first

    async def authenticate(self, method: str, headers: Headers) -> CurrentUser | None:
        """The user of a request; None if it has neither token nor cookie.

        Raises Unauthorized for an invalid token, Forbidden for a foreign page that uses our cookie.
        """
        if (authorization := headers.get("authorization")) is not None:
            return await self.verify(_bearer(authorization))
        tokens = cookie_values(headers.getlist("cookie"), self._cookie)
        if not tokens:
            return None
        user = await self._first_that_holds(tokens)
        if method not in SAFE_METHODS and not self.is_ours(headers):
            raise Forbidden("This request must come from one of our own pages, or carry a bearer token.")
        return user

    async def verify(self, token: str) -> CurrentUser:
        """The user that a token names. Raises Unauthorized; Unavailable if keys cannot be fetched."""
        name = hashlib.sha256(token.encode(errors="surrogatepass")).digest()
        known = self._verified.get(name)
        if known is None or not await self._still_holds(known):
            known = await self._verify(token)
            self._remember(name, known)
        return known.user

    async def _verify(self, token: str) -> _Verified:
        try:
            claims, kid, key = await self._claims(token)
            until = float(claims["exp"]) + CLOCK_SKEW_SECONDS
        except (PyJWTError, OverflowError) as error:
            log.info("token_refused", reason=type(error).__name__)
            raise Unauthorized from None
        user_id = parse_id(claims["sub"])
        if user_id is None:
            raise Unauthorized("The token's subject is not a user id.")
        is_operator, issued_at = claims.get("role") == "operator", float(claims.get("iat", 0))
        user = CurrentUser(user_id, is_operator=is_operator, until=until, issued_at=issued_at)
        return _Verified(user, kid, key, int(claims["exp"]) + CLOCK_SKEW_SECONDS)

    async def _still_holds(self, known: _Verified) -> bool:
        """Whether nothing has changed since: all else that a token says stays true once it is."""
        fitting = await self._keys.of(known.kid)
        return time.time() < known.ends and any(key is known.key for key in fitting)

    def _remember(self, name: bytes, verified: _Verified) -> None:
        self._verified[name] = verified
        if len(self._verified) > VERIFIED_TOKENS:
            del self._verified[next(iter(self._verified))]

    def is_ours(self, headers: Headers, also: Collection[str] = ()) -> bool:
        """Whether a page that may use our cookie sent this: our own, a trusted one, or one of `also`."""
        origin = headers.get("origin", "")
        return is_own_origin(headers) or origin in self._settings.trusted_origins or origin in also

    async def _first_that_holds(self, tokens: list[str]) -> CurrentUser:
        """Another path or port of the host may also have set a cookie of our name."""
        for token in tokens[:-1]:
            try:
                return await self.verify(token)
            except Unauthorized:
                continue
        return await self.verify(tokens[-1])

    async def _claims(self, token: str) -> tuple[dict[str, Any], str | None, Any]:
        """The claims, and the key that they are signed with, by its name."""
        kid = jwt.get_unverified_header(token).get("kid")
        candidates = await self._keys.of(kid)
        for key in candidates[:-1]:
            try:
                return self._decode(token, key), kid, key
            except InvalidSignatureError:
                continue
        if not candidates:
            raise InvalidSignatureError("no such key")
        return self._decode(token, candidates[-1]), kid, candidates[-1]

    def _decode(self, token: str, key: Any) -> dict[str, Any]:
        settings = self._settings
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=list(self._keys.algorithms),
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


def _bearer(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthorized("Send the token as `Authorization: Bearer <token>`.")
    return token.strip()


def is_own_origin(headers: Headers) -> bool:
    """Whether one of our own pages sent this."""
    # Only the host is compared: a proxy in front may use TLS where we do not.
    origin = split_address(headers.get("origin", ""))
    return origin.scheme in ("http", "https") and origin.netloc == headers.get("host")
