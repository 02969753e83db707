"""Whether a process would start with an environment: its own code says so."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points

from lodestone.errors import Misconfigured
from lodestone.settings import models, read_settings

from lodestone_local.configured.process import MIGRATE


def apps() -> list[str]:
    """The names of the installed apps."""
    return sorted(entry.name for entry in entry_points(group="lodestone.apps"))


def problem_of_start(process: str, env: Mapping[str, str]) -> str | None:
    """What is wrong with its settings, in a sentence; None if it would start."""
    try:
        with _environment(env):
            if process == MIGRATE:
                read_settings(models()[MIGRATE])
            else:
                (app,) = entry_points(group="lodestone.apps", name=process)
                app.load()()
    except Misconfigured as error:
        return str(error)
    return None


@contextlib.contextmanager
def _environment(env: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    try:
        os.environ.clear()
        os.environ.update(env)
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
