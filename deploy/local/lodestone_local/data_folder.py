"""The folder in which everything of one local system lives: data, secret, logs, and a lock while it runs."""

import fcntl
import json
import os
from pathlib import Path
from typing import Any

from lodestone.errors import Misconfigured

from lodestone_local.private_file import write_private

READY_FILE = "ready.json"


def project_folder() -> Path:
    """The project around the working folder, or the working folder itself."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / "uv.lock").exists()), here)


def default_data_dir() -> Path:
    """`.lodestone` of the project."""
    return project_folder() / ".lodestone"


class DataFolder:
    """An opened data folder; held by one launcher at a time.

    Raises Misconfigured when it cannot be used or another launcher holds it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.logs = self.path / "logs"
        self.run = self.path / "run"
        try:
            for folder in (self.path, self.logs, self.run):
                folder.mkdir(parents=True, exist_ok=True)
            self._lock = (self.path / "lock").open("w")
        except OSError as error:
            raise Misconfigured(
                f"{self.path} cannot hold the data: {error.strerror}. Give another folder with --data-dir."
            ) from error
        self._hold()

    def close(self) -> None:
        """Lets another launcher use the folder."""
        self._lock.close()

    def _hold(self) -> None:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            where = (running_system(self.path) or {}).get("gateway", "not ready yet")
            raise Misconfigured(
                f"Lodestone already runs on {self.path} ({where}). "
                "Use that one, stop it, or give another folder with --data-dir."
            ) from error


def write_ready(path: Path, told: dict[str, Any]) -> None:
    """Writes the ready file, complete and by rename; it holds tokens, so only its owner may read it."""
    write_private(path, json.dumps(told, indent=2) + "\n")


def running_system(data_dir: Path) -> dict[str, Any] | None:
    """What the ready file of this data folder tells; None when no system is ready there."""
    try:
        told = json.loads((data_dir / READY_FILE).read_text())
        os.kill(told["launcher"], 0)
    except (OSError, ValueError, KeyError):
        return None  # a launcher that was killed could not remove its file
    return dict(told)


def require_system(data_dir: Path) -> dict[str, Any]:
    """What the running system tells. Raises Misconfigured when none is ready."""
    told = running_system(data_dir)
    if told is None:
        raise Misconfigured(f"No system is ready on {data_dir}. Start one with `lodestone up`.")
    return told
