"""Settings that every process shares, read once from LODESTONE_* when a process is built."""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from lodestone.errors import Misconfigured

LOCAL_SECRET = "local-"  # noqa: S105 - begins each secret that `lodestone up` makes, for no other system to take
READY_FILE = "LODESTONE_READY_FILE"  # gets the process's address once it takes work
SECRETS_FOLDER = "LODESTONE_SECRETS_FOLDER"  # holds a file for each setting that is not in the environment
# Read by the server of the bus, by our tests and by our examples.
FOR_OTHERS = ("LODESTONE_NATS_PASSWORD_", "LODESTONE_TEST_", "LODESTONE_EXAMPLE_")
NEAR = 0.8  # how alike two names are, from 0 to 1, so that one is probably meant for the other


def _origin(url: str) -> str:
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment):
        raise ValueError("must be a web address, such as https://jobs.example.com")
    return url.rstrip("/")


class Settings(BaseSettings):
    """What is read from LODESTONE_* or from files of these names, with the blanks around it removed.

    docs/settings.md is made from the descriptions, units and examples of all settings.
    """

    model_config = SettingsConfigDict(
        env_prefix="LODESTONE_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment, and then the folder of secrets if there is one. Raises Misconfigured."""
        if not secret_files(os.environ):
            return init_settings, env_settings
        folder = os.environ[SECRETS_FOLDER]
        return init_settings, env_settings, SecretsSettingsSource(settings_cls, secrets_dir=folder)

    @model_validator(mode="before")
    @classmethod
    def _without_line_breaks(cls, given: Any) -> Any:
        """A pasted value, or one from a file, has blanks around it; a blank value counts as unset."""
        return {name: value for name, value in _trimmed(given).items() if value != ""}


class BusSettings(Settings):
    """What everything that uses the bus needs: each process, and most operator commands."""

    nats_url: str = Field(
        repr=False,
        description="URL of the bus, with the user to connect as; separate several servers with commas.",
        examples=["nats://relay:…@nats-1:4222,nats://relay:…@nats-2:4222"],
    )
    nats_urls: dict[str, str] = Field(
        default={},
        repr=False,
        description="The same by user, for a process that is several: the projector is also `reconciler`.",
        examples=['{"reconciler": "nats://reconciler:…@nats:4222"}'],
    )

    nats_ca: Path | None = Field(
        default=None,
        description="PEM file with the authority that signed the certificates of the bus. Without it,"
        " the system's authorities count. A URL that begins with `tls://` is never connected to unencrypted.",
        examples=["/etc/lodestone/nats-ca.pem"],
    )

    def nats_url_of(self, user: str) -> str:
        """The URL with which this user of the bus connects."""
        return self.nats_urls.get(user, self.nats_url)


class StreamSettings(BusSettings):
    """What is needed to create the streams of the bus."""

    stream_replicas: int | None = Field(
        default=None,
        ge=1,
        le=5,
        description="On how many servers of the bus each message is kept. Unset, `migrate` leaves existing"
        " streams as they are, and new ones are on one server.",
        examples=["3"],
        json_schema_extra={"unit": "servers"},
    )


class ProcessSettings(BusSettings):
    """What each process needs in addition; a process adds its own fields."""

    local: bool = Field(
        default=False,
        description="Set by `lodestone up`, for one machine. Anything without it counts as production.",
        examples=["true"],
    )
    public_url: Annotated[str, AfterValidator(_origin)] = Field(
        default="",
        description="Where others reach the gateway: the events that relay, projector and services write link"
        " to their schemas with it, and owners get links to what they publish.",
        examples=["https://jobs.example.com"],
    )
    health_port: int = Field(
        default=0,
        ge=0,
        le=65535,
        description="The port of probes and metrics, on all addresses; 0 picks a free port.",
        examples=["9400"],
        json_schema_extra={"unit": "port"},
    )
    log_format: Literal["json", "text"] = Field(
        default="json", description="The format of log lines.", examples=["text"]
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="The lowest level that is logged.", examples=["WARNING"]
    )


S = TypeVar("S", bound=Settings)


def read_settings(model: type[S]) -> S:
    """The settings from the environment. Raises Misconfigured that names each variable to set."""
    try:
        return model.model_validate({})
    except ValidationError as error:
        problems = "; ".join(map(_in_words, error.errors()))
        raise Misconfigured(f"Correct these environment variables: {problems}") from None
    except OSError as error:
        raise Misconfigured(f"The secret {error.filename} cannot be read: {error.strerror}.") from None


def _in_words(problem: ErrorDetails) -> str:
    if isinstance(problem.get("ctx", {}).get("error"), SettingsError):
        field = problem["msg"].split('"')[1]  # the one place that names it
        return f"{variable(field)}: is not JSON"
    return f"{_variable(problem['loc'])}: {problem['msg']}"


def unknown_variables(env: Mapping[str, str]) -> dict[str, str | None]:
    """LODESTONE_ variables and secrets that no installed process reads, each with a similar known name.

    Raises Misconfigured if the folder of secrets is none.
    """
    known = _known_variables()
    unknown = [
        name
        for name in (*env, *secret_files(env))
        if name.startswith("LODESTONE_") and name not in known and not name.startswith(FOR_OTHERS)
    ]
    return {name: next(iter(get_close_matches(name, known, n=1, cutoff=NEAR)), None) for name in unknown}


def secret_files(env: Mapping[str, str]) -> list[str]:
    """The names of the files in this environment's folder of secrets. Raises Misconfigured if it is none."""
    if not (folder := env.get(SECRETS_FOLDER)):
        return []
    try:
        return sorted(path.name for path in Path(folder).iterdir() if path.is_file())
    except OSError as error:
        raise Misconfigured(
            f"{SECRETS_FOLDER} names {folder}, which cannot be read: {error.strerror}."
        ) from None


def models() -> dict[str, type[Settings]]:
    """What each installed process and command reads, by its name."""
    return {each.name: each.load() for each in entry_points(group="lodestone.settings")}


def _known_variables() -> set[str]:
    names = {variable(field) for model in models().values() for field in model.model_fields}
    return names | {READY_FILE, SECRETS_FOLDER}


def _trimmed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _trimmed(each) for name, each in value.items()}
    return value.strip() if isinstance(value, str) else value


def _variable(location: tuple[int | str, ...]) -> str:
    if not location:
        return "together"
    return variable(str(location[0]))


def variable(field: str) -> str:
    """The environment variable of a field; a name of its own stays as it is."""
    return field if field.isupper() else f"LODESTONE_{field.upper()}"
