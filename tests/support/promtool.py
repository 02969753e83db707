"""promtool, Prometheus' own checker: of Debian's package `prometheus`, or wherever the path has it."""

import shutil
import subprocess
from pathlib import Path

import pytest

MISSING = (
    "promtool is not installed (`apt-get download prometheus` has it):"
    " METRICS, ALERT RULES AND DASHBOARDS ARE NOT CHECKED BY PROMETHEUS' OWN TOOL."
)


def promtool(*arguments: str | Path, given: str = "") -> str:
    """What it says of the files, or of what is given on standard input; empty if all is well.

    Skips the test where promtool is missing. Raises AssertionError for what it refuses.
    """
    if shutil.which("promtool") is None:
        pytest.skip(MISSING)
    done = subprocess.run(["promtool", *arguments], input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    return done.stderr
