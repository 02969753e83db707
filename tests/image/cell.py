"""Commands in an image's file system as a cluster runs them: as uid 65532, on a read-only root."""

import os
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx2
import psutil  # type: ignore[import-untyped]
from lodestone_local.nats_server import free_port
from support.waiting import eventually_sync

USER = 65532
SOCKETS = Path("/sockets")
PATH = "/app/bin:/usr/local/bin:/usr/bin:/bin"
START_SECONDS = 60.0
STOP_SECONDS = 30.0

Secrets = Mapping[str, str]


@dataclass(frozen=True)
class Shown:
    """What one command took."""

    start_seconds: float
    memory_mb: float
    stop_seconds: float
    status: int

    @property
    def holds(self) -> bool:
        """Whether it did its work and ended in order."""
        return self.status == 0


def told(rounds: Sequence[Shown]) -> str:
    """What the rounds of one command took: medians, and the range of its start."""
    starts = sorted(each.start_seconds for each in rounds)
    start = f"{median(starts):4.1f} s ({starts[0]:.1f} to {starts[-1]:.1f})"
    if not rounds[0].memory_mb:  # a command that ends by itself
        return f"done after {start}"
    memory, stop = (median(getattr(each, name) for each in rounds) for name in ("memory_mb", "stop_seconds"))
    return f"ready after {start}, {memory:4.0f} MB, ends within {stop:4.1f} s"


class Cell:
    """The image's file system, with the socket of a database in it."""

    def __init__(self, root: Path, socket_folder: Path) -> None:
        self._root = root
        self._sockets = socket_folder
        self._inside(SOCKETS).mkdir(exist_ok=True)
        self._port = free_port()  # of probes

    def check_confinement(self) -> None:
        """Raises AssertionError if a process could write, or is somebody else."""
        program = "import os; print(os.getuid(), os.access('/app', os.W_OK), os.statvfs('/').f_flag & 1)"
        told = subprocess.run(self._command(["python3", "-c", program], {}), capture_output=True, text=True)
        assert told.stdout.split() == [str(USER), "False", "1"], told

    def run(self, command: list[str], env: Mapping[str, str]) -> Shown:
        """Runs a command to its end."""
        begun = time.monotonic()
        done = subprocess.run(self._command(command, env))
        return Shown(time.monotonic() - begun, 0, 0, done.returncode)

    def serve(self, name: str, command: list[str], secrets: Secrets) -> Shown:
        """Starts a process, waits until it is ready, and ends it as a cluster does."""
        env = {
            "LODESTONE_SECRETS_FOLDER": str(self._lay_out(name, secrets)),
            "LODESTONE_HEALTH_PORT": str(self._port),
            "LODESTONE_PORT": "0",
            "LODESTONE_LOG_LEVEL": "WARNING",
        }
        begun = time.monotonic()
        process = subprocess.Popen(self._command(command, env))
        try:
            eventually_sync(
                lambda: _is_ready(process, self._port), within=START_SECONDS, told=f"{name} is ready"
            )
            start, memory = time.monotonic() - begun, _memory(process)
            begun = time.monotonic()
            process.send_signal(signal.SIGTERM)
            status = process.wait(STOP_SECONDS)
        finally:
            process.kill()
        return Shown(start, memory, time.monotonic() - begun, status)

    def _lay_out(self, name: str, secrets: Secrets) -> Path:
        folder = Path("/secrets") / name
        inside = self._inside(folder)
        shutil.rmtree(inside, ignore_errors=True)
        inside.mkdir(parents=True)
        for variable, value in secrets.items():
            (inside / variable).write_text(value)
            os.chown(inside / variable, USER, USER)
            (inside / variable).chmod(0o400)
        return folder

    def _command(self, command: list[str], env: Mapping[str, str]) -> list[str]:
        """The same process from `unshare` to the command: a signal to it reaches the command."""
        root, sockets = shlex.quote(str(self._root)), shlex.quote(str(self._inside(SOCKETS)))
        steps = (
            f"mount --bind {root} {root}",
            f"mount -o remount,bind,ro {root}",
            f"mount --rbind /dev {root}/dev",
            f"mount -t proc proc {root}/proc",
            f"mount --bind {shlex.quote(str(self._sockets))} {sockets}",
        )
        variables = shlex.join(f"{name}={value}" for name, value in ({"PATH": PATH} | dict(env)).items())
        last = (
            f"exec chroot --userspec={USER}:{USER} {root} /usr/bin/env -i {variables} {shlex.join(command)}"
        )
        return ["unshare", "--mount", "sh", "-c", " && ".join((*steps, last))]

    def _inside(self, path: Path) -> Path:
        return self._root / path.relative_to("/")


def _is_ready(process: subprocess.Popen[bytes], port: int) -> bool:
    assert process.poll() is None, f"it ended with status {process.returncode}"
    try:
        return httpx2.get(f"http://127.0.0.1:{port}/readyz", trust_env=False).status_code == 200
    except httpx2.TransportError:
        return False


def _memory(process: subprocess.Popen[bytes]) -> float:
    return float(psutil.Process(process.pid).memory_info().rss) / 1024**2
