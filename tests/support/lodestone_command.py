"""The `lodestone` command run in this process, as a user runs it."""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from lodestone_local.cli import main


@dataclass(frozen=True)
class Ran:
    """What a command printed, and its exit status."""

    status: object
    out: str
    err: str


class Shell:
    """A shell of somebody who has the gateway's address and a token in their environment."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path
    ) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys
        monkeypatch.chdir(folder)  # no system of the developer's own is found here

    def export(self, **variables: str) -> None:
        """Sets environment variables for the commands that follow."""
        for name, value in variables.items():
            self._monkeypatch.setenv(name, value)

    async def run(self, *arguments: str, program: Callable[[], None] = main) -> Ran:
        """Runs `lodestone`, or another program of ours, with these arguments to its end."""
        self._monkeypatch.setattr(sys, "argv", ["a program", *arguments])
        self._capsys.readouterr()
        status: object = 0
        try:
            await asyncio.to_thread(program)
        except SystemExit as end:
            status = end.code or 0
        return Ran(status, *self._capsys.readouterr())
