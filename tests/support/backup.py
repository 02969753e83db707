"""A system's backups, and systems made from them by the commands of docs/operations.md."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from shutil import ignore_patterns
from urllib.parse import urlsplit

from lodestone_local.credentials import SECRET_FILE
from lodestone_local.postgres_programs import postgres_program
from support.backends import PostgresServer
from support.running_system import RunningSystem

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"


def commands() -> list[str]:
    """The blocks of "Backup and restore": back up, note deletions, restore, repeat the deletions."""
    section = OPERATIONS.read_text().partition("\n## Backup and restore\n")[2].partition("\n## ")[0]
    return re.findall(r"^```\n(.+?)^```$", section, re.MULTILINE | re.DOTALL)


class Backup:
    """What is kept of a system: its backup, the users of its bus, and its secret of tokens."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = folder / "backup"
        self._files.mkdir()
        self._back_up, self._note, self._restore, self._repeat = commands()

    def take(self, system: RunningSystem) -> None:
        """Backs Postgres up while the system runs."""
        self._run(self._back_up, system.told["postgres"])

    def note_deletions(self, system: RunningSystem) -> None:
        """What is to run every few minutes between two backups."""
        self._run(self._note, system.told["postgres"])

    def keep_configuration(self, system: RunningSystem) -> None:
        """Keeps what is beside the tables, but no stream."""
        shutil.copytree(system.data_dir / "nats", self._folder / "nats", ignore=ignore_patterns("store"))
        shutil.copy(system.data_dir / SECRET_FILE, self._folder / SECRET_FILE)

    def restored(self) -> RunningSystem:
        """A system with the tables of the backup, and without a stream; not started yet."""
        system = RunningSystem(self._folder / "restored")
        system.data_dir.mkdir(parents=True, mode=0o700)
        shutil.copy(self._folder / SECRET_FILE, system.data_dir / SECRET_FILE)
        shutil.copytree(self._folder / "nats", system.data_dir / "nats")
        self._restore_tables(system.data_dir / "postgres")
        return system

    def _restore_tables(self, directory: Path) -> None:
        server = PostgresServer(directory)
        server.start()
        try:
            owner = urlsplit(server.url)._replace(path="/lodestone").geturl()
            self._run(self._restore, owner, server.url)
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
