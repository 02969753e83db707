"""What the processes of a service tell each other of a prefix: who writes it to the provider's cache, and
until when it is kept.

It is a small value on the bus, changed only by whoever has seen its newest version, so that of many processes
one leads. Each change is heard by all of them. What is not heard, or makes no sense, costs a wait of
`LEAD_SECONDS` or another write, and nothing more.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import structlog
from pydantic import TypeAdapter, ValidationError

from lodestone.clock import now
from lodestone.ids import new_id
from lodestone.llm.amounts import Finite
from lodestone.llm.leases import Shelf

LEAD_SECONDS = 5.0  # a leader without a reply by then is overtaken
KEPT_SECONDS = 55 * 60.0  # the provider's hour after the last use, less what clocks and networks take
CLOCK_SECONDS = 1.0  # by which the clocks of two processes may differ
ASK_SECONDS = 1.0  # a bus that takes longer is not waited for
AWAY_SECONDS = 5.0  # until it is asked again
TRIES = 5  # while others write at the same moment

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """What a process told of a prefix. Times are seconds since 1970."""

    process: str = ""
    led_until: Finite = 0.0
    """Until then it writes the prefix."""
    kept_until: Finite = 0.0
    """Until then the provider keeps it."""

    @property
    def led_seconds(self) -> float:
        """How long to wait for the process that leads; 0 where none does, or its clock is wrong."""
        return _ahead(self.led_until, LEAD_SECONDS)

    @property
    def kept_seconds(self) -> float:
        """How long the provider keeps it, likewise."""
        return _ahead(self.kept_until, KEPT_SECONDS)


class SharedPrefixes:
    """The prefixes of all processes, as one process sees them."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.process = new_id().hex
        self._away_until = 0.0

    @property
    def is_away(self) -> bool:
        """Whether the others could not be reached lately: then this process goes on as if it were alone."""
        return time.monotonic() < self._away_until

    def on_away(self, error: Exception) -> None:
        """They cannot be reached."""
        if not self.is_away:
            log.warning("the shared prefixes are away; going on alone", error=str(error))
        self._away_until = time.monotonic() + AWAY_SECONDS


class SharedPrefix:
    """One prefix. No method raises ConnectionError, and none takes longer than `ASK_SECONDS`."""

    def __init__(self, name: str, among: SharedPrefixes) -> None:
        self._name = name
        self._among = among
        self._seen: tuple[Told, int] | None = None  # with its version, which may be out of date
        self._turn = asyncio.Lock()
        self._leads = 0

    async def lead(self) -> Told | None:
        """None when this process leads from now on; otherwise why it does not."""
        self._leads += 1
        mine = self._told(led_until=_seconds() + LEAD_SECONDS)
        return await self._change(mine, unless=lambda told: told.kept_seconds > 0 or self._is_led(told))

    def give_back(self) -> Coroutine[Any, Any, object]:
        """Lets another process lead, unless this one leads again since this was called."""
        leads = self._leads
        return self._change(
            self._told(), unless=lambda told: self._leads != leads or told.process != self._among.process
        )

    async def keep(self) -> None:
        """A reply began: the provider has the prefix."""
        await self._change(self._told(kept_until=_seconds() + KEPT_SECONDS), unless=lambda told: False)

    def _is_led(self, told: Told) -> bool:
        return told.process != self._among.process and told.led_seconds > 0

    def _told(self, *, led_until: float = 0.0, kept_until: float = 0.0) -> Told:
        return Told(self._among.process, led_until, kept_until)

    async def _change(self, new: Told, unless: Callable[[Told], bool]) -> Told | None:
        """None when it is changed, or the others are away; otherwise what stands and forbids it."""
        if self._among.is_away:
            return None
        try:
            async with asyncio.timeout(ASK_SECONDS), self._turn:
                return await self._replace(new, unless)
        except (ConnectionError, TimeoutError) as error:
            self._seen = None
            self._among.on_away(error)
            return None

    async def _replace(self, new: Told, unless: Callable[[Told], bool]) -> Told | None:
        for _ in range(TRIES):
            told, version = self._seen or await self._newest()
            self._seen = None
            if unless(told):
                return told
            written = await self._among.shelf.write(self._name, _JSON.dump_json(new), version)
            if written is not None:
                self._seen = new, written
                return None
        raise ConnectionError("others write all the time")

    async def _newest(self) -> tuple[Told, int]:
        value, version = await self._among.shelf.read(self._name)
        return told_in(value), version


_JSON = TypeAdapter(Told)


def told_in(value: bytes) -> Told:
    """What was told; nothing, where that makes no sense."""
    try:
        return _JSON.validate_json(value)
    except ValidationError:
        return Told()


def _ahead(until: float, most: float) -> float:
    """The seconds until then; 0 if it has passed, or is further than it can be."""
    seconds = until - _seconds()
    return min(seconds, most) if 0 < seconds <= most + CLOCK_SECONDS else 0.0


def _seconds() -> float:
    return now().timestamp()
