"""The whole system on one machine: started in order, described in the ready file, stopped in order."""

import asyncio
import contextlib
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lodestone.errors import LodestoneError, Misconfigured

from lodestone_local.backends import (
    EmbeddedBus,
    PostgresProgram,
    forget_client_settings,
)
from lodestone_local.checks import Doubtful, checks_of_start
from lodestone_local.credentials import DEMO, OPERATOR, SECOND, make_secret, sign_token
from lodestone_local.data_folder import READY_FILE, DataFolder, write_ready
from lodestone_local.database import set_up_database, subscribe
from lodestone_local.nats_server import free_port
from lodestone_local.processes import Child, Program
from lodestone_local.programs import (
    AppProgram,
    SimulatorProgram,
    Surroundings,
    app_programs,
    one_process,
)

# Together they fit into the 30 s that a stop may take.
APP_STOP_SECONDS = 26.0
BACKEND_STOP_SECONDS = 1.0
DATABASE_STOP_SECONDS = 2.0


@dataclass(frozen=True)
class Options:
    """How to run the system."""

    port: int  # of the gateway; 0 takes a free one
    data_dir: Path
    ready_file: Path | None
    processes: bool  # a process for each app instead of one for all
    simulator: bool
    rate_limits: str | None = None  # of the simulator
    replicas: int = 1  # of each app, where each is a process of its own
    nats_nodes: int = 1  # of the embedded bus


