"""Settings of a service's process."""

from decimal import Decimal
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic.alias_generators import to_camel

from lodestone.jobs import JOB_TYPES
from lodestone.llm.amounts import UNLIMITED, Amount
from lodestone.settings import ProcessSettings

MOST_USD = 1_000_000  # for one job
MOST_SLOTS = 10_000  # of one process
LONGEST_SECONDS = 86_400  # of an orderly end

Budget = Annotated[Decimal, Field(gt=0, le=MOST_USD, allow_inf_nan=False)]
PerMinute = Annotated[int, Field(ge=1, le=1_000_000_000)]
ModelClass = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,100}$")]


class ProviderLimit(BaseModel):
    """What the provider allows in a minute; a part that is left out is learnt from its answers."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)

    requests: PerMinute | None = None
    input_tokens: PerMinute | None = None
    output_tokens: PerMinute | None = None

    @model_validator(mode="after")
    def _limits_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("must name at least one of requests, inputTokens and outputTokens")
        return self

    def amount(self) -> Amount:
        """The same for the limiter."""
        return Amount(
            self.requests or UNLIMITED, self.input_tokens or UNLIMITED, self.output_tokens or UNLIMITED
        )


class WorkerSettings(ProcessSettings):
    """What a service needs, in addition to what every process needs."""

    slots: int = Field(
        default=32,
        ge=1,
        le=MOST_SLOTS,
        description="How many jobs this process runs at once, whatever their types.",
        examples=["64"],
        json_schema_extra={"unit": "jobs"},
    )
    anthropic_api_key: SecretStr = Field(
        validation_alias=AliasChoices("LODESTONE_ANTHROPIC_API_KEY", "ANTHROPIC_API_KEY"),
        description="The provider's API key.",
        examples=["sk-ant-…"],
    )
    anthropic_base_url: str | None = Field(
        default=None,
        description="The provider's base URL, if you use your own gateway to it.",
        examples=["https://ai.example.com"],
    )
    simulator: bool = Field(
        default=False,
        description="Set by `lodestone up`: the base URL is the simulator's, and calls name their job.",
        examples=["true"],
    )
    models: dict[str, str] = Field(
        default={},
        description="Models by job type, instead of the registry's.",
        examples=['{"ideation": "claude-opus-5-5"}'],
    )
    budgets_usd: dict[str, Budget] = Field(
        default={},
        description="The most that one job may spend, by job type, instead of the registry's.",
        examples=['{"ideation": "2.50"}'],
        json_schema_extra={"unit": "US dollars"},
    )
    provider_limits: dict[ModelClass, ProviderLimit] = Field(
        default={},
        description="The provider's rate limits a minute, by class of models: the beginning of their names."
        " The same for all services, which keep them together. What is left out is learnt from the"
        " provider's answers, which may lower a limit to a tenth of what is set here, and never raise it.",
        examples=['{"claude-sonnet": {"requests": 4000, "inputTokens": 2000000, "outputTokens": 400000}}'],
    )
    drain_seconds: float = Field(
        default=20.0,
        ge=0,
        le=LONGEST_SECONDS,
        allow_inf_nan=False,
        description="How long running jobs may continue after SIGTERM before they are handed back.",
        examples=["100"],
        json_schema_extra={"unit": "seconds"},
    )
    grace_seconds: float = Field(
        default=30.0,
        ge=0,
        le=LONGEST_SECONDS,
        allow_inf_nan=False,
        description="When the platform kills a process after SIGTERM, such as Kubernetes'"
        " `terminationGracePeriodSeconds`.",
        examples=["120"],
        json_schema_extra={"unit": "seconds"},
    )

    @field_validator("anthropic_api_key")
    @classmethod
    def _can_be_sent(cls, key: SecretStr) -> SecretStr:
        # In a header it would break each call before it is sent, which looks like an unreachable provider.
        text = key.get_secret_value()
        if not (text.isascii() and text.isprintable()) or " " in text:
            raise ValueError("is not a key: it contains a space, a line break or a character that no key has")
        return key

    @field_validator("anthropic_base_url")
    @classmethod
    def _is_web_address(cls, url: str | None) -> str | None:
        if url and not (url.startswith(("http://", "https://")) and _host(url)):
            raise ValueError("must be a web address that begins with http:// or https://")
        return url

    @field_validator("budgets_usd", "models")
    @classmethod
    def _of_job_types(cls, by_type: dict[str, Any]) -> dict[str, Any]:
        # A limit that is silently ignored is worse than none.
        if unknown := by_type.keys() - JOB_TYPES.keys():
            raise ValueError(f"unknown job type {', '.join(sorted(unknown))}")
        return by_type

    @model_validator(mode="after")
    def _simulates_on_one_machine_only(self) -> Self:
        if self.simulator and not self.local:
            raise ValueError("LODESTONE_SIMULATOR is only for `lodestone up`")
        return self


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
