"""What a compose file gives each of our processes."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lodestone.settings import SECRETS_FOLDER

from lodestone_local.configured.process import UNSEEN, Configured, Platform, placeholder, process_of
from lodestone_local.configured.variables import variables_in

DEFAULT_GRACE = "10s"
SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
PART = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(ms|h|m|s)")
INTERPOLATED = re.compile(r"\$\{(\w{1,100}+)(:?-)?([^{}$]{0,150})\}|\$(\w{1,100}+)")
PROBED = re.compile(r"(?:127\.0\.0\.1|localhost):(\d+)")


def of_compose(document: dict[str, Any], file: Path) -> Iterator[Configured]:
    """Each service that runs a command of ours."""
    for name, service in (document.get("services") or {}).items():
        command = service.get("command") or []
        words = command.split() if isinstance(command, str) else list(map(str, command))
        if process := process_of(words):
            yield _Service(document, name, service, file.parent).configured(process)


class _Service:
    def __init__(self, document: dict[str, Any], name: str, service: dict[str, Any], folder: Path) -> None:
        self._document, self._name, self._service, self._folder = document, name, service, folder
        self._missing: list[str] = []

    def configured(self, process: str) -> Configured:
        env = self._variables()
        folder = env.pop(SECRETS_FOLDER, None)
        return Configured(
            f"service {self._name}",
            process,
            (self._secrets(folder) if folder else {}) | env,
            self._missing,
            platform=self._platform(),
        )

    def _variables(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for each in _listed(self._service.get("env_file")):
            path = self._folder / (each["path"] if isinstance(each, dict) else each)
            if (text := self._read(path)) is not None:
                found |= variables_in(text, path)
        given = self._service.get("environment") or {}
        if isinstance(given, list):
            given = dict(each.partition("=")[::2] for each in given)
        return found | {name: _interpolated(name, value) for name, value in given.items()}

    def _secrets(self, folder: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for each in _listed(self._service.get("secrets")):
            source = each if isinstance(each, str) else each["source"]
            target = source if isinstance(each, str) else each.get("target", source)
            name = target.removeprefix(f"{folder.rstrip('/')}/")
            if "/" not in name:
                found[name] = self._secret(source) or placeholder(name)
        return found

    def _secret(self, source: str) -> str | None:
        """None if its value is somewhere else."""
        declared = (self._document.get("secrets") or {}).get(source)
        if declared is None:
            self._missing.append(f"The file declares no secret {source}.")
            return None
        return self._read(self._folder / declared["file"]) if "file" in declared else None

    def _read(self, path: Path) -> str | None:
        try:
            return path.read_text()
        except OSError as error:
            self._missing.append(f"{path} cannot be read: {error.strerror}.")
            return None

    def _platform(self) -> Platform:
        grace = str(self._service.get("stop_grace_period", DEFAULT_GRACE))
        seconds = sum(float(number) * SECONDS[unit] for number, unit in PART.findall(grace))
        probe = " ".join(map(str, _listed((self._service.get("healthcheck") or {}).get("test"))))
        return Platform("stop_grace_period", seconds, frozenset(PROBED.findall(probe)))


def _interpolated(name: str, value: Any) -> str:
    """With the variables of this shell, as compose fills them in."""
    if value is None:
        return os.environ.get(name, placeholder(name))
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return INTERPOLATED.sub(_from_shell, text)


def _from_shell(match: re.Match[str]) -> str:
    name, is_default, rest, plain_name = match.groups()
    return os.environ.get(name or plain_name, (is_default and rest) or UNSEEN)


def _listed(given: Any) -> list[Any]:
    if given is None:
        return []
    return given if isinstance(given, list) else [given]
