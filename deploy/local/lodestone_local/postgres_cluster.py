"""The data folder of the embedded Postgres: created whole or not at all, and checked before it is served."""

import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

from lodestone.errors import Misconfigured

from lodestone_local.dying import die_with
from lodestone_local.postgres_programs import (
    VERSION,
    as_system_user,
    give_to_system_user,
    postgres_environment,
    postgres_program,
    system_user_id,
)

OWNER = "postgres"
MOVE_AWAY = "Move it away to start with an empty database, or give another folder with --data-dir."
# No system locale: it may be missing, and would sort differently on another machine.
LOCALE = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8")


def make_cluster(directory: Path) -> None:
    """Raises Misconfigured with a sentence that says what to do."""
    check_user()
    # Made beside its place: after a kill, a half-made cluster would be taken for a complete one.
    draft = directory.with_name(directory.name + ".making")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True, mode=0o700)
        give_to_system_user(draft)
        _run_initdb(draft)
        draft.rename(directory)
    except OSError as error:
        raise Misconfigured(_cannot_be_made(directory, str(error.strerror))) from error


def check_cluster(directory: Path) -> str:
    """Its version. Raises Misconfigured if it cannot be served here."""
    try:
        version = (directory / "PG_VERSION").read_text().strip()
        owner = directory.stat().st_uid
    except FileNotFoundError:
        raise Misconfigured(f"{directory} contains no Postgres data. {MOVE_AWAY}") from None
    except (OSError, ValueError) as error:
        raise Misconfigured(f"{directory} cannot be read ({error}). {MOVE_AWAY}") from error
    if version != str(VERSION):
        raise Misconfigured(
            f"{directory} contains data of Postgres {version[:20] or 'without a version'}, "
            f"but this is {VERSION}. {MOVE_AWAY}"
        )
    if owner != system_user_id():
        raise Misconfigured(
            f"{directory} belongs to {user_name(owner)}, but here {user_name(system_user_id())} "
            f"would serve it. {MOVE_AWAY}"
        )
    return version


def check_user() -> None:
    """Raises Misconfigured if Postgres could not find out who runs it."""
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        raise Misconfigured(
            f"The user id {os.geteuid()} has no name on this machine, and Postgres needs one. "
            "Add a line for it to /etc/passwd, start as another user, "
            "or set LODESTONE_DATABASE_URL to a running server."
        ) from None


def user_name(user_id: int) -> str:
    """The user's name, or the number if there is none."""
    try:
        return pwd.getpwuid(user_id).pw_name
    except KeyError:
        return f"user id {user_id}"


def _run_initdb(folder: Path) -> None:
    command = [postgres_program("initdb"), "-D", str(folder), "-U", OWNER, "--auth=trust", *LOCALE]
    done = subprocess.run(  # noqa: S603
        as_system_user(command, signal.SIGKILL),
        capture_output=True,
        text=True,
        errors="replace",
        env=postgres_environment(),
        check=False,
        preexec_fn=die_with(os.getpid(), signal.SIGKILL),
    )
    if done.returncode != 0:
        target = folder.with_name(folder.name.removesuffix(".making"))
        shutil.rmtree(folder, ignore_errors=True)
        raise Misconfigured(_cannot_be_made(target, _reason(done.stderr)))


def _reason(told: str) -> str:
    """The line of initdb that says why."""
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    marked = [line for line in lines if any(mark in line for mark in ("error:", "FATAL:", "PANIC:"))]
    return (marked or lines or ["it did not say why"])[-1][-300:]


def _cannot_be_made(directory: Path, reason: str) -> str:
    if "No space left" in reason or "quota" in reason.lower():
        told, cure = f"There is no room for the database in {directory}", "Make room"
    else:
        told, cure = f"The database cannot be created in {directory}: {reason}", "Fix that"
    return f"{told}. {cure}, or give another folder with --data-dir."
