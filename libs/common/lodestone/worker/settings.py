"""Settings of a service's process."""

from typing import Self

from pydantic import AliasChoices, Field, SecretStr, model_validator

from lodestone.settings import ProcessSettings


class WorkerSettings(ProcessSettings):
    """What a service needs beside what every process needs."""

    slots: int = Field(default=32, ge=1)  # jobs at once in this process (contract, F.91)
    anthropic_api_key: SecretStr = Field(
        validation_alias=AliasChoices("LODESTONE_ANTHROPIC_API_KEY", "ANTHROPIC_API_KEY")
    )
    anthropic_base_url: str | None = None
    simulator: bool = False  # the base URL is our simulator's: it is told the job by headers
    models: dict[str, str] = {}  # a model for a job type, instead of the registry's; JSON

    @model_validator(mode="after")
    def _simulates_on_one_machine_only(self) -> Self:
        if self.simulator and not self.local:
            raise ValueError("LODESTONE_SIMULATOR is for `lodestone up` alone")
        return self