class System:
    """Starts, keeps and ends all processes. Raises LodestoneError with a sentence that says what to do."""

    def __init__(self, options: Options, folder: DataFolder, say: Callable[[str], None]) -> None:
        self._options = options
        self._folder = folder
        self._say = say
        # Of each gateway, even when it is restarted.
        self._gateway_ports = [
            options.port or free_port(),
            *(free_port() for _ in range(1, options.replicas)),
        ]
        self._secret = make_secret(folder.path)
        if not os.environ.get("LODESTONE_DATABASE_URL"):
            forget_client_settings()
        self._given_nats = os.environ.get("LODESTONE_NATS_URL")
        self._given_database = os.environ.get("LODESTONE_DATABASE_URL")
        self._nats = None if self._given_nats else EmbeddedBus(folder.path, options.nats_nodes)
        self._postgres = None if self._given_database else PostgresProgram(folder.path / "postgres")
        is_apart = options.simulator and options.processes
        self._simulator = SimulatorProgram(folder, options.rate_limits) if is_apart else None
        self._apps: list[AppProgram] = []
        self._children: dict[str, Child] = {}
        self._is_ready = False

    async def start(self) -> None:
        """Returns when everything accepts work and the ready files are written."""
        self._make_room_for_ready_files()
        await asyncio.to_thread(self._check)
        await self._start_children(
            [*(self._nats.programs if self._nats else []), *([self._postgres] if self._postgres else [])]
        )
        await self._prepare()
        self._apps = self._programs()
        await self._start_children(self._apps)
        await asyncio.to_thread(subscribe, self._surroundings().database_url, DEMO, "unlimited")
        self._is_ready = True
        self._write_ready_files()

    async def stop(self) -> None:
        """Ends everything in order: first our processes, then the backends they use."""
        self._is_ready = False
        self._remove_ready_files()
        await self._stop_children([app.name for app in self._apps], APP_STOP_SECONDS)
        await self._stop_children(
            ["simulator", *(self._nats.names if self._nats else [])], BACKEND_STOP_SECONDS
        )
        await self._stop_children(["postgres"], DATABASE_STOP_SECONDS)
        if self._postgres is not None:
            self._postgres.clean_up()

    def kill(self) -> None:
        """Ends everything at once."""
        self._remove_ready_files()
        for child in self._children.values():
            child.kill()

    def told(self) -> dict[str, Any]:
        """What the ready file says."""
        surroundings, urls = self._surroundings(), self._urls()
        users = {"demo": str(DEMO), "second": str(SECOND)}
        pids = {name: child.pid for name, child in self._children.items() if child.pid is not None}
        return {
            "gateway": urls.pop("gateway", None),
            "nats": surroundings.nats_url,
            "natsMonitoring": self._nats.monitoring_url if self._nats else None,
            "natsNodes": len(self._nats.programs) if self._nats else 1,
            "postgres": surroundings.database_url,
            "simulator": urls.pop("simulator", surroundings.simulator_url),
            "tokens": {
                "demo": sign_token(self._secret, DEMO),
                "second": sign_token(self._secret, SECOND),
                "operator": sign_token(self._secret, OPERATOR, operator=True),
            },
            "users": users,
            "processes": pids if self._options.processes else {},
            "health": urls,
            "launcher": os.getpid(),
        }

    async def _prepare(self) -> None:
        """What must exist before apps in their own processes start; the one process does this itself."""
        if not self._options.processes:
            return
        env, log = self._surroundings().environment("operator"), self._folder.logs / "migrate.log"
        await asyncio.gather(
            set_up_database(env, log),
            self._start_children([self._simulator] if self._simulator else []),
        )

    def _programs(self) -> list[AppProgram]:
        surroundings = self._surroundings()
        if self._options.processes:
            return app_programs(surroundings, self._folder, self._gateway_ports)
        simulated, rate_limits = self._options.simulator, self._options.rate_limits
        return [one_process(surroundings, self._folder, simulated=simulated, rate_limits=rate_limits)]

    def _check(self) -> None:
        """The doctor's checks; each process checks its own settings."""
        options = self._options
        for look in checks_of_start(self._folder.path, options.port, simulated=options.simulator).values():
            try:
                look()
            except Doubtful as error:
                self._say(str(error))

    async def _start_children(self, programs: Iterable[Program]) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for program in programs:
                    child = Child(program, self._folder.logs, self._write_ready_files, self._say)
                    self._children[program.name] = child
                    group.create_task(child.start())
        except ExceptionGroup as failures:
            told = failures.subgroup(LodestoneError)
            raise (told or failures).exceptions[0] from None

    async def _stop_children(self, names: Iterable[str], within_seconds: float) -> None:
        children = [self._children[name] for name in names if name in self._children]
        await asyncio.gather(*(child.stop(within_seconds) for child in children))

    def _surroundings(self) -> Surroundings:
        return Surroundings(
            nats_url=self._nats.url if self._nats else self._given_nats or "",
            nats_users=self._nats.users if self._nats else {},
            database_url=self._postgres.url if self._postgres else self._given_database or "",
            database_users=self._postgres.users if self._postgres else {},
            simulator_url=self._simulator.told.get("url") if self._simulator else None,
            secret=self._secret,
            gateway_port=self._gateway_ports[0],
            subscribers_file=(self._nats or EmbeddedBus(self._folder.path, 1)).subscribers_file,
            stream_replicas=self._options.nats_nodes if self._options.nats_nodes > 1 else None,
        )

    def _urls(self) -> dict[str, str]:
        return {name: url for app in self._apps for name, url in app.urls.items()}

    @property
    def _ready_files(self) -> list[Path]:
        named = self._options.ready_file
        return [self._folder.path / READY_FILE, *([named.absolute()] if named else [])]

    def _write_ready_files(self) -> None:
        if not self._is_ready:
            return
        for path in self._ready_files:
            try:
                write_ready(path, self.told())
            except OSError as error:  # the system keeps running, and the next change writes the file again
                self._say(f"The ready file {path} could not be written: {error.strerror}.")

    def _make_room_for_ready_files(self) -> None:
        """Also removes old ones: they would look ready."""
        for path in self._ready_files:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.unlink(missing_ok=True)
                tempfile.TemporaryFile(dir=path.parent).close()  # said now, not after everything has started
            except OSError as error:
                raise Misconfigured(
                    f"The ready file {path} cannot be written: {error.strerror}. "
                    "Choose another with --ready-file."
                ) from error

    def _remove_ready_files(self) -> None:
        for path in self._ready_files:
            with contextlib.suppress(OSError):
                path.unlink()
