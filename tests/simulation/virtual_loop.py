"""An event loop with virtual time, and processes on it that can be stopped, resumed and killed.

Nothing waits in real time: when no callback can run, the clock jumps to the next timer. Each callback
belongs to the process in whose context it was scheduled; a stopped process runs its callbacks only after it
is resumed (SIGSTOP), a killed one never.
"""

import asyncio
import contextvars
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVarTuple

Ts = TypeVarTuple("Ts")

CURRENT: "contextvars.ContextVar[Process | None]" = contextvars.ContextVar("process", default=None)


class Process:
    """One process of the system: whether it may run, and the callbacks that wait until it may."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_stopped = False
        self.held: list[_Guard] = []
        self.context = contextvars.Context()
        self.context.run(CURRENT.set, self)

    def __repr__(self) -> str:
        return self.name


class Deadlock(Exception):
    """No callback can run and no timer is set."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """A loop whose time advances only by its timers."""

    def __init__(self) -> None:
        self._now = 0.0
        self._tasks_made = 0
        super().__init__(_Selector(self._advance))
        self._neutral = contextvars.Context()  # of no process: the network, the broker, the plan of faults
        self.set_task_factory(self._make_task)

    def time(self) -> float:
        """Virtual seconds since the loop began."""
        return self._now

    def call_soon(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: contextvars.Context | None = None
    ) -> asyncio.Handle:
        """As asyncio's, but a callback of a stopped process is held back."""
        context = contextvars.copy_context() if context is None else context  # an empty context is falsy
        process = context.get(CURRENT)
        if process is None:
            return super().call_soon(callback, *args, context=context)
        guard = _Guard(process, callback, args, context)
        guard.handle = super().call_soon(guard, context=context)
        return guard.handle

    def call_at(
        self,
        when: float,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: contextvars.Context | None = None,
    ) -> asyncio.TimerHandle:
        """As call_soon, after a delay; `call_later` calls this too."""
        context = contextvars.copy_context() if context is None else context  # an empty context is falsy
        process = context.get(CURRENT)
        if process is None:
            return super().call_at(when, callback, *args, context=context)
        guard = _Guard(process, callback, args, context)
        guard.handle = timer = super().call_at(when, guard, context=context)
        return timer

    def after(self, seconds: float, callback: Callable[..., object], *args: Any) -> None:
        """Calls back outside of any process."""
        self.call_at(self._now + seconds, callback, *args, context=self._neutral)

    def after_in(self, process: Process, seconds: float, callback: Callable[[], object]) -> None:
        """Calls back in a process, once it runs."""
        self.call_at(self._now + seconds, callback, context=process.context)

    def spawn(self, process: Process | None, coro: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Starts a task of that process, or of none."""
        context = contextvars.Context()
        context.run(CURRENT.set, process)
        return self.create_task(coro, context=context)

    def resume(self, process: Process) -> None:
        """Lets the process continue; held-back callbacks come first, in order."""
        process.is_stopped = False
        held, process.held = process.held, []
        for guard in held:
            super().call_soon(guard, context=guard.context)

    def _advance(self, seconds: float | None) -> None:
        if seconds is None:
            raise Deadlock
        self._now += seconds

    def _make_task(
        self, loop: asyncio.AbstractEventLoop, coro: Any, *, context: contextvars.Context | None = None
    ) -> "asyncio.Task[Any]":
        self._tasks_made += 1
        _Task.number = self._tasks_made  # asyncio asks for its hash while creating it
        task = _Task(coro, loop=loop, context=context)
        task.number = self._tasks_made
        return task


class _Task(asyncio.Task[Any]):
    """Hashed by its number, so that sets of tasks have the same order in every run."""

    number = 0

    def __hash__(self) -> int:
        return self.number


class _Guard:
    """One callback of a process."""

    handle: asyncio.Handle

    def __init__(
        self,
        process: Process,
        callback: Callable[..., object],
        args: tuple[Any, ...],
        context: contextvars.Context,
    ) -> None:
        self.context = context
        self._process = process
        self._callback = callback
        self._args = args

    def __call__(self) -> None:
        if self._process.is_stopped:
            self._process.held.append(self)
        elif not self.handle.cancelled():
            self._callback(*self._args)


class _Selector(selectors.SelectSelector):
    """Never waits; reports how long it would have waited."""

    def __init__(self, advance: Callable[[float | None], None]) -> None:
        super().__init__()
        self._advance = advance

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self._advance(timeout)
        return []
