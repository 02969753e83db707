"""Child processes: started until ready, restarted when they die or cannot continue, ended completely."""

import asyncio
import collections
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lodestone.errors import LodestoneError

from lodestone_local.dying import die_with

POLL_SECONDS = 0.02
RESTART_SECONDS = 0.1
LOOK_SECONDS = 5.0  # between two questions whether a process can go on
LOOK_AGAIN_SECONDS = 1.0  # while it cannot
CURE_SECONDS = 5.0  # for a process in trouble to end by itself
BACK_OFF_SECONDS = 2.0
DEATHS_BEFORE_BACK_OFF = 5
DEATHS_WINDOW_SECONDS = 10.0


class StartFailed(LodestoneError):
    """A process of the system did not start."""


class Program(Protocol):
    """A program to run as a child; the same object serves all its restarts."""

    @property
    def name(self) -> str:
        """Its name, which is also that of its log."""

    @property
    def stop_signal(self) -> signal.Signals:
        """The signal that asks it to end."""

    @property
    def kill_signal(self) -> signal.Signals:
        """The signal that ends it at once."""

    @property
    def death_signal(self) -> signal.Signals:
        """The signal that the kernel sends it when the launcher dies."""

    def command(self) -> list[str]:
        """Prepares a start and returns the command; may block."""

    def environment(self) -> Mapping[str, str] | None:
        """The environment of the next start; None is ours."""

    def is_ready(self, pid: int) -> bool:
        """Does the process with this pid take work? May block."""

    @property
    def trouble(self) -> "Callable[[], Trouble | None] | None":
        """Asks what prevents the running process from working; may block. None if it would end instead."""


@dataclass(frozen=True)
class Trouble:
    """Why a process that runs does not work."""

    told: str
    is_curable: bool  # would a restart help now?


class Child:
    """One supervised process."""

    def __init__(
        self, program: Program, logs: Path, on_change: Callable[[], None], say: Callable[[str], None]
    ) -> None:
        self.name = program.name
        self._say = say
        self._program = program
        self._log = logs / f"{program.name}.log"
        self._on_change = on_change
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process that runs now."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self, within_seconds: float = 120.0) -> None:
        """Returns when the process is ready, and keeps it running from then on; raises StartFailed."""
        _turn_over(self._log)
        process = await self._spawn()
        try:
            async with asyncio.timeout(within_seconds):
                ready = await self._becomes_ready(process)
        except TimeoutError:
            raise self._failure(f"was not ready within {within_seconds:.0f} s") from None
        if not ready:
            raise self._failure(f"ended with status {process.returncode} while starting")
        self._keeper = asyncio.create_task(self._keep(process))

    async def stop(self, within_seconds: float) -> None:
        """Asks the process to end and kills it when it does not."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait({self._keeper})
        process = self._process
        if process is None or process.returncode is not None:
            return
        await self._end(process, within_seconds)

    def kill(self) -> None:
        """Ends the process at once."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(self._program.kill_signal)

    async def _spawn(self) -> asyncio.subprocess.Process:
        command = await asyncio.to_thread(self._program.command)
        with self._log.open("ab") as output:
            # Its own group: Ctrl-C reaches only the launcher, which then ends everything in order.
            self._process = await asyncio.create_subprocess_exec(
                *command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self._program.environment(),
                process_group=0,
                preexec_fn=die_with(os.getpid(), self._program.death_signal),
            )
        return self._process

    async def _becomes_ready(self, process: asyncio.subprocess.Process) -> bool:
        while process.returncode is None:
            if await asyncio.to_thread(self._program.is_ready, process.pid):
                return True
            await asyncio.sleep(POLL_SECONDS)
        return False

    async def _keep(self, process: asyncio.subprocess.Process) -> None:
        deaths: collections.deque[float] = collections.deque(maxlen=DEATHS_BEFORE_BACK_OFF)
        while True:
            status = await self._until_over(process)
            deaths.append(time.monotonic())
            self._say(f"{self.name} ended with status {status} and is restarted")
            await asyncio.sleep(restart_pause(deaths, time.monotonic()))
            process = await self._restart()

    async def _until_over(self, process: asyncio.subprocess.Process) -> int:
        """Its exit status; ends it if it says that it cannot continue and a restart would help."""
        if self._program.trouble is None:
            return await process.wait()
        told = ""
        while True:
            with contextlib.suppress(TimeoutError):
                return await asyncio.wait_for(process.wait(), LOOK_AGAIN_SECONDS if told else LOOK_SECONDS)
            trouble = await asyncio.to_thread(self._program.trouble)
            if trouble and trouble.told != told:
                self._say(f"{self.name}: {trouble.told}")
            if trouble and trouble.is_curable:
                await self._end(process, CURE_SECONDS)
            told = trouble.told if trouble else ""

    async def _end(self, process: asyncio.subprocess.Process, within_seconds: float) -> None:
        process.send_signal(self._program.stop_signal)
        try:
            async with asyncio.timeout(within_seconds):
                await process.wait()
        except TimeoutError:
            self._say(f"{self.name} did not end within {within_seconds:.0f} s and is killed")
            self.kill()
            await process.wait()

    async def _restart(self) -> asyncio.subprocess.Process:
        while True:
            try:
                process = await self._spawn()
                break
            except (LodestoneError, OSError) as error:
                self._say(f"{self.name} could not be restarted: {error}")
                await asyncio.sleep(BACK_OFF_SECONDS)
        self._on_change()
        if await self._becomes_ready(process):
            self._on_change()
        return process

    def _failure(self, what: str) -> StartFailed:
        words = last_words(self._log)
        return StartFailed(f"{self.name} {what}. {words + ' ' if words else ''}Its log: {self._log}")


def restart_pause(deaths: collections.deque[float], now: float) -> float:
    """Seconds to wait before a restart: almost none, unless it keeps dying."""
    recent = [death for death in deaths if now - death <= DEATHS_WINDOW_SECONDS]
    return BACK_OFF_SECONDS if len(recent) >= DEATHS_BEFORE_BACK_OFF else RESTART_SECONDS


def last_words(log_file: Path) -> str:
    """The line of the log that most likely says why its process ended."""
    try:
        lines = log_file.read_text(errors="replace").splitlines()[-200:]
    except OSError:
        return ""
    fatal = [line for line in lines if any(mark in line for mark in ("FATAL", "PANIC", "[FTL]"))]
    line = next((line for line in reversed(fatal or lines) if line.strip()), "")
    return line.strip()[-500:]


def _turn_over(log_file: Path) -> None:
    if log_file.exists() and log_file.stat().st_size > 0:
        log_file.replace(log_file.with_suffix(".log.1"))
