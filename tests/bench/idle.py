"""Idle and start: processor time of a system without jobs, how soon it is ready, what its processes hold."""

import subprocess
import sys
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from support.running_system import RunningSystem
from support.waiting import let_pass

from bench.cores import CoreClock, memory_bytes
from bench.figures import Figures

SETTLED_SECONDS, LOOK_SECONDS = 5.0, 30.0
MODES = {"one process": (), "processes": ("--processes",)}
BACKENDS = ("nats-server", "postgres")
IMPORTS = """
from importlib.metadata import entry_points
for entry in entry_points(group="lodestone.apps"):
    entry.load()
import lodestone_local.one_process, lodestone_local.simulator.app
"""


async def idle(folder: Path, rounds: int) -> Figures:
    """Each start is on an empty folder, and again on what the first left."""
    figures = Figures("idle")
    for number in range(rounds):
        bare = _seconds_of_imports()
        figures.add("bare imports", bare, "s")
        for mode, flags in MODES.items():
            place = folder / f"{mode}-{number}".replace(" ", "-")
            _start_and_stop(figures, f"{mode}: ready from nothing", place, flags)
            ready = await _look(figures, mode, place, flags)
            figures.add(f"{mode}: ready / bare imports", ready / bare, "x")
    return figures


def _seconds_of_imports() -> float:
    started = time.monotonic()
    subprocess.run([sys.executable, "-c", IMPORTS], check=True)
    return time.monotonic() - started


def _start_and_stop(figures: Figures, told: str, place: Path, flags: tuple[str, ...]) -> None:
    started = time.monotonic()
    with RunningSystem(place, *flags):
        figures.add(told, time.monotonic() - started, "s")


async def _look(figures: Figures, mode: str, place: Path, flags: tuple[str, ...]) -> float:
    """Seconds until it was ready."""
    started = time.monotonic()
    with RunningSystem(place, *flags) as system:
        ready = time.monotonic() - started
        figures.add(f"{mode}: ready", ready, "s")
        await let_pass(SETTLED_SECONDS)
        launcher = psutil.Process(system.launcher)
        pids = {_name(child, system): child.pid for child in launcher.children()} | {"launcher": launcher.pid}
        children = {name: pid for name, pid in pids.items() if name != "launcher"}
        clock, began = CoreClock(children), time.monotonic()
        await let_pass(LOOK_SECONDS)
        used, seconds = clock.seconds(), time.monotonic() - began
        figures.add(f"{mode}: all, idle", 100 * sum(used.values()) / seconds, "% of a core")
        for name, idle_seconds in used.items():
            figures.add(f"{mode}: {name}, idle", 100 * idle_seconds / seconds, "% of a core")
        for name, held in memory_bytes(pids).items():
            figures.add(f"{mode}: {name}, memory", held / 2**20, "MiB")
    return ready


def _name(process: psutil.Process, system: RunningSystem) -> str:
    names = {pid: name for name, pid in system.told["processes"].items()}
    program = str(process.name())
    return str(names.get(process.pid, program if program in BACKENDS else "ours"))
