"""Texts stored beside a test, to be reviewed when they change."""

from pathlib import Path

import pytest


def matches(file: Path, text: str) -> bool:
    """Whether the file holds the text; a missing file is written, and the test fails that once."""
    if not file.exists():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text + "\n", encoding="utf-8")
        pytest.fail(f"{file.name} was written: review it and run again")
    return file.read_text(encoding="utf-8") == text + "\n"
