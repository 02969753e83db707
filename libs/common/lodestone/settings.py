"""Settings that every process shares, read once from LODESTONE_* when a process is built."""

from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from lodestone.errors import Misconfigured

LOCAL_SECRET = "local-"  # noqa: S105 - begins each secret that `lodestone up` makes, for no other system to take


def _origin(url: str) -> str:
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment):
        raise ValueError("must be a web address, such as https://jobs.example.com")
    return url.rstrip("/")


class ProcessSettings(BaseSettings):
    """What each process needs; a process adds its own fields."""

    model_config = SettingsConfigDict(
        env_prefix="LODESTONE_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    nats_url: str = Field(repr=False)  # may hold a password
    nats_urls: dict[str, str] = Field(default={}, repr=False)  # by user, where a process is several; JSON
    local: bool = False  # started by `lodestone up` on one machine; everything else counts as production
    # Where others reach the gateway, as https://jobs.example.com: what events lead to their schemas by.
    public_url: Annotated[str, AfterValidator(_origin)] = ""
    health_port: int = 0  # probes and metrics where a process serves no HTTP of its own; 0 is free
    log_format: Literal["json", "text"] = "json"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    drain_seconds: float = 20.0  # how long running work may go on after SIGTERM
    grace_seconds: float = 30.0  # when the platform kills the process

    @model_validator(mode="before")
    @classmethod
    def _without_line_breaks(cls, given: Any) -> Any:
        """What is pasted or read from a file has blanks around it; what is blank is not set."""
        return {name: value for name, value in _trimmed(given).items() if value != ""}

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


def _trimmed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _trimmed(each) for name, each in value.items()}
    return value.strip() if isinstance(value, str) else value


def _variable(location: tuple[int | str, ...]) -> str:
    if not location:
        return "together"
    name = str(location[0])
    return name if name.isupper() else f"LODESTONE_{name.upper()}"  # a name of its own is told as it is
