"""Settings of a service's process."""

from decimal import Decimal
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, field_validator, model_validator

from lodestone.jobs import JOB_TYPES
from lodestone.settings import ProcessSettings

Budget = Annotated[Decimal, Field(gt=0)]


class WorkerSettings(ProcessSettings):
    """What a service needs beside what every process needs."""

    slots: int = Field(default=32, ge=1)  # jobs at once in this process (contract, F.91)
    anthropic_api_key: SecretStr = Field(
        validation_alias=AliasChoices("LODESTONE_ANTHROPIC_API_KEY", "ANTHROPIC_API_KEY")
    )
    anthropic_base_url: str | None = None
    simulator: bool = False  # the base URL is our simulator's: it is told the job by headers
    models: dict[str, str] = {}  # a model for a job type, instead of the registry's; JSON
    budgets_usd: dict[str, Budget] = {}  # the most that one job of a type may spend, likewise

    @field_validator("anthropic_api_key")
    @classmethod
    def _can_be_sent(cls, key: SecretStr) -> SecretStr:
        # In a header it would break each call before it is sent, which looks like a provider that is away.
        text = key.get_secret_value()
        if not (text.isascii() and text.isprintable()) or " " in text:
            raise ValueError("is no key: it has a blank, a line break or a letter that no key has")
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
        # A limit that nobody obeys would be worse than none.
        if unknown := by_type.keys() - JOB_TYPES.keys():
            raise ValueError(f"there is no job type {', '.join(sorted(unknown))}")
        return by_type

    @model_validator(mode="after")
    def _simulates_on_one_machine_only(self) -> Self:
        if self.simulator and not self.local:
            raise ValueError("LODESTONE_SIMULATOR is for `lodestone up` alone")
        return self


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
