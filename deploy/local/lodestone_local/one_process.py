"""Everything of ours in one process and one event loop: migration, apps, and the simulator if wanted.

One process, because imports take most of a start: shared, they take a third of the time.
"""

import argparse
import asyncio
import gc
import json
import os
import socket
import sys
from collections.abc import Sequence
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from typing import cast

import uvicorn
from lodestone.health import QuietServer
from lodestone.process import App, OnReady, main

from lodestone_local.provider import with_simulator


class AllApps:
    """Runs the apps as one: ready when all are ready, ends when one ends.

    Writes the URL of each to `urls_file` before it reports itself ready.
    """

    name = "lodestone"

    def __init__(
        self,
        apps: Sequence[App],
        urls_file: Path,
        simulator: socket.socket | None,
        rate_limits: str | None,
    ) -> None:
        self._apps = apps
        self._simulator = simulator
        self._rate_limits = rate_limits
        self._urls_file = urls_file
        self._urls = {"simulator": url_of(simulator)} if simulator else {}

    async def run(self, stop: asyncio.Event, on_ready: OnReady) -> None:
        """Raises what an app raised."""
        if self._simulator is None:
            return await self._run_apps(stop, on_ready)
        server = _simulator_server(self._rate_limits)
        simulating = asyncio.create_task(server.serve(sockets=[self._simulator]))
        try:
            await self._run_apps(stop, on_ready)
        finally:  # last: work that is still draining calls it
            server.should_exit = server.force_exit = True
            await simulating

    async def _run_apps(self, stop: asyncio.Event, on_ready: OnReady) -> None:
        waited_for = {app.name for app in self._apps}

        def one_is_ready(name: str, url: str) -> None:
            self._urls[name] = url
            waited_for.discard(name)
            if not waited_for:
                self._urls_file.write_text(json.dumps(self._urls))
                on_ready(self._urls.get("gateway", url))

        try:
            async with asyncio.TaskGroup() as group:
                for app in self._apps:
                    group.create_task(_run_one(app, stop, partial(one_is_ready, app.name)))
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from failures


def build_all(urls_file: Path, simulator_port: int | None, rate_limits: str | None) -> App:
    """Also migrates the database. Raises Misconfigured."""
    simulator = None
    if simulator_port is not None:
        simulator = socket.create_server(("127.0.0.1", simulator_port))
        os.environ |= with_simulator(os.environ, url_of(simulator))
    gc.disable()  # imports make no garbage; collecting it takes a tenth of the start
    build_functions = [entry.load() for entry in entry_points(group="lodestone.apps")]
    gc.freeze()
    gc.enable()
    _run_here("lodestone-gateway", "migrate")
    apps = [cast(App, build()) for build in build_functions]
    return AllApps(apps, urls_file, simulator, rate_limits)


def url_of(listener: socket.socket) -> str:
    """The URL of this listening socket."""
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


async def _run_one(app: App, stop: asyncio.Event, on_ready: OnReady) -> None:
    await app.run(stop, on_ready)
    stop.set()  # an app that ends by itself takes the others with it, and the launcher restarts all


def _run_here(command: str, *arguments: str) -> None:
    """Runs an installed command in this process instead of in another."""
    (found,) = entry_points(group="console_scripts", name=command)
    sys.argv = [command, *arguments]
    found.load()()


def _simulator_server(rate_limits: str | None) -> uvicorn.Server:
    from lodestone_local.simulator.app import build_simulator
    from lodestone_local.simulator.limits import parse_limits

    simulator = build_simulator(parse_limits(rate_limits) if rate_limits else None)
    config = uvicorn.Config(simulator, lifespan="off", log_config=None, access_log=False)
    return QuietServer(config)


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--urls-file", type=Path, required=True, help="gets the URL of each app as JSON")
    parser.add_argument("--simulator-port", type=int, help="simulate the provider there; 0 takes a free port")
    parser.add_argument("--simulator-rate-limits", help="its rate limits, such as 50,30000,8000")
    return parser.parse_args()


if __name__ == "__main__":
    arguments = _parse_arguments()
    main(lambda: build_all(arguments.urls_file, arguments.simulator_port, arguments.simulator_rate_limits))
