"""Everything that a start relies on: one list, for `lodestone up` and `lodestone doctor`."""

import contextlib
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import httpx2
from lodestone.errors import LodestoneError
from lodestone.jobs import check_registry
from lodestone.settings import unknown_variables

from lodestone_local.configured.starting import apps, problem_of_start
from lodestone_local.credentials import SECRET_FILE, read_secret
from lodestone_local.data_folder import check_owner
from lodestone_local.external import OLDEST_NATS, look_at_nats, look_at_postgres
from lodestone_local.nats_server import find_server, is_free, read_passwords, server_version
from lodestone_local.postgres_cluster import check_cluster, check_user
from lodestone_local.postgres_programs import postgres_version
from lodestone_local.programs import INSTALL, Surroundings, all_users
from lodestone_local.provider import has_provider_key, provider_url, with_simulator
from lodestone_local.stream_blocks import damaged_blocks

OLDEST_PYTHON = (3, 11)
FIRST_START_BYTES = 120 * 1024 * 1024  # a new database takes about half of this
LATER_START_BYTES = 20 * 1024 * 1024
PROVIDER_SECONDS = 5.0
ANY_SECRET = "local-" + "x" * 64
CHOOSE_ANOTHER = "or give another folder with --data-dir."

Look = Callable[[], str]


class Wrong(LodestoneError):
    """Something has to be done before the system can start."""


class Doubtful(LodestoneError):
    """The system starts, but something is probably not as intended."""


def checks_of_start(data_dir: Path, port: int, *, simulated: bool) -> dict[str, Look]:
    """The checks, by subject: each returns what it found, or raises a LodestoneError."""
    return {
        "Python": check_python,
        "apps": check_apps,
        "names": check_names,
        "port": lambda: check_port(port),
        "data": lambda: check_data_dir(data_dir),
        "room": lambda: check_room(data_dir),
        "secrets": lambda: check_secrets(data_dir),
        "NATS": check_nats,
        "Postgres": lambda: check_postgres(data_dir),
        "stream": lambda: check_stream(data_dir),
        "provider": lambda: "simulated" if simulated else check_provider(),
    }


def check_python() -> str:
    """The version."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        raise Wrong(f"Python {version} is too old; install 3.11 or newer.")
    return version


def check_apps() -> str:
    """The installed processes."""
    if not apps():
        raise Wrong(f"No app is installed. {INSTALL}")
    return ", ".join(apps())


def check_names() -> str:
    """Whether something reads each variable of ours."""
    unknown = unknown_variables(os.environ)
    told = [f"{name} (did you mean {nearest}?)" if nearest else name for name, nearest in unknown.items()]
    if told:
        raise Doubtful(f"Unknown setting: {', '.join(told)}. Correct the name, or unset it.")
    return "all LODESTONE_ variables are known"


def check_port(port: int) -> str:
    """Whether the gateway's port is available."""
    if port and not is_free(port):
        raise Wrong(f"Port {port} is in use. Stop what uses it, or choose another with --port.")
    return f"{port} is free" if port else "a free one"


def check_data_dir(data_dir: Path) -> str:
    """Whether we may write there."""
    check_owner(data_dir)
    existing = _existing(data_dir)
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        raise Wrong(f"{existing} is not a writable folder. Choose another with --data-dir.")
    return str(data_dir) + ("" if data_dir.exists() else " (created at the first start)")


def check_room(data_dir: Path) -> str:
    """Whether the disk has room."""
    free = shutil.disk_usage(_existing(data_dir)).free
    needed = LATER_START_BYTES if (data_dir / "postgres").exists() else FIRST_START_BYTES
    if free < needed:
        raise Wrong(
            f"{data_dir} has {_megabytes(free)} free, but needs {_megabytes(needed)}. "
            f"Make room, {CHOOSE_ANOTHER}"
        )
    return f"{_megabytes(free)} are free"


def check_secrets(data_dir: Path) -> str:
    """Whether the token secret and the bus passwords can be read."""
    if (data_dir / SECRET_FILE).exists():
        read_secret(data_dir)
    with contextlib.suppress(FileNotFoundError):
        read_passwords(data_dir / "nats" / "passwords.json")
    return "in order"


def check_nats() -> str:
    """The given server, or the one that would be embedded."""
    if given := os.environ.get("LODESTONE_NATS_URL"):
        return look_at_nats(given)
    program = find_server()
    version = server_version(program)
    told = ".".join(map(str, version)) or "not a NATS server that reports its version"
    if version < OLDEST_NATS:
        raise Wrong(f"{program} is {told}, but 2.12 is needed. Install a newer one or set NATS_SERVER_BIN.")
    return f"embedded, {told}"


def check_postgres(data_dir: Path) -> str:
    """Likewise."""
    if given := os.environ.get("LODESTONE_DATABASE_URL"):
        return look_at_postgres(given)
    check_user()
    if (data_dir / "postgres").exists():
        check_cluster(data_dir / "postgres")
    return f"embedded, {postgres_version()}"


def check_stream(data_dir: Path) -> str:
    """Whether the embedded bus can read what it stored."""
    if damaged := damaged_blocks(data_dir / "nats" / "store"):
        raise Doubtful(
            f"{damaged[0]} is damaged: the bus skips what it cannot read. A start restores the logs of "
            "unfinished jobs from Postgres, which also has all others. To be sure, restore the folder."
        )
    return "readable"


def check_settings() -> str:
    """Whether every process would start with its settings, checked by each process's own code."""
    check_registry()
    env = _of_all_processes()
    problems = dict.fromkeys(filter(None, (problem_of_start(name, env) for name in apps())))
    if problems:
        raise Wrong(" ".join(problems))
    return "in order"


def check_provider() -> str:
    """Whether the provider accepts the key; makes no call that costs anything."""
    key = os.environ.get("LODESTONE_ANTHROPIC_API_KEY") or os.environ.get("ANTHROPIC_API_KEY", "")
    url = provider_url(os.environ)
    try:
        reply = httpx2.get(
            f"{url}/v1/models?limit=1",
            headers={"x-api-key": key.strip(), "anthropic-version": "2023-06-01"},
            timeout=PROVIDER_SECONDS,
        )
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        raise Doubtful(
            f"The provider at {url} cannot be reached ({type(error).__name__}). Check the network or "
            "HTTPS_PROXY; without ANTHROPIC_API_KEY the provider is simulated."
        ) from error
    if reply.status_code in (401, 403):
        raise Wrong(
            f"The provider at {url} refuses the key ({reply.status_code}). "
            "Set ANTHROPIC_API_KEY to a valid one, or unset it to use the simulator."
        )
    return f"the real one, at {url}"


def _of_all_processes() -> dict[str, str]:
    """The environment of one process for everything, except addresses that only a start knows."""
    anywhere = Surroundings("nats://127.0.0.1", {}, "postgresql://", {}, None, ANY_SECRET, 0, Path("none"))
    env = anywhere.environment(*all_users())
    return env if has_provider_key(env) else with_simulator(env, "http://127.0.0.1")


def _existing(data_dir: Path) -> Path:
    path = data_dir.absolute()
    return next(folder for folder in (path, *path.parents) if folder.exists())


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:,.0f} MB"
