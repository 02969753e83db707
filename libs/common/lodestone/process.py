"""What a process is: an app that serves until told to stop, alone or beside others in one event loop."""

import asyncio
import contextlib
import errno
import gc
import json
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from socket import gaierror
from typing import NoReturn, Protocol

import structlog

from lodestone.errors import Misconfigured
from lodestone.settings import READY_FILE, unknown_variables
from lodestone.signals import on_signals
from lodestone.telemetry import configure_logging
from lodestone.threads import UnawaitedThreads
from lodestone.tracing import configure_tracing

OnReady = Callable[[str], None]

log = structlog.get_logger(__name__)


class App(Protocol):
    """One of our processes. Entry points of the group `lodestone.apps` name functions that build one."""

    @property
    def name(self) -> str:
        """The process name: gateway, relay, projector, or the service's."""

    async def run(self, stop: asyncio.Event, on_ready: OnReady) -> None:
        """Serves until `stop` is set, then drains and returns. Raises what it cannot survive.

        Calls `on_ready` once, with the URL of its HTTP port, as soon as it takes work.
        """


def main(build_app: Callable[[], App]) -> NoReturn:
    """Runs one app as this process: exit status 0 after SIGTERM or Ctrl-C, 1 when it could not go on."""
    configure_logging(
        os.environ.get("LODESTONE_LOG_FORMAT", "json"), os.environ.get("LODESTONE_LOG_LEVEL", "INFO")
    )
    try:
        for name, nearest in unknown_variables(os.environ).items():
            log.warning("unknown setting", name=name, did_you_mean=nearest)
        app = build_app()
        configure_tracing(app.name)
        asyncio.run(_run(app))
    except Misconfigured as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    except OSError as error:
        if not (sentence := _of_address(error)):
            raise
        sys.stderr.write(f"{sentence}\n")
        sys.exit(1)
    sys.exit(0)


def _of_address(error: OSError) -> str | None:
    """What to do when the process cannot listen on its address or port; None for any other error."""
    match error.errno:
        case errno.EADDRINUSE:
            return "The port is taken. Set LODESTONE_PORT or LODESTONE_HEALTH_PORT to a free one."
        case errno.EACCES:
            return "This user may not use the port. Set LODESTONE_PORT or LODESTONE_HEALTH_PORT above 1023."
        case errno.EADDRNOTAVAIL:
            return "LODESTONE_HOST is not an address of this machine."
    return "LODESTONE_HOST must be an IPv4 address of this machine." if isinstance(error, gaierror) else None


async def _run(app: App) -> None:
    asyncio.get_running_loop().set_default_executor(UnawaitedThreads())
    stop = asyncio.Event()
    on_signals((signal.SIGTERM, signal.SIGINT), partial(_stop_or_end, stop))
    try:
        await app.run(stop, lambda url: _note_ready(app.name, url))
    finally:
        if path := os.environ.get(READY_FILE):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)


def _stop_or_end(stop: asyncio.Event) -> None:
    if stop.is_set():
        os._exit(1)  # the second signal ends at once
    stop.set()


def _note_ready(name: str, url: str) -> None:
    gc.freeze()  # what was imported stays: to look through it at each collection would stop the process
    _write_ready_file(name, url)


def _write_ready_file(name: str, url: str) -> None:
    log.info("ready", process=name, url=url)
    if path := os.environ.get(READY_FILE):
        draft = Path(f"{path}.{os.getpid()}")
        draft.write_text(json.dumps({"url": url, "pid": os.getpid()}))
        draft.replace(path)
