"""All our apps in one process and event loop: `python -m lodestone_local.one_process URLS_FILE`."""

import asyncio
import json
import sys
from collections.abc import Sequence
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from typing import cast

from lodestone.errors import Misconfigured
from lodestone.process import App, OnReady, main

APPS = "lodestone.apps"


class AllApps:
    """Runs the apps as one: ready when all are, ends when one does.

    Writes the URL of each to `urls_file` before it calls itself ready.
    """

    name = "lodestone"

    def __init__(self, apps: Sequence[App], urls_file: Path) -> None:
        self._apps = apps
        self._urls_file = urls_file
        self._urls: dict[str, str] = {}

    async def run(self, stop: asyncio.Event, on_ready: OnReady) -> None:
        """Raises what an app raised."""

        def one_is_ready(name: str, url: str) -> None:
            self._urls[name] = url
            if len(self._urls) == len(self._apps):
                self._urls_file.write_text(json.dumps(self._urls))
                on_ready(self._urls.get("gateway", url))

        try:
            async with asyncio.TaskGroup() as group:
                for app in self._apps:
                    group.create_task(_run_one(app, stop, partial(one_is_ready, app.name)))
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from failures


async def _run_one(app: App, stop: asyncio.Event, on_ready: OnReady) -> None:
    await app.run(stop, on_ready)
    stop.set()  # an app that ends by itself takes the others with it, and the launcher starts all anew


def build_all(urls_file: Path) -> App:
    """Raises Misconfigured when no app is installed."""
    found = entry_points(group=APPS)
    if not found:
        raise Misconfigured("No app is installed. Run `uv sync --all-packages`.")
    return AllApps([cast(App, entry.load()()) for entry in found], urls_file)


if __name__ == "__main__":
    main(lambda: build_all(Path(sys.argv[1])))
