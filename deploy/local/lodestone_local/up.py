"""`lodestone up` and `lodestone demo`: the system in the foreground, until a signal or the example's end."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

from lodestone.signals import on_signals
from lodestone.tasks import first_of

from lodestone_local.data_folder import DataFolder
from lodestone_local.system import Options, System
from lodestone_local.terminal import say

Example = Callable[[dict[str, Any]], Awaitable[bool]]
# `uv run` forwards a signal that its whole process group also gets: within this time it counts as one.
ECHO_SECONDS = 0.25


def run(options: Options, example: Example | None = None, *, once: bool = False) -> int:
    """The exit status: 0 after a signal, or after the example with `once`; raises LodestoneError."""
    return asyncio.run(_run(options, example, once))


async def _run(options: Options, example: Example | None, once: bool) -> int:
    folder = DataFolder(options.data_dir)
    system = System(options, folder, say)
    stop = StopSignal(system.kill)
    serving = asyncio.create_task(_serve(system, example, once))
    try:
        await first_of(serving, stop.wait())
        return serving.result() if serving.done() else 0
    finally:
        serving.cancel()
        await asyncio.wait({serving})
        await system.stop()
        folder.close()


async def _serve(system: System, example: Example | None, once: bool) -> int:
    begun = time.monotonic()
    await system.start()
    told = system.told()
    say(f"Lodestone is ready after {time.monotonic() - begun:.1f} s.")
    is_done = await example(told) if example else True
    if once:
        return 0 if is_done else 1
    _say_addresses(told)
    await asyncio.Event().wait()
    return 0


class StopSignal:
    """SIGTERM, Ctrl-C and a closed terminal: the first asks to stop, the second stops at once."""

    def __init__(self, kill: Callable[[], None]) -> None:
        self._kill = kill
        self._stopped = asyncio.Event()
        self._first_at = 0.0
        on_signals((signal.SIGTERM, signal.SIGINT, *_hang_up()), self._arrived)

    async def wait(self) -> None:
        """Returns at the first signal."""
        await self._stopped.wait()

    def _arrived(self) -> None:
        now = time.monotonic()
        if not self._stopped.is_set():
            self._first_at = now
            self._stopped.set()
            say("Stopping. Press Ctrl-C again to stop at once.")
        elif now - self._first_at > ECHO_SECONDS:
            self._kill()
            sys.stdout.flush()
            os._exit(1)


def _hang_up() -> tuple[signal.Signals, ...]:
    """The signal of a closed terminal, unless we were started to outlive it (`nohup`)."""
    return () if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else (signal.SIGHUP,)


def _say_addresses(told: dict[str, Any]) -> None:
    gateway = told["gateway"]
    model = "simulated; set ANTHROPIC_API_KEY for the real one" if told["simulator"] else "the provider's"
    for name, address in (
        ("wizard", f"{gateway}/create"),
        ("jobs", f"{gateway}/jobs"),
        ("model", model),
    ):
        say(f"  {name:7} {address}")
    say("Ctrl-C stops it; the data stays.")
