"""Threads that a process does not wait for when it ends."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class UnawaitedThreads(ThreadPoolExecutor):
    """A thread for each call; made to be an event loop's executor, whose calls are few.

    The loop asks for the addresses of names there. While no name server answers, such a call takes minutes,
    and a pool's threads would hold up the end of the process for as long.
    """

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Begins at once, however many others are running."""
        future: Future[T] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as error:
                future.set_exception(error)

        threading.Thread(target=run, daemon=True).start()
        return future
