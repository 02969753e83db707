"""Our own processes as children: their commands, their environment, what they tell when they are ready."""

import json
import os
import signal
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from lodestone.errors import Misconfigured

from lodestone_local.data_folder import DataFolder

GATEWAY_COMMANDS = {"gateway": "serve", "relay": "relay", "projector": "project"}
PROVIDER_KEYS = ("ANTHROPIC_API_KEY", "LODESTONE_ANTHROPIC_API_KEY")
PROVIDER_VARIABLES = ("ANTHROPIC_", "LODESTONE_ANTHROPIC_")
DRAIN_SECONDS = 20
INSTALL = "Install the project with `make run` or `uv sync --all-packages`."


class AppProgram:
    """One of our own processes; it tells where it listens in a ready file."""

    user = None
    stop_signal = signal.SIGTERM
    kill_signal = signal.SIGKILL
    death_signal = signal.SIGKILL

    def __init__(self, name: str, command: list[str], env: dict[str, str], ready_file: Path) -> None:
        self.name = name
        self.env = env | {"LODESTONE_READY_FILE": str(ready_file)}
        self.told: dict[str, Any] = {}
        self._command = command
        self._ready_file = ready_file

    def command(self) -> list[str]:
        """Also takes a leftover ready file away."""
        self._ready_file.unlink(missing_ok=True)
        return self._command

    def environment(self) -> Mapping[str, str]:
        """The settings of this process."""
        return self.env

    def is_ready(self, pid: int) -> bool:
        """Has the process written its ready file? What it says is in `told`."""
        try:
            told = json.loads(self._ready_file.read_text())
        except (FileNotFoundError, ValueError):
            return False
        if told.get("pid") == pid:
            self.told = told
        return bool(self.told.get("pid") == pid)

    @property
    def urls(self) -> dict[str, str]:
        """Where each app in this process listens, by the name of the app."""
        return {self.name: self.told["url"]}


class SimulatorProgram(AppProgram):
    """The provider's simulator; a restart takes the port of the first start."""

    def __init__(self, folder: DataFolder) -> None:
        ready_file = folder.run / "simulator.json"
        command = [sys.executable, "-m", "lodestone_local.simulator", "--ready-file", str(ready_file)]
        super().__init__("simulator", command, dict(os.environ), ready_file)

    def command(self) -> list[str]:
        """With the port that the services know."""
        port = self.told["url"].rpartition(":")[2] if self.told else "0"
        return [*super().command(), "--port", port]


class OneProcess(AppProgram):
    """All apps in one process."""

    def __init__(self, env: dict[str, str], folder: DataFolder) -> None:
        self._urls_file = folder.run / "urls.json"
        command = [sys.executable, "-m", "lodestone_local.one_process", str(self._urls_file)]
        super().__init__("lodestone", command, env, folder.run / "lodestone.json")

    @property
    def urls(self) -> dict[str, str]:
        """As the process wrote them down."""
        return dict(json.loads(self._urls_file.read_text()))


@dataclass(frozen=True)
class Surroundings:
    """What the apps are told about the system around them."""

    nats_url: str
    database_url: str
    simulator_url: str | None
    secret: str
    gateway_port: int

    def environment(self) -> dict[str, str]:
        """The environment of an app: ours, with what this system decides."""
        env = dict(os.environ)
        if self.simulator_url:
            env = {name: value for name, value in env.items() if not name.startswith(PROVIDER_VARIABLES)}
            env["LODESTONE_ANTHROPIC_BASE_URL"] = self.simulator_url
            env["LODESTONE_ANTHROPIC_API_KEY"] = "simulator"
            env["LODESTONE_SIMULATOR"] = "true"
        return env | {
            "LODESTONE_NATS_URL": self.nats_url,
            "LODESTONE_DATABASE_URL": self.database_url,
            "LODESTONE_JWT_SECRET": self.secret,
            "LODESTONE_PORT": str(self.gateway_port),
            "LODESTONE_LOCAL": "true",
            "LODESTONE_DRAIN_SECONDS": str(DRAIN_SECONDS),
            "LODESTONE_HEALTH_PORT": "0",
        }


def app_programs(env: dict[str, str], folder: DataFolder, *, a_process_each: bool) -> list[AppProgram]:
    """What runs the installed apps. Raises Misconfigured when there is none."""
    names = sorted(entry.name for entry in entry_points(group="lodestone.apps"))
    if not names:
        raise Misconfigured(f"No app is installed. {INSTALL}")
    if not a_process_each:
        return [OneProcess(env, folder)]
    return [AppProgram(name, _own_command(name), dict(env), folder.run / f"{name}.json") for name in names]


def keep_port(apps: Iterable[AppProgram], gateway_url: str) -> None:
    """Lets a restarted gateway take the port it had."""
    for app in apps:
        app.env["LODESTONE_PORT"] = gateway_url.rpartition(":")[2]


def installed_command(name: str) -> str:
    """The path of a command of ours."""
    path = Path(sysconfig.get_path("scripts")) / name
    if not path.exists():
        raise Misconfigured(f"{name} is not installed. {INSTALL}")
    return str(path)


def has_provider_key(env: Mapping[str, str]) -> bool:
    """Can the real provider be called?"""
    return any(env.get(name) for name in PROVIDER_KEYS)


def _own_command(name: str) -> list[str]:
    if name in GATEWAY_COMMANDS:
        return [installed_command("lodestone-gateway"), GATEWAY_COMMANDS[name]]
    return [installed_command("lodestone-worker"), name]
