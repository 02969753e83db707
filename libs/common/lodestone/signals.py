"""Hearing signals in a program that runs a loop."""

import asyncio
import signal
from collections.abc import Callable, Iterable
from types import FrameType


def on_signals(numbers: Iterable[signal.Signals], callback: Callable[[], object]) -> None:
    """Calls back in the running loop whenever one of these signals arrives; for the main thread.

    The loop's own `add_signal_handler` hears of a signal by a byte in a pipe. Other threads wake the loop
    through the same pipe, and when they have filled it, the signal is lost.
    """
    loop = asyncio.get_running_loop()

    def arrived(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(callback)

    for number in numbers:
        signal.signal(number, arrived)
