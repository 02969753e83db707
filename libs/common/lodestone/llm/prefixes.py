"""Calls that begin alike: one writes the beginning to the provider's cache, the others wait to read it there.

The provider keeps what calls have in common (the prefix: model, instructions and shape of the reply) as soon
as the first reply begins, and for an hour after its last use. Calls that are made before that all write it,
each at twice the price of an uncached prompt; reading it costs a tenth of that price, or less.

    cold ──(a call leads)──► led ──(a reply begins)──► warm ──(KEPT_SECONDS without a reply)──► cold
                             │ ▲
                             └─┘ the leader fails, or has no reply after LEAD_SECONDS: one that waits leads

All processes of a service do this together (`shared_prefixes`): the bus is asked before a call leads, and by
no other call. Nobody waits for longer than LONGEST_WAIT_SECONDS, and a call that is alone does not wait. A
prefix that is too short for the provider to keep is treated alike: it is waited for once in KEPT_SECONDS.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from prometheus_client import Counter

from lodestone.llm.shared_prefixes import (
    KEPT_SECONDS,
    LEAD_SECONDS,
    SharedPrefix,
    SharedPrefixes,
    Told,
    told_in,
)
from lodestone.tasks import end

LONGEST_WAIT_SECONDS = 15.0
TELL_AGAIN_SECONDS = 600.0  # the others are told that a prefix is still in use
MOST_PREFIXES = 1_000  # remembered; more than all prompts of all models

waits = Counter(
    "lodestone_llm_prefix_waits_total",
    "Calls that waited for another call to write their prefix to the provider's cache",
)
_ANOTHER_PROCESS = object()  # leads


@dataclass(frozen=True)
class Turn:
    """A call that may be made."""

    is_warm: bool
    """Whether the provider has the prefix already, so that the call reads it and does not write it."""
    on_begun: Callable[[], None]
    """To be called when its reply begins."""


class Prefixes:
    """The prefixes of one process's calls."""

    def __init__(self, shared: SharedPrefixes | None = None) -> None:
        """Without `shared` the process knows of no others."""
        self._shared = shared
        self._known: dict[str, _Prefix] = {}
        self._telling: set[asyncio.Task[object]] = set()

    @asynccontextmanager
    async def turn(self, prefix: str) -> AsyncIterator[Turn]:
        """Begins when the call may be made, and ends with it. The prefix's name is the same everywhere."""
        known = self._know(prefix)
        call = object()
        try:
            await known.come(call)
            yield Turn(known.is_warm, known.on_begun)
        finally:
            known.leave(call)

    def hear(self, prefix: str, value: bytes) -> None:
        """Another process, or this one, changed what is shared of the prefix."""
        told = told_in(value)
        if self._shared and told.process != self._shared.process:
            self._know(prefix).hear(told)

    async def close(self) -> None:
        """Tells the others nothing more."""
        await end(*self._telling)

    def _know(self, prefix: str) -> "_Prefix":
        if prefix not in self._known:
            if len(self._known) >= MOST_PREFIXES:
                del self._known[next(iter(self._known))]  # calls that know it go on with it
            shared = SharedPrefix(prefix, self._shared) if self._shared else None
            self._known[prefix] = _Prefix(shared, self._tell)
        return self._known[prefix]

    def _tell(self, telling: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(telling)
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)


class _Prefix:
    def __init__(
        self, shared: SharedPrefix | None, tell: Callable[[Coroutine[Any, Any, object]], None]
    ) -> None:
        self._shared = shared
        self._tell = tell
        self._tell_at = 0.0
        self._warm_until = 0.0
        self._leader: object | None = None
        self._led_until = 0.0
        self._changed = asyncio.Event()

    @property
    def is_warm(self) -> bool:
        return _now() < self._warm_until

    async def come(self, call: object) -> None:
        """Returns when the call may be made: as the leader, if the prefix is cold."""
        until = _now() + LONGEST_WAIT_SECONDS
        if self._rest(until) > 0:
            waits.inc()
        while not self.is_warm and _now() < until:
            if (rest := self._rest(until)) > 0:
                with suppress(TimeoutError):
                    async with asyncio.timeout(rest):
                        await self._changed.wait()
            elif await self._lead(call):
                return

    def on_begun(self) -> None:
        """A reply began: the provider has the prefix."""
        self._keep(KEPT_SECONDS)
        if self._shared and _now() >= self._tell_at:
            self._tell_at = _now() + TELL_AGAIN_SECONDS
            self._tell(self._shared.keep())

    def leave(self, call: object) -> None:
        """The call is over, however it ended."""
        if call is self._leader:
            self._let_go()
            if self._shared:
                self._tell(self._shared.give_back())

    def hear(self, told: Told) -> None:
        """What another process told. Whoever leads here goes on, until the provider has the prefix."""
        if told.kept_seconds:
            self._keep(told.kept_seconds)
            self._tell_at = self._warm_until - KEPT_SECONDS + TELL_AGAIN_SECONDS
        elif self._leader in (None, _ANOTHER_PROCESS):
            self._follow(told)

    async def _lead(self, call: object) -> bool:
        """Leads, unless another process does or has done."""
        self._leader, self._led_until = call, _now() + LEAD_SECONDS
        told = await self._shared.lead() if self._shared else None
        if told is None:
            self._leader, self._led_until = call, _now() + LEAD_SECONDS
            return True
        self._leader = None
        self.hear(told)
        return False

    def _follow(self, told: Told) -> None:
        if told.led_seconds:
            self._leader, self._led_until = _ANOTHER_PROCESS, _now() + told.led_seconds
        else:
            self._let_go()

    def _keep(self, seconds: float) -> None:
        self._warm_until = _now() + seconds
        self._let_go()

    def _rest(self, until: float) -> float:
        """The seconds to wait before anything about this prefix has to be looked at again."""
        if self._leader is None or self.is_warm:
            return 0.0
        return min(self._led_until, until) - _now()

    def _let_go(self) -> None:
        self._leader = None
        self._changed.set()
        self._changed = asyncio.Event()


def _now() -> float:
    return asyncio.get_running_loop().time()
