"""Our own processes as children: their commands, their environment, what they report when ready."""

import json
import os
import signal
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from lodestone.errors import Misconfigured

from lodestone_local.credentials import DEMO, OPERATOR, SECOND
from lodestone_local.data_folder import DataFolder
from lodestone_local.provider import KEYS, with_simulator, without_proxy

GATEWAY_COMMANDS = {"gateway": "serve", "relay": "relay", "projector": "project"}
USERS = {"projector": ("projector", "reconciler")}  # for a process that is not just the user of its own name
DATABASE_USERS = ("gateway", "relay", "projector", "reconciler", "operator")
DATABASE_VARIABLES = ("LODESTONE_DATABASE_URL", "LODESTONE_DATABASE_URLS")
DRAIN_SECONDS = 20
STOP_SECONDS = 30  # within which everything has ended after a signal
RATE_LIMIT = "100/second"  # job submissions of one user
REQUESTS_PER_SECOND = "10000"  # of one user, who is most often the only one
LOCAL_USERS = {"demo": str(DEMO), "second": str(SECOND), "operator": str(OPERATOR)}  # for the pages
INSTALL = "Install the project with `make install`."


class AppProgram:
    """One of our own processes; it reports in a ready file where it listens."""

    stop_signal = signal.SIGTERM
    kill_signal = signal.SIGKILL
    death_signal = signal.SIGKILL
    trouble = None  # our processes end when they cannot continue

    def __init__(self, name: str, command: list[str], env: dict[str, str], ready_file: Path) -> None:
        self.name = name
        self.env = env | {"LODESTONE_READY_FILE": str(ready_file)}
        self.told: dict[str, Any] = {}
        self._command = command
        self._ready_file = ready_file

    def command(self) -> list[str]:
        """Also removes a leftover ready file."""
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
    """The provider's simulator; a restart keeps the port of the first start."""

    def __init__(self, folder: DataFolder, rate_limits: str | None) -> None:
        ready_file = folder.run / "simulator.json"
        command = [sys.executable, "-m", "lodestone_local.simulator", "--ready-file", str(ready_file)]
        command += ["--rate-limits", rate_limits] if rate_limits else []
        super().__init__("simulator", command, dict(os.environ), ready_file)

    def command(self) -> list[str]:
        """With the port that the services know."""
        port = self.told["url"].rpartition(":")[2] if self.told else "0"
        return [*super().command(), "--port", port]


class OneProcess(AppProgram):
    """Everything of ours in one process; it migrates the database itself."""

    def __init__(
        self, env: dict[str, str], folder: DataFolder, *, simulated: bool, rate_limits: str | None
    ) -> None:
        self._urls_file = folder.run / "urls.json"
        self._simulated = simulated
        command = [sys.executable, "-m", "lodestone_local.one_process", "--urls-file", str(self._urls_file)]
        command += ["--simulator-rate-limits", rate_limits] if rate_limits else []
        super().__init__("lodestone", command, env, folder.run / "lodestone.json")

    def command(self) -> list[str]:
        """With the simulator's previous port."""
        port = self.urls["simulator"].rpartition(":")[2] if self.told and self._simulated else "0"
        return [*super().command(), *(["--simulator-port", port] if self._simulated else [])]

    @property
    def urls(self) -> dict[str, str]:
        """As the process recorded them."""
        return dict(json.loads(self._urls_file.read_text()))


