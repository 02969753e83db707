"""The TypeScript client's folder with its packages, and its commands."""

import fcntl
import os
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "services" / "gateway" / "client"
NO_INDEX = re.compile(
    r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|Failed to fetch|error sending request"
)
INSTALL_SECONDS = 240


def installed_client() -> Path:
    """The client's folder, ready for its commands; skips the test if its packages cannot be fetched."""
    missing = _missing()
    if missing:
        pytest.skip(f"Node or the packages of the client cannot be fetched here: {missing}")
    return CLIENT


@cache
def _missing() -> str | None:
    with (ROOT / "uv.lock").open("rb") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # two test processes may install at once
        command = ["make", "--silent", "client-packages"]
        made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=INSTALL_SECONDS)
    told = made.stdout + made.stderr
    found = NO_INDEX.search(told) if made.returncode else None
    assert found or made.returncode == 0, told
    return found and found[0]


def run(*command: str, within: float = 100.0, given: str = "", env: dict[str, str] | None = None) -> str:
    """The output of a client command; raises AssertionError with that output if the command fails."""
    ran = subprocess.run(
        ["./with-node", *command],
        cwd=CLIENT,
        env={**os.environ, **(env or {})},
        input=given,
        capture_output=True,
        text=True,
        timeout=within,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout
