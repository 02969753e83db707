"""What the gateway's processes read from LODESTONE_* at their start."""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit
from uuid import UUID

from limits import RateLimitItem, parse
from lodestone.settings import LOCAL_SECRET, ProcessSettings
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode


@dataclass(frozen=True)
class Retention:
    """For how long things are kept; None is for ever."""

    texts: timedelta | None  # of ended jobs
    jobs: timedelta | None  # ended ones, with history and ledger
    drafts: timedelta | None  # since they were saved last
    dead_events: timedelta
    dead_events_count: int


class StoreSettings(ProcessSettings):
    """What each process that touches the database needs: relay, projector, migrate."""

    database_url: str = Field(repr=False)  # any URL that libpq takes; may hold a password
    database_urls: dict[str, str] = Field(default={}, repr=False)  # by process, where one is several; JSON
    keep_texts_days: int | None = Field(default=None, ge=1)  # of ended jobs; without it, for ever
    keep_jobs_days: int | None = Field(default=None, ge=32)  # ended ones; a month's usage counts its jobs
    keep_drafts_days: int | None = Field(default=None, ge=1)  # since they were saved last
    keep_dead_events_days: int = Field(default=30, ge=1)
    keep_dead_events: int = Field(default=10_000, ge=0)  # the newest
    subscribers_file: Path | None = None  # who else reads the bus, as `subscriber add` writes it

    def database_url_of(self, process: str) -> str:
        """Where and as whom this process connects."""
        return self.database_urls.get(process, self.database_url)

    @property
    def retention(self) -> Retention:
        """The settings of what is kept, read."""
        return Retention(
            texts=_days(self.keep_texts_days),
            jobs=_days(self.keep_jobs_days),
            drafts=_days(self.keep_drafts_days),
            dead_events=timedelta(days=self.keep_dead_events_days),
            dead_events_count=self.keep_dead_events,
        )


class GatewaySettings(StoreSettings):
    """What the process that serves HTTP needs besides."""

    host: str = "127.0.0.1"
    port: int = 8400  # 0 takes a free one
    jwt_secret: SecretStr | None = None  # HS256
    jwt_secrets: dict[str, SecretStr] = {}  # HS256, by the tokens' `kid`, all good at once; JSON
    jwks_url: str | None = None  # where the keys of RS256 or ES256 tokens are
    jwt_audience: str | None = None  # whom tokens must be meant for; both are required outside one machine
    jwt_issuer: str | None = None  # who must have signed them
    rate_limit: str = "60/minute"  # job submissions of one user at one gateway process
    streams_per_user: int = Field(default=100, ge=1)  # open streams and waiting reads, likewise
    connections_per_address: int = Field(default=256, ge=1)  # of one address that is no proxy's
    # Whose word for a caller's address and scheme is taken, and whose connections are not counted.
    proxies: Annotated[tuple[str, ...], NoDecode] = ("127.0.0.0/8", "::1/128")
    local_users: dict[str, UUID] = {}  # who signs in by a click; the first one unasked
    sign_in_url: str | None = None  # where a page sends somebody without a session; it sets our cookie
    # Whose pages may call us with a token, as https://app.example.com, separated by commas; ours always may.
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    # Whose pages may use our cookie as ours do: of a front end whose server calls us under another `Host`.
    trusted_origins: Annotated[tuple[str, ...], NoDecode] = ()

    @property
    def submission_rate(self) -> RateLimitItem:
        """The rate limit, read."""
        return parse(self.rate_limit)

    @field_validator("rate_limit")
    @classmethod
    def _readable(cls, rate: str) -> str:
        try:
            parse(rate)
        except ValueError:
            raise ValueError('must be like "60/minute" or "100/second"') from None
        return rate

    @field_validator("cors_origins", "trusted_origins", "proxies", mode="before")
    @classmethod
    def _separated(cls, listed: Any) -> Any:
        return listed.replace(",", " ").split() if isinstance(listed, str) else listed

    @field_validator("proxies")
    @classmethod
    def _networks(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(ip_network(proxy)) for proxy in proxies)

    @field_validator("jwt_audience", "jwt_issuer")
    @classmethod
    def _empty_is_missing(cls, named: str | None) -> str | None:
        return named or None

    @field_validator("cors_origins", "trusted_origins")
    @classmethod
    def _origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            parts = urlsplit(origin)
            # A browser compares letter by letter; "*" would open the API to every page there is.
            if parts.scheme not in ("http", "https") or origin != f"{parts.scheme}://{parts.netloc}".lower():
                raise ValueError(f"{origin} is no origin, such as https://app.example.com")
        return origins

    @model_validator(mode="after")
    def _clicks_sign_in_on_this_machine_only(self) -> Self:
        if self.local_users and not (self.local and self.jwt_secret):
            raise ValueError("LODESTONE_LOCAL_USERS is for `lodestone up` alone")
        if self.local_users and not _is_loopback(self.host):
            raise ValueError("LODESTONE_HOST must be a loopback address where users sign in by a click")
        return self

    @model_validator(mode="after")
    def _one_way_to_check_tokens(self) -> Self:
        named = {f"LODESTONE_JWT_SECRETS[{kid}]": secret for kid, secret in self.jwt_secrets.items()}
        secrets = named | ({"LODESTONE_JWT_SECRET": self.jwt_secret} if self.jwt_secret else {})
        if bool(secrets) == (self.jwks_url is not None):
            raise ValueError(
                "set either LODESTONE_JWT_SECRET (LODESTONE_JWT_SECRETS for several) or LODESTONE_JWKS_URL"
            )
        for name, secret in secrets.items():
            if len(secret.get_secret_value().encode()) < 32:
                raise ValueError(f"{name} must have at least 32 bytes")
            if secret.get_secret_value().startswith(LOCAL_SECRET) and not self.local:
                # Tokens that somebody made on their own machine would be good here.
                raise ValueError(f"{name} is a secret of `lodestone up`; make one for this system")
        return self

    @model_validator(mode="after")
    def _tokens_are_meant_for_us(self) -> Self:
        """Whoever signs tokens for us signs them for others, too: theirs must not be good here."""
        if self.local:
            return self
        if self.jwt_audience is None or self.jwt_issuer is None:
            raise ValueError(
                "set LODESTONE_JWT_AUDIENCE and LODESTONE_JWT_ISSUER to `aud` and `iss` of your tokens:"
                " those of other applications must not be good here"
            )
        return self

    @model_validator(mode="after")
    def _nobody_on_the_way_puts_keys_in(self) -> Self:
        parts = urlsplit(self.jwks_url or "https:")
        is_here = self.local and parts.scheme == "http" and _is_loopback(parts.hostname or "")
        if parts.scheme != "https" and not is_here:
            raise ValueError("LODESTONE_JWKS_URL must begin with https://")
        return self


def _days(count: int | None) -> timedelta | None:
    return None if count is None else timedelta(days=count)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