@dataclass(frozen=True)
class Surroundings:
    """What the apps are told about their surroundings."""

    nats_url: str
    nats_users: Mapping[str, str]  # the URL of each user of the embedded bus; empty for an external bus
    database_url: str
    database_users: Mapping[str, str]  # the URL of each user of the database
    simulator_url: str | None  # of a simulator in its own process
    secret: str
    gateway_port: int
    subscribers_file: Path  # the other readers of the embedded bus
    stream_replicas: int | None = None  # how often the embedded bus keeps each message

    def environment(self, *users: str) -> dict[str, str]:
        """The environment of an app that acts as these backend users, without the secrets of others."""
        # Tokens are checked with the local secret, whatever the shell says.
        own = {
            "LODESTONE_RATE_LIMIT": RATE_LIMIT,
            "LODESTONE_REQUESTS_PER_SECOND": REQUESTS_PER_SECOND,
            "LODESTONE_DRAIN_SECONDS": str(DRAIN_SECONDS),
            "LODESTONE_PUBLIC_URL": f"http://127.0.0.1:{self.gateway_port}",
        }
        env = {**own, **os.environ, **without_proxy(os.environ)}
        env.pop("LODESTONE_JWKS_URL", None)
        if self.simulator_url:
            env = with_simulator(env, self.simulator_url)
        env |= self._backends(users) | {
            "LODESTONE_JWT_SECRET": self.secret,
            "LODESTONE_PORT": str(self.gateway_port),
            "LODESTONE_LOCAL": "true",
            "LODESTONE_LOCAL_USERS": json.dumps(LOCAL_USERS),
            "LODESTONE_GRACE_SECONDS": str(STOP_SECONDS),
            "LODESTONE_HEALTH_PORT": "0",
            "LODESTONE_SUBSCRIBERS_FILE": str(self.subscribers_file),
        }
        if self.stream_replicas:
            env["LODESTONE_STREAM_REPLICAS"] = str(self.stream_replicas)
        foreign = {
            *(() if "gateway" in users else ("LODESTONE_JWT_SECRET",)),
            *(() if set(users) & set(DATABASE_USERS) else DATABASE_VARIABLES),
            *(() if set(users) - set(DATABASE_USERS) else KEYS),  # all others are services
        }
        return {name: value for name, value in env.items() if name not in foreign}

    def _backends(self, users: Sequence[str]) -> dict[str, str]:
        bus = _as_users("LODESTONE_NATS_URL", users, self.nats_url, self.nats_users)
        return bus | _as_users(DATABASE_VARIABLES[0], users, self.database_url, self.database_users)


def _as_users(variable: str, users: Sequence[str], given: str, urls: Mapping[str, str]) -> dict[str, str]:
    """The URL of a backend for the first of these users, and the URLs of all it knows; or the given one."""
    own = {user: urls[user] for user in users if user in urls}
    if not own:
        return {} if urls else {variable: given}
    return {variable: next(iter(own.values())), f"{variable}S": json.dumps(own)}


def app_programs(
    surroundings: Surroundings, folder: DataFolder, gateway_ports: Sequence[int]
) -> list[AppProgram]:
    """Processes for each installed app, as many as there are ports. Raises Misconfigured if there is none."""
    return [
        _replica(app, number, surroundings, folder, port)
        for number, port in enumerate(gateway_ports, start=1)
        for app in _app_names()
    ]


def _replica(
    app: str, number: int, surroundings: Surroundings, folder: DataFolder, gateway_port: int
) -> AppProgram:
    name = app if number == 1 else f"{app}-{number}"
    env = surroundings.environment(*USERS.get(app, (app,))) | {"LODESTONE_PORT": str(gateway_port)}
    return AppProgram(name, _own_command(app), env, folder.run / f"{name}.json")


def one_process(
    surroundings: Surroundings, folder: DataFolder, *, simulated: bool, rate_limits: str | None
) -> OneProcess:
    """One process for everything, which acts as every user. Raises Misconfigured if no app is installed."""
    environment = surroundings.environment(*all_users())
    return OneProcess(environment, folder, simulated=simulated, rate_limits=rate_limits)


def all_users() -> list[str]:
    """Every user of the backends. Raises Misconfigured if no app is installed."""
    return list(dict.fromkeys((*DATABASE_USERS, *_app_names())))


def _app_names() -> list[str]:
    names = sorted(entry.name for entry in entry_points(group="lodestone.apps"))
    if not names:
        raise Misconfigured(f"No app is installed. {INSTALL}")
    return names


def installed_command(name: str) -> str:
    """The path of a command of ours."""
    path = Path(sysconfig.get_path("scripts")) / name
    if not path.exists():
        raise Misconfigured(f"{name} is not installed. {INSTALL}")
    return str(path)


def _own_command(name: str) -> list[str]:
    if name in GATEWAY_COMMANDS:
        return [installed_command("lodestone-gateway"), GATEWAY_COMMANDS[name]]
    return [installed_command("lodestone-worker"), name]
