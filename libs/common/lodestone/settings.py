"""Settings that every process shares, read once from LODESTONE_* when a process is built."""

from collections.abc import Mapping
from difflib import get_close_matches
from importlib.metadata import entry_points
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from lodestone.errors import Misconfigured

LOCAL_SECRET = "local-"  # noqa: S105 - begins each secret that `lodestone up` makes, for no other system to take
READY_FILE = "LODESTONE_READY_FILE"  # gets the process's address once it takes work
# Read by the server of the bus, by our tests and by our examples.
FOR_OTHERS = ("LODESTONE_NATS_PASSWORD_", "LODESTONE_TEST_", "LODESTONE_EXAMPLE_")
NEAR = 0.8  # how alike two names are, from 0 to 1, so that one is probably meant for the other


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


def unknown_variables(env: Mapping[str, str]) -> dict[str, str | None]:
    """LODESTONE_ variables that no installed process reads, each with a known name that is like it."""
    known = _known_variables()
    unknown = [
        name
        for name in env
        if name.startswith("LODESTONE_") and name not in known and not name.startswith(FOR_OTHERS)
    ]
    return {name: next(iter(get_close_matches(name, known, n=1, cutoff=NEAR)), None) for name in unknown}


def _known_variables() -> set[str]:
    models: list[type[ProcessSettings]] = [each.load() for each in entry_points(group="lodestone.settings")]
    names = {_variable((field,)) for model in models for field in model.model_fields}
    return names | {READY_FILE}


def _trimmed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _trimmed(each) for name, each in value.items()}
    return value.strip() if isinstance(value, str) else value


def _variable(location: tuple[int | str, ...]) -> str:
    if not location:
        return "together"
    name = str(location[0])
    return name if name.isupper() else f"LODESTONE_{name.upper()}"  # a name of its own is told as it is
