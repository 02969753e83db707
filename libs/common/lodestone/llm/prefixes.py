"""Calls that begin alike: one writes the beginning to the provider's cache, the others wait to read it there.

The provider keeps what calls have in common (the prefix: model, instructions and shape of the reply) as soon
as the first reply begins, and for an hour after its last use. Calls that are made before that all write it,
each at twice the price of an uncached prompt; reading it costs a tenth of that price, or less.

    cold ──(a call leads)──► led ──(a reply begins)──► warm ──(KEPT_SECONDS without a reply)──► cold
                             │ ▲
                             └─┘ the leader fails, or has no reply after LEAD_SECONDS: one that waits leads

Nobody waits for longer than LONGEST_WAIT_SECONDS, and a call that is alone does not wait. A prefix that is
too short for the provider to keep is treated alike: it is waited for once in KEPT_SECONDS.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager, suppress

from prometheus_client import Counter

LEAD_SECONDS = 5.0
LONGEST_WAIT_SECONDS = 15.0
KEPT_SECONDS = 55 * 60.0  # the provider's hour, less what clocks and networks take
MOST_PREFIXES = 1_000  # remembered; more than all prompts of all models

waits = Counter(
    "lodestone_llm_prefix_waits_total",
    "Calls that waited for another call to write their prefix to the provider's cache",
)


class Prefixes:
    """The prefixes of one process's calls."""

    def __init__(self) -> None:
        self._known: dict[Hashable, _Prefix] = {}

    @asynccontextmanager
    async def turn(self, prefix: Hashable) -> AsyncIterator[Callable[[], None]]:
        """Begins when the call may be made, and ends with it; yields what to call when its reply begins."""
        known = self._know(prefix)
        call = await known.come()
        try:
            yield known.on_begun
        finally:
            known.leave(call)

    def _know(self, prefix: Hashable) -> "_Prefix":
        if len(self._known) >= MOST_PREFIXES and prefix not in self._known:
            del self._known[next(iter(self._known))]  # calls that know it go on with it
        return self._known.setdefault(prefix, _Prefix())


class _Prefix:
    def __init__(self) -> None:
        self._warm_until = 0.0
        self._leader: object | None = None
        self._led_until = 0.0
        self._changed = asyncio.Event()

    async def come(self) -> object:
        """Returns the call when it may be made: as the leader, if the prefix is cold."""
        call, until = object(), _now() + LONGEST_WAIT_SECONDS
        if self._rest(until) > 0:
            waits.inc()
        while (rest := self._rest(until)) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(rest):
                    await self._changed.wait()
        if _now() >= self._warm_until:
            self._leader, self._led_until = call, _now() + LEAD_SECONDS
        return call

    def on_begun(self) -> None:
        """A reply began: the provider has the prefix."""
        self._warm_until = _now() + KEPT_SECONDS
        self._let_go()

    def leave(self, call: object) -> None:
        """The call is over, however it ended."""
        if call is self._leader:
            self._let_go()

    def _rest(self, until: float) -> float:
        """The seconds to wait before anything about this prefix has to be looked at again."""
        if self._leader is None or _now() < self._warm_until:
            return 0.0
        return min(self._led_until, until) - _now()

    def _let_go(self) -> None:
        self._leader = None
        self._changed.set()
        self._changed = asyncio.Event()


def _now() -> float:
    return asyncio.get_running_loop().time()
