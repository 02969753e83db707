"""Which processes a file configures: compose, Kubernetes, or variables."""

from pathlib import Path
from typing import Any

import yaml
from lodestone.errors import Misconfigured

from lodestone_local.configured.compose import of_compose
from lodestone_local.configured.kubernetes import of_kubernetes
from lodestone_local.configured.process import Configured
from lodestone_local.configured.variables import of_file

OF_YAML = (".yaml", ".yml", ".json")


def read_file(file: Path, process: str | None) -> list[Configured]:
    """Raises Misconfigured for a file that cannot be read, or that configures no process of ours."""
    try:
        text = file.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    if file.suffix not in OF_YAML:
        return [of_file(file, text, process)]
    found = _of_yaml(file, text)
    if not found:
        commands = "`lodestone-gateway` or `lodestone-worker`"
        raise Misconfigured(f"{file} starts no process of ours: none of its commands is {commands}.")
    return [each for each in found if process in (None, each.process)]


def _of_yaml(file: Path, text: str) -> list[Configured]:
    try:
        documents: list[Any] = [each for each in yaml.safe_load_all(text) if isinstance(each, dict)]
        composed = [each for each in documents if "services" in each]
        if composed:
            return [process for each in composed for process in of_compose(each, file)]
        return list(of_kubernetes(documents))
    except yaml.YAMLError as error:
        raise Misconfigured(f"{file} is not YAML: {' '.join(str(error).split())}") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise Misconfigured(f"{file} is neither a compose file nor a manifest: {error!r}.") from error
