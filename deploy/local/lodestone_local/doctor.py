"""`lodestone doctor`: checks all that a start relies on, or the running system, or files of settings."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lodestone.errors import LodestoneError

from lodestone_local.checks import check_settings, checks_of_start
from lodestone_local.configured.reading import read_file
from lodestone_local.configured.rules import problems
from lodestone_local.configured.together import differences
from lodestone_local.configured.variables import of_environment
from lodestone_local.data_folder import running_system
from lodestone_local.provider import has_provider_key
from lodestone_local.running import parts_of


@dataclass(frozen=True)
class Finding:
    """What one check found; `is_fine` is false if there is something to do."""

    subject: str
    is_fine: bool
    told: str


def examine(data_dir: Path, port: int) -> Iterator[Finding]:
    """One finding after the other."""
    for subject, look in _looks(data_dir, port).items():
        try:
            yield Finding(subject, True, look())
        except (LodestoneError, OSError) as error:
            yield Finding(subject, False, str(error))


def examine_settings(files: Sequence[Path], process: str | None) -> Iterator[Finding]:
    """A finding for each process that the files configure, or this environment if there is no file.

    Raises Misconfigured for a file that configures none.
    """
    found = [each for file in files for each in read_file(file, process)]
    if process and not files:
        found = [of_environment(os.environ, process)]
    for each in found:
        told = problems(each)
        yield Finding(each.where, not told, " ".join(told) or f"{each.process} would start")
    if told := list(differences(found)):
        yield Finding("together", False, " ".join(told))


def _looks(data_dir: Path, port: int) -> dict[str, Callable[[], str]]:
    simulated = not has_provider_key(os.environ)
    looks = checks_of_start(data_dir, port, simulated=simulated) | {"settings": check_settings}
    told = running_system(data_dir)
    if told is None:
        return looks
    # The running system is checked instead: its backends may differ from those in the doctor's shell.
    running = f"a system runs already, at {told['gateway']}"
    return looks | {"port": lambda: running} | parts_of(data_dir, told)
