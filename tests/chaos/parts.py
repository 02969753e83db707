"""The processes of a running system as targets: signals sent to them, and a second one of each beside."""

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Coroutine, Iterable

import psutil  # type: ignore[import-untyped]
from chaos.history import Recorder
from lodestone_local.programs import installed_command
from support.house import House
from support.waiting import let_pass

SERVICES = ("ideation", "extraction", "polish", "content")
OURS = ("gateway", "relay", "projector", *SERVICES)
BACKENDS = ("nats", "postgres")
GATEWAY_COMMANDS = {"relay": ["relay"], "projector": ["project"]}
CLEAN_STOP = {"postgres": signal.SIGINT}  # SIGTERM would wait for all its clients
LOOK_SECONDS = 0.3
BACK_SECONDS = 150.0  # for a restart on a machine that has much else to do


class Replica:
    """A second process of a part, which we start again ourselves."""

    def __init__(self, house: House, part: str, drain_seconds: float) -> None:
        self.part = part
        self._log = house.data_dir / f"{part}-replica.log"
        self._env = {
            **os.environ,
            "LODESTONE_NATS_URL": str(house.told["nats"]),
            "LODESTONE_DATABASE_URL": str(house.told["postgres"]),
            "LODESTONE_ANTHROPIC_BASE_URL": house.simulator,
            "LODESTONE_ANTHROPIC_API_KEY": "simulated",
            "LODESTONE_SIMULATOR": "true",
            "LODESTONE_LOCAL": "true",
            "LODESTONE_DRAIN_SECONDS": str(drain_seconds),
            "LODESTONE_HEALTH_PORT": "0",
        }
        self.process = self._start()

    def revive(self) -> int | None:
        """Starts it again when it has ended; the exit status it had."""
        status = self.process.poll()
        if status is not None:
            self.process = self._start()
        return status

    def stop(self) -> int:
        """Ends it in good order; its exit status."""
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
    """Everything that may be struck. Each strike is recorded once its target works again."""

    def __init__(self, house: House, recorder: Recorder, replicas: Iterable[str], drain: float) -> None:
        self._house = house
        self._recorder = recorder
        self._replicas = {f"{part}-replica": Replica(house, part, drain) for part in replicas}
        self._watching: set[asyncio.Task[None]] = set()
        self._whole_since = 0.0  # begin of the last look that found everything at work
        self._looking: asyncio.Task[None] | None = None
        self._paused: set[int] = set()
        self._stopped: set[int] = set()  # asked to end, and not yet seen to have ended

    @property
    def names(self) -> tuple[str, ...]:
        """What may be struck."""
        return (*OURS, *BACKENDS, *self._replicas)

    def strike(self, name: str, what: str) -> bool:
        """Kills (`kill`) or asks to end (`term`) a process; False when it is down or ending already."""
        pid = self._pid(name)
        if pid is None or pid in self._stopped:
            return False
        at, printed = time.time(), len(self._house.output)
        number = signal.SIGKILL if what == "kill" else CLEAN_STOP.get(name, signal.SIGTERM)
        if not _signal([pid], number):
            return False
        self._stopped.add(pid)
        self._follow(self._until_back(name, pid, at=at, what=what, printed=printed))
        return True

    def pause(self, name: str, seconds: float) -> bool:
        """Stops a process, and lets it go on after a while; False when it is down or paused already."""
        pid = self._pid(name)
        if pid is None or pid in self._paused | self._stopped:
            return False
        pids, at = _with_children(pid) if name == "postgres" else [pid], time.time()
        if not _signal(pids, signal.SIGSTOP):
            return False
        self._paused.add(pid)
        self._follow(self._until_continued(name, pids, at, seconds))
        return True

    async def settle(self) -> None:
        """Returns when all that was struck works again."""
        while self._watching:
            await asyncio.wait(self._watching)
        await self._until_whole()

    async def stop(self) -> None:
        """Ends the replicas, in good order."""
        for replica in self._replicas.values():
            status = await asyncio.to_thread(replica.stop)
            self._recorder.note("exit", target=replica.part, status=status)

    def _pid(self, name: str) -> int | None:
        if name in self._replicas:
            process = self._replicas[name].process
            return process.pid if process.poll() is None else None
        found: int | None = self._house.refresh()["processes"].get(name)
        return found

    async def _until_back(self, name: str, pid: int, *, at: float, what: str, printed: int) -> None:
        async with asyncio.timeout(BACK_SECONDS):
            while (self._revived(name) or pid) == pid:
                await let_pass(LOOK_SECONDS)
        await self._until_whole()
        self._stopped.discard(pid)
        self._note(name, what, at)
        if what == "term" and name in OURS and (status := self._exit_status(name, printed)) is not None:
            self._recorder.note("exit", target=name, status=status)

    async def _until_whole(self) -> None:
        asked = time.time()
        async with asyncio.timeout(BACK_SECONDS):
            while self._whole_since < asked:
                if self._looking is None or self._looking.done():
                    self._looking = asyncio.create_task(self._look())  # one for all that wait
                await asyncio.wait({self._looking})

    async def _look(self) -> None:
        began = time.time()
        if await asyncio.to_thread(self._house.is_whole):
            self._whole_since = began
        else:
            await let_pass(LOOK_SECONDS)

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
        """As the launcher told it; None when the process ended more than once meanwhile."""
        told = [
            line for line in self._house.output[printed:].splitlines() if line.startswith(f"{name} ended")
        ]
        return int(told[0].split()[4]) if len(told) == 1 else None

    def _follow(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
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
