"""The provider's prompt cache: which tokens of a prompt a call reads from it, and which it writes.

A block marked with `cache_control` is kept together with all before it, for each key and model. It can be
read as soon as the reply of the call that wrote it has begun. It is kept for five minutes, or an hour, from
its last use.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from lodestone_local.simulator.ledger import PromptTokens
from lodestone_local.simulator.request import HOUR, ModelRequest, Prompt

MOST_BLOCKS_BACK = 20  # how far before a mark a kept prefix is looked for

_SHORTEST = {
    "claude-opus-4-8": 1_024,
    "claude-sonnet-5": 1_024,
    "claude-sonnet-4-6": 1_024,
    "claude-sonnet-4-5": 1_024,
    "claude-opus-4-7": 2_048,
    "claude-mythos-preview": 2_048,
    "claude-opus-4-6": 4_096,
    "claude-opus-4-5": 4_096,
    "claude-haiku-4-5": 4_096,
}
_SHORTEST_OF_NEWER = 512
_DATE = re.compile(r"-\d{8}$")


def shortest_kept(model: str) -> int:
    """The fewest tokens that are kept; a shorter prompt is treated as if it had no mark."""
    return _SHORTEST.get(_DATE.sub("", model), _SHORTEST_OF_NEWER)


@dataclass(frozen=True)
class CacheUse:
    """What a call reads from the cache and writes to it."""

    tokens: PromptTokens
    begin: Callable[[], None]  # to be called when the reply begins


class PromptCache:
    """What the provider keeps, for all keys."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        # by key, model and content: for how many seconds after a use, and until when
        self._kept: dict[tuple[str, str, bytes], tuple[int, float]] = {}

    def look_up(self, key: str, request: ModelRequest) -> CacheUse:
        """What a call with this key would read and write now."""
        prefixes, shortest = request.prompt.prefixes, shortest_kept(request.model)
        marks = [n for n, each in enumerate(prefixes) if each.kept_seconds and each.tokens >= shortest]
        names = [(key, request.model, each.digest) for each in prefixes]
        kept = [n for n in _candidates(marks) if names[n] in self._kept]
        found = next((n for n in kept if self._kept[names[n]][1] > self._clock()), None)

        def begin() -> None:
            for place in marks if found is None else {found, *marks}:
                seconds = prefixes[place].kept_seconds or self._kept[names[place]][0]
                self._kept[names[place]] = seconds, self._clock() + seconds

        return CacheUse(_counted(request.prompt, marks, found), begin)


def _candidates(marks: list[int]) -> list[int]:
    """Where a kept prefix may end, the longest first."""
    places = {n for mark in marks for n in range(max(mark - MOST_BLOCKS_BACK, 0), mark + 1)}
    return sorted(places, reverse=True)


def _counted(prompt: Prompt, marks: list[int], found: int | None) -> PromptTokens:
    read = 0 if found is None else prompt.prefixes[found].tokens
    marked = [prompt.prefixes[mark] for mark in marks]
    written = max((prefix.tokens for prefix in marked), default=read) - read
    hour = max((prefix.tokens for prefix in marked if prefix.kept_seconds == HOUR), default=read) - read
    return PromptTokens(
        input=prompt.tokens - read - written,
        cache_read=read,
        cache_write=written,
        cache_write_hour=max(hour, 0),
    )
