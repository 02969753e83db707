"""The folder that holds everything of one local system: data, secret, logs, and a lock while it runs."""

import errno
import fcntl
import json
import os
import time
from pathlib import Path
from typing import Any

from lodestone.errors import Misconfigured

from lodestone_local.postgres_cluster import user_name
from lodestone_local.private_file import write_private

READY_FILE = "ready.json"
LOCK_FILE = "lock"
ANOTHER = "give another folder with --data-dir"
HOLD_SECONDS = 0.5  # a mere look holds the lock for less


def project_folder() -> Path:
    """The project that contains the working folder, or else the working folder."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / "uv.lock").exists()), here)


def default_data_dir() -> Path:
    """`.lodestone` of the project."""
    return project_folder() / ".lodestone"


class DataFolder:
    """An opened data folder; held by one launcher at a time.

    Raises Misconfigured when it cannot be used, before it is changed, or another launcher holds it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.logs = self.path / "logs"
        self.run = self.path / "run"
        check_owner(self.path)
        try:
            for folder in (self.path, self.logs, self.run):
                folder.mkdir(parents=True, exist_ok=True)
            for folder in (self.logs, self.run):
                folder.chmod(0o700)  # earlier versions left them open
            self._lock = (self.path / LOCK_FILE).open("a")
        except OSError as error:
            raise Misconfigured(
                f"{self.path} cannot hold the data: {error.strerror}. Fix that, or {ANOTHER}."
            ) from error
        self._hold()

    def close(self) -> None:
        """Lets another launcher use the folder."""
        self._lock.close()

    def _hold(self) -> None:
        until = time.monotonic() + HOLD_SECONDS
        while not _try_lock(self._lock.fileno(), fcntl.LOCK_EX, self.path):
            if time.monotonic() > until:
                self._lock.close()
                where = (running_system(self.path) or {}).get("gateway", "not ready yet")
                raise Misconfigured(
                    f"Lodestone is already running on {self.path} ({where}). "
                    f"Use that one, stop it, or {ANOTHER}."
                )
            time.sleep(HOLD_SECONDS / 10)


def check_owner(path: Path) -> None:
    """Raises Misconfigured if another user created the folder: what we make in it would lock them out."""
    try:
        owner = (path / LOCK_FILE).stat().st_uid
    except OSError:
        return  # nothing there yet, or we may not see it: opening it will tell
    if owner != os.geteuid():
        raise Misconfigured(
            f"{path} belongs to {user_name(owner)}, but you are {user_name(os.geteuid())}. "
            f"Start as {user_name(owner)}, or {ANOTHER}."
        )


def write_ready(path: Path, told: dict[str, Any]) -> None:
    """Writes the ready file, complete and by rename; it holds tokens, so only its owner may read it."""
    write_private(path, json.dumps(told, indent=2) + "\n")


def running_system(data_dir: Path) -> dict[str, Any] | None:
    """What the ready file of this data folder says; None if no system is ready there."""
    if not _is_held(data_dir):
        return None  # the file was left by a launcher that was killed, or came with a copy of the folder
    try:
        told = json.loads((data_dir / READY_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) else None


def require_system(data_dir: Path) -> dict[str, Any]:
    """What the running system's ready file says. Raises Misconfigured if none is ready."""
    told = running_system(data_dir)
    if told is None:
        raise Misconfigured(f"No system is ready on {data_dir}. Start one with `lodestone up`.")
    return told


def _is_held(data_dir: Path) -> bool:
    """Does a launcher hold this folder now? A process number may since belong to any other process."""
    try:
        with (data_dir / LOCK_FILE).open() as lock:
            return not _try_lock(lock.fileno(), fcntl.LOCK_SH, data_dir)
    except OSError:
        return False


def _try_lock(file: int, kind: int, folder: Path) -> bool:
    """Takes the lock, which ends with the file. Raises Misconfigured on a file system without locks."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            return False
        raise Misconfigured(
            f"The file system of {folder} has no locks ({error.strerror}); {ANOTHER}, on a local disk."
        ) from error
    return True
