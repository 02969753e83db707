"""A system's backups, and systems made from them by the commands of docs/operations.md."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import psutil  # type: ignore[import-untyped]
from lodestone_local.credentials import SECRET_FILE
from lodestone_local.postgres_programs import postgres_program
from support.backends import PostgresServer
from support.running_system import RunningSystem
from support.waiting import eventually_sync

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
Age = Literal["of the backup", "of the end"]


def commands() -> list[str]:
    """The blocks of "Backup and restore": back up, note deletions, restore, repeat the deletions."""
    section = OPERATIONS.read_text().partition("\n## Backup and restore\n")[2].partition("\n## ")[0]
    return re.findall(r"^```\n(.+?)^```$", section, re.MULTILINE | re.DOTALL)


class Backup:
    """What is kept of a system: its backup, its stream at that time, and both stores as they ended."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = folder / "backup"
        self._files.mkdir()
        self._back_up, self._note, self._restore, self._repeat = commands()

    def take(self, system: RunningSystem) -> None:
        """Backs Postgres up, then copies the stream, while the system runs."""
        self._run(self._back_up, system.told["postgres"])
        with _standing_still(system, "nats-server"):
            _copy(system.data_dir / "nats", self._folder / "nats of the backup")

    def note_deletions(self, system: RunningSystem) -> None:
        """What is to run every few minutes between two backups."""
        self._run(self._note, system.told["postgres"])

    def keep_end(self, system: RunningSystem) -> None:
        """Keeps both stores of a system that was killed."""
        for store in ("nats", "postgres"):
            _copy(system.data_dir / store, self._folder / f"{store} of the end")
        _copy(system.data_dir / SECRET_FILE, self._folder / SECRET_FILE)

    def restored(
        self, name: str, *, tables: Age, stream: Age | None, deletions: bool = True
    ) -> RunningSystem:
        """A system with such stores, not started yet; without a stream it has the bus's users only."""
        system = RunningSystem(self._folder / name)
        system.data_dir.mkdir(parents=True, mode=0o700)
        _copy(self._folder / SECRET_FILE, system.data_dir / SECRET_FILE)
        _copy(self._folder / f"nats {stream or 'of the end'}", system.data_dir / "nats")
        if stream is None:
            shutil.rmtree(system.data_dir / "nats" / "store")
        if tables == "of the end":
            _copy(self._folder / "postgres of the end", system.data_dir / "postgres")
        else:
            self._restore_tables(system.data_dir / "postgres", deletions=deletions)
        return system

    def _restore_tables(self, directory: Path, *, deletions: bool) -> None:
        server = PostgresServer(directory)
        server.start()
        try:
            owner = urlsplit(server.url)._replace(path="/lodestone").geturl()
            self._run(self._restore, owner, server.url)
            if deletions:
                self._run(self._repeat, owner)
        finally:
            server.stop()

    def _run(self, block: str, owner: str, server: str = "") -> None:
        programs = Path(postgres_program("psql")).parent
        env = {"PATH": f"{programs}:{os.environ['PATH']}", "OWNER_URL": owner, "SERVER_URL": server}
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block],
            cwd=self._files,
            env=os.environ | env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{block}\n{done.stderr}"


@contextlib.contextmanager
def _standing_still(system: RunningSystem, program: str) -> Iterator[None]:
    """Meanwhile its program does nothing, as in a snapshot of its volume."""
    (pid,) = (pid for pid in system.left_over() if psutil.Process(pid).name() == program)
    os.kill(pid, signal.SIGSTOP)
    eventually_sync(lambda: psutil.Process(pid).status() == psutil.STATUS_STOPPED, told="it stands still")
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def _copy(source: Path, target: Path) -> None:
    """With owners and rights: Postgres serves no folder of somebody else."""
    subprocess.run(["cp", "--archive", source, target], check=True)
