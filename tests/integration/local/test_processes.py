"""Child processes: kept alive, stopped in time, never left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest
from lodestone_local.processes import Child, StartFailed
from lodestone_local.programs import AppProgram
from support.waiting import eventually, eventually_sync

TELL_READY = """
import json, os, pathlib, signal, sys, time
path = pathlib.Path(os.environ["LODESTONE_READY_FILE"])
path.with_suffix(".part").write_text(json.dumps({"url": "http://here", "pid": os.getpid()}))
path.with_suffix(".part").replace(path)
"""
SERVE = TELL_READY + "time.sleep(600)"
IGNORE_SIGTERM = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)" + SERVE

Start = Callable[[str], Child]


@pytest.fixture
async def child_of(tmp_path: Path) -> AsyncIterator[Callable[[str], Child]]:
    """Creates a child that runs this Python code; all children are stopped after the test."""
    children: list[Child] = []

    def make(script: str) -> Child:
        ready_file = tmp_path / "ready.json"
        program = AppProgram("worker", [sys.executable, "-c", script], dict(os.environ), ready_file)
        children.append(Child(program, tmp_path, lambda: None, print))
        return children[-1]

    yield make
    for child in children:
        await child.stop(1)


async def test_a_killed_child_is_restarted_within_two_seconds(child_of: Start) -> None:
    child = child_of(SERVE)
    await child.start()
    first = child.pid
    assert first is not None

    os.kill(first, signal.SIGKILL)

    second = await eventually(lambda: child.pid not in (None, first) and child.pid, within=2)
    assert second != first


async def test_a_child_that_dies_while_starting_is_told_with_its_last_words_and_its_log(
    child_of: Start, tmp_path: Path
) -> None:
    child = child_of("import sys; sys.exit('the cupboard is bare')")

    with pytest.raises(StartFailed, match=r"status 1 while starting\. the cupboard is bare") as failure:
        await child.start()

    assert str(tmp_path / "worker.log") in str(failure.value)


async def test_a_child_that_does_not_become_ready_in_time_is_told(child_of: Start) -> None:
    child = child_of("import time; time.sleep(600)")

    with pytest.raises(StartFailed, match="was not ready within 0 s"):
        await child.start(within_seconds=0.2)


async def test_a_child_that_ignores_the_stop_is_killed(child_of: Start) -> None:
    child = child_of(IGNORE_SIGTERM)
    await child.start()
    pid = child.pid

    await child.stop(within_seconds=0.2)

    assert not psutil.pid_exists(pid)


async def test_a_stopped_child_is_not_restarted(child_of: Start) -> None:
    child = child_of(SERVE)
    await child.start()

    await child.stop(within_seconds=5)

    assert child.pid is None
    assert child._keeper is None or child._keeper.done()  # no task is left to restart it


async def test_a_child_reads_nothing_from_our_terminal(child_of: Start) -> None:
    child = child_of("import sys; sys.exit('read: %r' % sys.stdin.read())")

    with pytest.raises(StartFailed, match="read: ''"):
        await child.start()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's death signal is Linux's")
def test_no_child_outlives_a_killed_launcher(tmp_path: Path) -> None:
    launcher = subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, str(tmp_path), SERVE], stdout=subprocess.PIPE, text=True
    )
    assert launcher.stdout is not None
    child = int(launcher.stdout.readline())
    assert psutil.pid_exists(child)

    launcher.kill()
    launcher.wait()

    eventually_sync(lambda: not _runs(child), within=5, told="the child is gone")
    launcher.stdout.close()


LAUNCHER = """
import asyncio, os, pathlib, sys
from lodestone_local.processes import Child
from lodestone_local.programs import AppProgram

async def main():
    folder = pathlib.Path(sys.argv[1])
    program = AppProgram("worker", [sys.executable, "-c", sys.argv[2]], dict(os.environ), folder / "r.json")
    child = Child(program, folder, lambda: None, print)
    await child.start()
    print(child.pid, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


def _runs(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
