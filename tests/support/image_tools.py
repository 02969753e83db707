"""What checks the image and its parts: of the dependency group `image`, or wherever the path has it."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".venv-image" / "bin"


def tool(name: str, *arguments: str | Path) -> str:
    """What the tool says of the files.

    Skips the test where the tool is missing. Raises AssertionError for what it refuses.
    """
    program = shutil.which(name, path=FOLDER) or shutil.which(name)
    if program is None:
        pytest.skip(f"{name} is not installed (`make image-tools`): WHAT IT CHECKS IS NOT CHECKED.")
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    return done.stdout
