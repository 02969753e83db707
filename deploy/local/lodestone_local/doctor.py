"""`lodestone doctor`: checks everything a start relies on, or the running system, and says what to do."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lodestone.errors import LodestoneError

from lodestone_local.checks import check_settings, checks_of_start
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


def _looks(data_dir: Path, port: int) -> dict[str, Callable[[], str]]:
    simulated = not has_provider_key(os.environ)
    looks = checks_of_start(data_dir, port, simulated=simulated) | {"settings": check_settings}
    told = running_system(data_dir)
    if told is None:
        return looks
    # The running system is checked instead: its backends may differ from those in the doctor's shell.
    running = f"a system runs already, at {told['gateway']}"
    return looks | {"port": lambda: running} | parts_of(data_dir, told)
