"""What a file of variables says, or the environment of this shell."""

import re
from collections.abc import Mapping
from pathlib import Path

from lodestone.errors import Misconfigured

from lodestone_local.configured.process import Configured

LINE = re.compile(r"(?:export\s+)?([A-Za-z_]\w*)=(.*)")


def of_environment(env: Mapping[str, str], process: str) -> Configured:
    """This shell's environment, as that of a process."""
    return Configured(f"the environment, for {process}", process, env)


def of_file(file: Path, text: str, process: str | None) -> Configured:
    """A file of variables, whose name says the process if the caller does not."""
    named = process or file.name.removesuffix(".env")
    return Configured(str(file), named, variables_in(text, file))


def variables_in(text: str, file: Path) -> dict[str, str]:
    """The variables of an env file. Raises Misconfigured for a line that is none."""
    found: dict[str, str] = {}
    for number, line in enumerate(map(str.strip, text.splitlines()), start=1):
        if not line or line.startswith("#"):
            continue
        if (match := LINE.fullmatch(line)) is None:
            raise Misconfigured(f"{file}:{number} is not NAME=value.")
        found[match[1]] = _unquoted(match[2].strip())
    return found


def _unquoted(value: str) -> str:
    is_quoted = len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if is_quoted else value
