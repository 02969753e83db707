"""`lodestone doctor`: looks at everything a start relies on and says what to do about what is wrong."""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

from lodestone.deadlines import check_worker
from lodestone.errors import LodestoneError
from lodestone.jobs import check_registry

from lodestone_local.data_folder import running_system
from lodestone_local.nats_server import OLDEST_SERVER, find_server, is_free, server_version
from lodestone_local.postgres_programs import postgres_version
from lodestone_local.programs import DRAIN_SECONDS, INSTALL, STOP_SECONDS
from lodestone_local.provider import has_provider_key

OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True)
class Finding:
    """What one check found; `is_fine` is false when something has to be done."""

    subject: str
    is_fine: bool
    told: str


def examine(data_dir: Path, port: int) -> Iterator[Finding]:
    """One finding after the other."""
    for subject, check in _checks(data_dir, port).items():
        try:
            yield Finding(subject, True, check())
        except (LodestoneError, OSError) as error:
            yield Finding(subject, False, str(error))


class Wrong(LodestoneError):
    """Something has to be done before the system can start."""


def _checks(data_dir: Path, port: int) -> dict[str, Callable[[], str]]:
    return {
        "Python": _check_python,
        "apps": _check_apps,
        "NATS": _check_nats,
        "Postgres": _check_postgres,
        "port": lambda: _check_port(data_dir, port),
        "data": lambda: _check_data_dir(data_dir),
        "limits": _check_limits,
        "provider": _check_provider,
    }


def _check_python() -> str:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        raise Wrong(f"{version} is too old; install 3.11 or newer.")
    return version


def _check_apps() -> str:
    names = sorted(entry.name for entry in entry_points(group="lodestone.apps"))
    if not names:
        raise Wrong(f"none is installed. {INSTALL}")
    return ", ".join(names)


def _check_nats() -> str:
    if os.environ.get("LODESTONE_NATS_URL"):
        return "given by LODESTONE_NATS_URL"
    program = find_server()
    version = server_version(program)
    told = ".".join(map(str, version)) or "of unknown version"
    if version < OLDEST_SERVER:
        raise Wrong(f"{program} is {told}, and 2.12 is needed. Install a newer one or set NATS_SERVER_BIN.")
    return f"embedded, {told}"


def _check_postgres() -> str:
    if os.environ.get("LODESTONE_DATABASE_URL"):
        return "given by LODESTONE_DATABASE_URL"
    return f"embedded, {postgres_version()}"


def _check_port(data_dir: Path, port: int) -> str:
    told = running_system(data_dir)
    if told is not None:
        return f"a system runs already, at {told['gateway']}"
    if not is_free(port):
        raise Wrong(f"{port} is in use. Stop what uses it, or choose another with --port.")
    return f"{port} is free"


def _check_data_dir(data_dir: Path) -> str:
    existing = next(folder for folder in (data_dir, *data_dir.parents) if folder.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        raise Wrong(f"{existing} is no folder that can be written. Choose another with --data-dir.")
    return str(data_dir) + ("" if data_dir.exists() else " (made at the first start)")


def _check_limits() -> str:
    check_registry()
    check_worker(DRAIN_SECONDS, STOP_SECONDS)
    return "in order"


def _check_provider() -> str:
    return "the real one" if has_provider_key(os.environ) else "simulated: there is no ANTHROPIC_API_KEY"
