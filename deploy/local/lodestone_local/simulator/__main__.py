"""Runs the simulator as a process: `python -m lodestone_local.simulator --port N`."""

import argparse
import asyncio
import json
import os
import signal
import socket
from pathlib import Path

import uvicorn
from lodestone.health import QuietServer
from lodestone.signals import on_signals

from lodestone_local.simulator.app import build_simulator
from lodestone_local.simulator.limits import Limits, parse_limits


def main() -> None:
    """Serves on 127.0.0.1 until SIGTERM or SIGINT, then ends at once with exit status 0."""
    parser = argparse.ArgumentParser(prog="lodestone-simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    parser.add_argument("--ready-file", type=Path, help="gets {url, pid} as JSON once the port is open")
    parser.add_argument("--rate-limits", type=parse_limits, help="such as 50,30000,8000; see limits.py")
    options = parser.parse_args()

    listener = socket.create_server(("127.0.0.1", options.port))
    if options.ready_file is not None:
        _announce(options.ready_file, f"http://127.0.0.1:{listener.getsockname()[1]}")
    asyncio.run(_serve(listener, options.rate_limits))


def server_config(limits: Limits | None = None) -> uvicorn.Config:
    """A simulator that writes no log and ends at once."""
    return uvicorn.Config(
        build_simulator(limits),
        log_config=None,
        access_log=False,
        log_level="critical",
        timeout_graceful_shutdown=0,
    )


def _announce(ready_file: Path, url: str) -> None:
    """Connections wait in the listener's queue from here on, so the address may be known already."""
    ready_file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = ready_file.with_name(ready_file.name + ".part")
    unfinished.write_text(json.dumps({"url": url, "pid": os.getpid()}))
    unfinished.replace(ready_file)


async def _serve(listener: socket.socket, limits: Limits | None) -> None:
    server = QuietServer(server_config(limits))

    def end() -> None:
        server.should_exit = server.force_exit = True

    on_signals((signal.SIGTERM, signal.SIGINT), end)
    await server.serve(sockets=[listener])


if __name__ == "__main__":
    main()
