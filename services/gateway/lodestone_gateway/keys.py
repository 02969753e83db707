"""The keys that may have signed a token: secrets that we share with the login, or keys that it publishes."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any, Protocol

import jwt
import structlog
from jwt.exceptions import PyJWKClientConnectionError, PyJWKClientError, PyJWTError
from lodestone.errors import Unavailable

from lodestone_gateway.settings import GatewaySettings

FETCH_SECONDS = 5
FRESH_SECONDS = 300.0  # how old published keys may be before they are fetched again
STALE_SECONDS = 3600.0  # how old, if they cannot be fetched
PAUSE_SECONDS = 10.0  # between two fetches, however many tokens name keys that nobody has published

log = structlog.get_logger(__name__)


class Keys(Protocol):
    """The keys to check a token with."""

    @property
    def algorithms(self) -> Sequence[str]:
        """How tokens may be signed."""

    async def of(self, kid: str | None) -> Sequence[Any]:
        """The keys that may have signed a token with this `kid`. Raises Unavailable."""


def keys(settings: GatewaySettings) -> Keys:
    """The keys as configured."""
    if settings.jwks_url is not None:
        return PublishedKeys(settings.jwks_url)
    unnamed = [settings.jwt_secret.get_secret_value()] if settings.jwt_secret else []
    return SharedSecrets(
        unnamed, {kid: secret.get_secret_value() for kid, secret in settings.jwt_secrets.items()}
    )


class SharedSecrets:
    """HS256. A `kid` selects its secret; a token without a known one may be signed with any that fits."""

    algorithms: Sequence[str] = ("HS256",)

    def __init__(self, unnamed: Sequence[str], named: dict[str, str]) -> None:
        self._unnamed = list(unnamed)
        self._named = named

    async def of(self, kid: str | None) -> Sequence[str]:
        """The secret of the `kid`, the unnamed one for an unknown `kid`, all for a token without."""
        if kid is None:
            return [*self._unnamed, *self._named.values()]
        return [self._named[kid]] if kid in self._named else self._unnamed


class PublishedKeys:
    """RS256 and ES256, by `kid`. Fetched in a thread, by one request for all who wait, and not too often."""

    algorithms: Sequence[str] = ("RS256", "ES256")

    def __init__(self, url: str) -> None:
        self._client = jwt.PyJWKClient(url, timeout=FETCH_SECONDS, cache_jwk_set=False)  # follows no redirect
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched = -STALE_SECONDS
        self._tried = -PAUSE_SECONDS
        self._is_away = False
        self._fetching: asyncio.Task[None] | None = None

    async def of(self, kid: str | None) -> Sequence[jwt.PyJWK]:
        """The published key; none for a `kid` that is not published. Raises Unavailable if that is
        unknown."""
        if kid is None:
            return []
        if not self._is_known(kid, FRESH_SECONDS):
            fetching = self._fetch()
            if fetching is not None and not self._is_known(kid, STALE_SECONDS):
                await asyncio.shield(fetching)
        if self._is_known(kid, STALE_SECONDS):
            return [self._keys[kid]]
        if self._is_away:
            raise Unavailable(detail="The token keys cannot be fetched.")
        return []

    def _is_known(self, kid: str, seconds: float) -> bool:
        return kid in self._keys and time.monotonic() - self._fetched < seconds

    def _fetch(self) -> asyncio.Task[None] | None:
        """The fetch that is under way, or a new one; None when the last one was just now."""
        if self._fetching is None and time.monotonic() - self._tried >= PAUSE_SECONDS:
            self._tried = time.monotonic()
            self._fetching = asyncio.create_task(self._renew())
        return self._fetching

    async def _renew(self) -> None:
        try:
            found = await asyncio.to_thread(self._client.get_signing_keys)
        except (PyJWKClientError, PyJWTError, ValueError) as error:
            self._is_away = isinstance(error, PyJWKClientConnectionError) or not self._keys
            log.warning("keys_not_fetched", error=type(error).__name__, reason=str(error)[:300])
        else:
            self._keys = {str(key.key_id): key for key in found}
            self._fetched, self._is_away = time.monotonic(), False
        finally:
            self._fetching = None
