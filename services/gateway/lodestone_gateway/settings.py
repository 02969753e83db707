"""What the gateway's processes read from LODESTONE_* at their start."""

import math
from decimal import Decimal
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit
from uuid import UUID

from limits import RateLimitItem, RateLimitItemPerMinute, parse
from lodestone.loopback import is_loopback
from lodestone.settings import LOCAL_SECRET, BusSettings, ProcessSettings, Settings, StreamSettings
from lodestone.wire import JsonObject
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode

from lodestone_gateway.bounds_of_sources import SourceSettings
from lodestone_gateway.caps import MAX_USD, Caps, PlanName, caps_by_plan, explained
from lodestone_gateway.retention_settings import BinSettings, RetentionSettings

MOST_PER_SECOND = 1_000_000  # requests of one user
MOST_JOBS, LONGEST_SECONDS = 1_000_000_000, 366 * 24 * 3600  # of the rate limit
MOST_OPEN = 1_000_000  # connections and streams: more than one process can serve
TOGETHER = 4  # times as much as from one process may a user read from all of them


class DatabaseSettings(Settings):
    """Where the database is."""

    database_url: str = Field(
        repr=False,
        description="URL of Postgres, with the login to connect as; any URL that libpq accepts."
        " The commands need the owner's.",
        examples=["postgresql://lodestone_relay:…@postgres:5432/lodestone?sslmode=verify-full"],
    )
    database_urls: dict[str, str] = Field(
        default={},
        repr=False,
        description="The same by process, for one that is several: the projector is also `reconciler`.",
        examples=['{"reconciler": "postgresql://lodestone_reconciler:…@postgres:5432/lodestone"}'],
    )

    @field_validator("database_url", "database_urls")
    @classmethod
    def _for_libpq(cls, given: str | dict[str, str]) -> str | dict[str, str]:
        from psycopg import ProgrammingError  # whoever only looks at the settings has no need of it
        from psycopg.conninfo import conninfo_to_dict

        try:
            for url in given.values() if isinstance(given, dict) else [given]:
                conninfo_to_dict(url)
        except ProgrammingError:  # its words repeat the URL
            raise ValueError("must be like postgresql://user:password@host:5432/name") from None
        return given

    def database_url_of(self, process: str) -> str:
        """Where and as whom this process connects."""
        return self.database_urls.get(process, self.database_url)


class StoreSettings(DatabaseSettings, BusSettings):
    """What everything that touches bus and database needs; all of it for `rebuild`."""


class MigrateSettings(StoreSettings, StreamSettings):
    """What `lodestone-gateway migrate` needs."""


class PlanSettings(DatabaseSettings):
    """What `lodestone-gateway plan` needs: the database as its owner, and who is on which plan unasked."""

    default_plan: PlanName = Field(
        default="free",
        description="The plan of every user without one from `lodestone-gateway plan set`.",
        examples=["pro"],
    )


class SubscriberSettings(BusSettings):
    """What `lodestone-gateway subscriber` needs: the bus as its operator, and the file."""

    subscribers_file: Path = Field(
        description="File of the other readers of the bus; the server's configuration goes beside it.",
        examples=["/etc/lodestone/subscribers.json"],
    )


class RelaySettings(StoreSettings, ProcessSettings):
    """What the relay needs, and each other process that touches the database."""


class ProjectorSettings(RelaySettings, StreamSettings, RetentionSettings):
    """What the projector with its reconciler needs besides."""

    stream_store_bytes: int | None = Field(
        default=None,
        ge=1,
        description="What each server of the bus may keep, its `max_file_store`: an alert fires when the"
        " stream takes four fifths of it. Unset, none does.",
        examples=["17179869184"],
        json_schema_extra={"unit": "bytes"},
    )
    spend_an_hour: Decimal = Field(
        default=Decimal(200),
        ge=0,
        le=MAX_USD,
        allow_inf_nan=False,
        description="What all users together may spend in an hour of the clock. At four fifths of it bulk"
        " work waits for the next hour, at all of it everything that is not running.",
        examples=["50"],
        json_schema_extra={"unit": "US dollars"},
    )
    subscribers_file: Path | None = Field(
        default=None,
        description="File of the other readers of the bus, kept by `lodestone-gateway subscriber`; used to"
        " recreate lost durables.",
        examples=["/etc/lodestone/subscribers.json"],
    )


