"""The processes of a running system as targets of signals, and replicas beside them."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Coroutine, Iterable

import httpx2
import psutil  # type: ignore[import-untyped]
from chaos.history import Recorder
from lodestone_local.postgres_server import answers
from lodestone_local.programs import installed_command
from support.running_system import RunningSystem
from support.waiting import let_pass

SERVICES = ("ideation", "extraction", "polish", "content")
OURS = ("gateway", "relay", "projector", *SERVICES)
BACKENDS = ("nats", "postgres")
GATEWAY_COMMANDS = {"relay": ["relay"], "projector": ["project"]}
CLEAN_STOP = {"postgres": signal.SIGINT}  # with SIGTERM it would wait for all its clients
LOOK_SECONDS = 0.3
SHORT_SECONDS = 0.01
BACK_SECONDS = 150.0  # for a restart on a busy machine


class Replica:
    """A second process of a part, which the test restarts itself."""

    def __init__(self, system: RunningSystem, part: str, drain_seconds: float) -> None:
        self.part = part
        self._log = system.data_dir / "logs" / f"{part}-replica.log"
        self._ready_file = system.data_dir / f"{part}-replica.json"
        self._env = {
            **os.environ,
            "LODESTONE_NATS_URL": str(system.told["nats"]),
            "LODESTONE_NATS_URLS": json.dumps(system.bus_users),
            "LODESTONE_DATABASE_URL": str(system.told["postgres"]),
            "LODESTONE_ANTHROPIC_BASE_URL": system.simulator,
            "LODESTONE_ANTHROPIC_API_KEY": "simulated",
            "LODESTONE_SIMULATOR": "true",
            "LODESTONE_LOCAL": "true",
            "LODESTONE_DRAIN_SECONDS": str(drain_seconds),
            "LODESTONE_HEALTH_PORT": "0",
            "LODESTONE_READY_FILE": str(self._ready_file),
        }
        self.process = self._start()

    def revive(self) -> int | None:
        """Restarts the process if it has ended; returns the exit status it had."""
        status = self.process.poll()
        if status is not None:
            self.process = self._start()
        return status

    def is_ready(self) -> bool:
        """Whether the current process takes work."""
        try:
            told = json.loads(self._ready_file.read_text())
        except FileNotFoundError:
            return False
        return bool(told["pid"] == self.process.pid)

    def stop(self) -> int:
        """Stops the process cleanly; returns its exit status."""
        self.process.terminate()
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        gateway = GATEWAY_COMMANDS.get(self.part)
        command = ["lodestone-gateway", *gateway] if gateway else ["lodestone-worker", self.part]
        with self._log.open("ab") as output:
            return subprocess.Popen(
                [installed_command(command[0]), *command[1:]], env=self._env, stdout=output, stderr=output
            )


class Parts:
    """Everything that may be struck. A strike is recorded once its target works again."""

    def __init__(
        self, system: RunningSystem, recorder: Recorder, replicas: Iterable[str], drain: float
    ) -> None:
        self._system = system
        self._recorder = recorder
        self._replicas = {f"{part}-replica": Replica(system, part, drain) for part in replicas}
        for replica in self._replicas.values():
            recorder.note("replica", target=replica.part)
        self._watching: set[asyncio.Task[None]] = set()
        self._paused: set[int] = set()
        self._stopped: set[int] = set()  # told to stop, but not yet seen to exit

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all targets."""
        return (*OURS, *BACKENDS, *self._replicas)

    def strike(self, name: str, what: str) -> bool:
        """Kills (`kill`) or stops (`term`) a process; False if it is down or stopping already."""
        pid = self._pid(name)
        if pid is None or pid in self._stopped:
            return False
        at = time.time()
        # A program that has just been started does not hear signals yet: they end it as they end any other.
        hears = name not in {task.get_name() for task in self._watching}
        printed = len(self._system.output) if what == "term" and name in OURS and hears else None
        number = signal.SIGKILL if what == "kill" else CLEAN_STOP.get(name, signal.SIGTERM)
        if not _signal([pid], number):
            return False
        self._stopped.add(pid)
        self._follow(name, self._until_back(name, pid, at, what, printed))
        return True

    def pause(self, name: str, seconds: float) -> bool:
        """Pauses a process for a while; False if it is down or paused already."""
        pid = self._pid(name)
        if pid is None or pid in self._paused | self._stopped:
            return False
        pids, at = _with_children(pid) if name == "postgres" else [pid], time.time()
        if not _signal(pids, signal.SIGSTOP):
            return False
        self._paused.add(pid)
        self._follow(name, self._until_continued(name, pids, at, seconds))
        return True

    async def follow_crash(self, name: str, is_ordered: Callable[[], bool]) -> None:
        """Returns when a process has crashed and works again; until then `is_ordered` holds."""
        pid = self._pid(name)
        while is_ordered():
            await let_pass(SHORT_SECONDS)
        at = time.time()
        while self._pid(name) in (pid, None) or not await asyncio.to_thread(self._works, name):
            await let_pass(LOOK_SECONDS)
        self._note(name, "kill", at)

    async def settle(self) -> None:
        """Returns when every struck target works again; AssertionError with its name if one does not."""
        _, left = await asyncio.wait(self._watching, timeout=BACK_SECONDS) if self._watching else ((), ())
        assert not left, f"not back within {BACK_SECONDS:.0f} s: {', '.join(t.get_name() for t in left)}"

    async def stop(self) -> None:
        """Stops the replicas cleanly."""
        for replica in self._replicas.values():
            status = await asyncio.to_thread(replica.stop)
            self._recorder.note("exit", target=replica.part, status=status)

    def _pid(self, name: str) -> int | None:
        if name in self._replicas:
            process = self._replicas[name].process
            return process.pid if process.poll() is None else None
        found: int | None = self._system.refresh()["processes"].get(name)
        return found

    async def _until_back(self, name: str, pid: int, at: float, what: str, printed: int | None) -> None:
        """`printed`: how much the system had printed before a stop whose exit status counts."""
        while (self._revived(name) or pid) == pid or not await asyncio.to_thread(self._works, name):
            await let_pass(LOOK_SECONDS)
        self._stopped.discard(pid)
        self._note(name, what, at)
        if printed is not None and (status := self._exit_status(name, printed)) is not None:
            self._recorder.note("exit", target=name, status=status)

    def _works(self, name: str) -> bool:
        """Whether a part reports that it takes work; blocks."""
        if name in self._replicas:
            return self._replicas[name].is_ready()
        told = self._system.told
        if name == "postgres":
            return answers(told["postgres"])
        path = "healthz" if name == "nats" else "readyz"
        urls = {**told["health"], "gateway": told["gateway"], "nats": told["natsMonitoring"]}
        try:
            return self._system.http.get(f"{urls[name]}/{path}", timeout=2).status_code == 200
        except httpx2.TransportError:
            return False

    def _revived(self, name: str) -> int | None:
        if name in self._replicas:
            self._replicas[name].revive()
        return self._pid(name)

    async def _until_continued(self, name: str, pids: list[int], at: float, seconds: float) -> None:
        await let_pass(seconds)
        _signal(pids, signal.SIGCONT)
        self._paused -= set(pids)
        self._note(name, "pause", at)

    def _note(self, name: str, what: str, at: float) -> None:
        self._recorder.note(
            "fault", at=at, until=time.time(), what=what, target=name.removesuffix("-replica"), process=name
        )

    def _exit_status(self, name: str, printed: int) -> int | None:
        """The exit status that the launcher logged; None if the process ended more than once meanwhile."""
        told = [
            line for line in self._system.output[printed:].splitlines() if line.startswith(f"{name} ended")
        ]
        return int(told[0].split()[4]) if len(told) == 1 else None

    def _follow(self, name: str, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work, name=name)
        self._watching.add(task)
        task.add_done_callback(self._watching.discard)


def _signal(pids: Iterable[int], number: signal.Signals) -> bool:
    found = False
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
            found = True
    return found


def _with_children(pid: int) -> list[int]:
    try:
        return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    except psutil.NoSuchProcess:
        return []
