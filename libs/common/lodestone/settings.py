"""Settings that every process shares, read once from LODESTONE_* when a process is built."""

from typing import Literal, TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from lodestone.errors import Misconfigured

LOCAL_SECRET = "local-"  # noqa: S105 - begins each secret that `lodestone up` makes, for no other system to take


class ProcessSettings(BaseSettings):
    """What each process needs; a process adds its own fields."""

    model_config = SettingsConfigDict(env_prefix="LODESTONE_", extra="ignore", frozen=True)

    nats_url: str = Field(repr=False)  # may hold a password
    nats_urls: dict[str, str] = Field(default={}, repr=False)  # by user, where a process is several; JSON
    local: bool = False  # started by `lodestone up` on one machine; everything else counts as production
    health_port: int = 0  # probes and metrics where a process serves no HTTP of its own; 0 is free
    log_format: Literal["json", "text"] = "json"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    drain_seconds: float = 20.0  # how long running work may go on after SIGTERM
    grace_seconds: float = 30.0  # when the platform kills the process

    def nats_url_of(self, user: str) -> str:
        """Where and as whom this user of the bus connects."""
        return self.nats_urls.get(user, self.nats_url)


S = TypeVar("S", bound=ProcessSettings)


def read_settings(model: type[S]) -> S:
    """The settings from the environment. Raises Misconfigured that names each variable to set."""
    try:
        return model.model_validate({})
    except ValidationError as error:
        problems = [f"{_variable(problem['loc'])}: {problem['msg']}" for problem in error.errors()]
        raise Misconfigured("Set these environment variables right: " + "; ".join(problems)) from None


def _variable(location: tuple[int | str, ...]) -> str:
    name = str(location[0]).upper() if location else "the settings"
    return name if name.startswith(("LODESTONE_", "ANTHROPIC_")) else f"LODESTONE_{name}"