class GatewaySettings(RelaySettings, PlanSettings, SourceSettings, BinSettings):
    """What the process that serves HTTP needs in addition."""

    host: str = Field(
        default="127.0.0.1",
        description="The address to serve HTTP on.",
        examples=["0.0.0.0"],  # noqa: S104 - an example
    )
    port: int = Field(
        default=8400,
        ge=0,
        le=65535,
        description="The port to serve HTTP on; 0 picks a free one.",
        examples=["80"],
        json_schema_extra={"unit": "port"},
    )
    jwt_secret: SecretStr | None = Field(
        default=None,
        description="The secret of HS256 tokens, at least 32 bytes, for example from `openssl rand -hex 32`."
        " Set this, `LODESTONE_JWT_SECRETS` or `LODESTONE_JWKS_URL`.",
        examples=["…"],
    )
    jwt_secrets: dict[str, SecretStr] = Field(
        default={},
        description="Several such secrets by the tokens' `kid`, all valid at once.",
        examples=['{"2026-11": "…"}'],
    )
    jwks_url: str | None = Field(
        default=None,
        description="URL where the keys of RS256 or ES256 tokens are published.",
        examples=["https://login.example.com/.well-known/jwks.json"],
    )
    jwt_audience: str | None = Field(
        default=None,
        description="The audience that tokens must name (`aud`). Required outside `lodestone up`.",
        examples=["lodestone"],
    )
    jwt_issuer: str | None = Field(
        default=None,
        description="The issuer that tokens must name (`iss`). Required outside `lodestone up`.",
        examples=["https://login.example.com"],
    )
    rate_limit: str = Field(
        default="60/minute",
        description="How many jobs one user may submit, all at once or spread over the time.",
        examples=["100/hour"],
        json_schema_extra={"unit": "jobs per time"},
    )
    requests_per_second: float = Field(
        default=25,
        gt=0,
        le=MOST_PER_SECOND,
        allow_inf_nan=False,
        description=(
            "How many requests of one user a gateway process answers in the long run; more than that wait. "
            "A request counts once more for each 16 KiB of its body. "
            "All processes together answer four times as many simple reads, or fewer costlier requests; "
            "more than that are refused."
        ),
        examples=["200"],
        json_schema_extra={"unit": "requests a second"},
    )
    caps: dict[str, JsonObject] = Field(
        default={},
        description="Changes to what a user may use on each plan, by plan and by cap; null is no cap.",
        examples=['{"free": {"spendADay": 10, "jobsADay": {"extraction": 50}}, "pro": {"liveJobs": null}}'],
        json_schema_extra={"explained": explained()},
    )
    streams_per_user: int = Field(
        default=100,
        ge=1,
        le=MOST_OPEN,
        description="How many streams and long polls one user may have open at one gateway process. What all"
        " processes together allow is a cap of the user's plan.",
        examples=["20"],
        json_schema_extra={"unit": "streams"},
    )
    connections_per_address: int = Field(
        default=256,
        ge=1,
        le=MOST_OPEN,
        description="How many connections one address may have open, unless it is a proxy.",
        examples=["64"],
        json_schema_extra={"unit": "connections"},
    )
    proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("127.0.0.0/8", "::1/128"),
        description="Proxies whose headers for a caller's address and scheme are trusted, and whose"
        " connections are not counted: addresses or networks, separated by commas.",
        examples=["10.0.0.0/8"],
    )
    local_users: dict[str, UUID] = Field(
        default={},
        description="Set by `lodestone up`: users who sign in with one click, the first automatically.",
        examples=['{"demo": "01900000-0000-7000-8000-000000000001"}'],
    )
    simulator: bool = Field(
        default=False,
        description="Set by `lodestone up`: a simulator stands in for the provider; pages mark its texts.",
        examples=["true"],
    )
    sign_in_url: str | None = Field(
        default=None,
        description="Where a page sends a visitor without a session; the login there hands us a token.",
        examples=["https://app.example.com/sign-in"],
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Origins whose pages may call us with a token, separated by commas; our own always may.",
        examples=["https://app.example.com"],
    )
    trusted_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Origins whose pages may use our cookie as our own do, separated by commas: front ends"
        " whose server calls us under another `Host`.",
        examples=["https://app.example.com"],
    )

    @property
    def caps_by_plan(self) -> dict[PlanName, Caps]:
        """The caps of every plan, with the changes."""
        return caps_by_plan(self.caps)

    @property
    def submission_rate(self) -> RateLimitItem:
        """The rate limit, parsed."""
        return parse(self.rate_limit)

    @property
    def request_rate(self) -> RateLimitItem:
        """What one user's requests to all processes may cost, in simple reads."""
        return RateLimitItemPerMinute(math.ceil(60 * TOGETHER * self.requests_per_second))

    @field_validator("caps")
    @classmethod
    def _known_and_sane(cls, caps: dict[str, JsonObject]) -> dict[str, JsonObject]:
        caps_by_plan(caps)
        return caps

    @field_validator("rate_limit")
    @classmethod
    def _readable(cls, rate: str) -> str:
        try:
            given = parse(rate)
        except ValueError:
            raise ValueError('must be like "60/minute" or "100/second"') from None
        if not (1 <= given.amount <= MOST_JOBS and 1 <= given.get_expiry() <= LONGEST_SECONDS):
            raise ValueError(f"must be 1 to {MOST_JOBS:,} jobs, in a second to a year")
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
                raise ValueError(f"{origin} is not an origin such as https://app.example.com")
        return origins

    @model_validator(mode="after")
    def _clicks_sign_in_on_this_machine_only(self) -> Self:
        if self.local_users and not (self.local and self.jwt_secret):
            raise ValueError("LODESTONE_LOCAL_USERS is only for `lodestone up`")
        if self.local_users and not is_loopback(self.host):
            raise ValueError("LODESTONE_HOST must be a loopback address when users sign in with one click")
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
                # Tokens that somebody made on their own machine would be valid here.
                raise ValueError(f"{name} is a secret made by `lodestone up`; create one for this system")
        return self

    @model_validator(mode="after")
    def _tokens_are_meant_for_us(self) -> Self:
        """Whoever signs tokens for us also signs them for others: those must not be valid here."""
        if self.local:
            return self
        if self.jwt_audience is None or self.jwt_issuer is None:
            raise ValueError(
                "set LODESTONE_JWT_AUDIENCE and LODESTONE_JWT_ISSUER to `aud` and `iss` of your tokens:"
                " tokens for other applications must not work here"
            )
        return self

    @model_validator(mode="after")
    def _nobody_on_the_way_puts_keys_in(self) -> Self:
        parts = urlsplit(self.jwks_url or "https:")
        is_here = self.local and parts.scheme == "http" and is_loopback(parts.hostname or "")
        if parts.scheme != "https" and not is_here:
            raise ValueError("LODESTONE_JWKS_URL must begin with https://")
        return self
