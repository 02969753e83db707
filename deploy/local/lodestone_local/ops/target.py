"""Which gateway the operators' commands speak to, and with which token."""

from dataclasses import dataclass, field
from pathlib import Path

from lodestone.errors import Misconfigured
from lodestone.settings import read_settings
from lodestone.wire import JsonObject

from lodestone_local.data_folder import default_data_dir, require_system, running_system
from lodestone_local.ops.settings import OperatorSettings


@dataclass(frozen=True)
class Target:
    """A gateway's address and an operator's token for it."""

    url: str
    token: str = field(repr=False)


def find_target(url: str | None, data_dir: Path | None) -> Target:
    """The gateway that was named, or else the local system's. Raises Misconfigured if there is neither."""
    settings = read_settings(OperatorSettings)
    token = settings.token.get_secret_value() if settings.token else ""
    if data_dir is not None:
        return _local(require_system(data_dir), token)
    if named := url or settings.url:
        if not token:
            raise Misconfigured(
                f"Set LODESTONE_TOKEN to an operator's token for {named}; it is not taken as an option, "
                "where other users of this machine could read it."
            )
        return Target(named, token)
    told = running_system(default_data_dir())
    if told is None:
        raise Misconfigured(
            "No gateway is named and no local system is ready. Set LODESTONE_URL and LODESTONE_TOKEN, or "
            "start a system with `lodestone up`."
        )
    return _local(told, token)


def _local(told: JsonObject, token: str) -> Target:
    return Target(told["gateway"], token or told["tokens"]["operator"])
