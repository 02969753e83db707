"""The parts of a result, one of which can be made again: a post, an email, a section, a block.

Each job type with parts declares one value, `Parts`. All of it works on results as they are on the wire, and
is pure: the gateway lists parts and puts a new one into the newest text, a service puts it into its result.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from lodestone.wire import JsonObject, Text, WireModel

MAX_INSTRUCTION = 300  # characters

PartKey = Annotated[Text, Field(max_length=200)]
"""Which part of a result."""

Instruction = Annotated[Text, Field(max_length=MAX_INSTRUCTION)]
"""What its owner wants to be different."""


class InParts(WireModel):
    """What a caller adds to the input to have one part made again; everything else stays as it is."""

    part: PartKey | None = Field(
        default=None,
        exclude=True,
        description=(
            "The part of the lead magnet's present text to make again, by its key: a post's hook type, an"
            " email's day, a section's id, or a block of a page's section as `ID/NUMBER`. Null: everything is"
            " made."
        ),
    )
    instruction: Instruction | None = Field(
        default=None,
        exclude=True,
        description="How the new one is to differ, such as `shorter`; goes with `part` only.",
    )


@dataclass(frozen=True)
class Part:
    """A part that a result has."""

    key: str
    """What names it in requests: the key of its item."""
    name: str
    """What a person calls it."""


def _as_it_is(whole: JsonObject) -> JsonObject:
    return whole


@dataclass(frozen=True)
class Parts:
    """Which parts the results of a job type have."""

    unit: str
    """What a person calls one part."""
    path: tuple[str, ...]
    """Where a result has the list of its parts."""
    keys: Callable[[Sequence[JsonObject]], list[str]]
    """The key of each part in the list."""
    name: Callable[[JsonObject], str]
    """What a person calls a part."""
    withheld: tuple[str, ...]
    """Where the work has a required text that is left blank in `input` when one part is asked for.

    A release that does not know parts refuses such a request, instead of making everything again.
    """
    within: str = ""
    """The list in a part whose entries are parts too, `KEY/NUMBER`, counted from 1; empty where none is."""
    fixed: frozenset[str] = frozenset()
    """The types of such entries that only owners put there."""
    settled: Callable[[JsonObject], JsonObject] = _as_it_is
    """Counts again what follows from the parts."""

    def of(self, whole: JsonObject) -> list[Part]:
        """The parts in order, without the entries of their lists."""
        listed = self._listed(whole)
        return [Part(key, self.name(part)) for key, part in zip(self.keys(listed), listed, strict=True)]

    def find(self, whole: JsonObject, key: str) -> JsonObject | None:
        """The part with this key, the first if several have it; None when there is none."""
        listed, (outer, place) = self._listed(whole), self._split(key)
        keys = self.keys(listed)
        part = listed[keys.index(outer)] if outer in keys else None
        if part is None or place is None:
            return part
        entries: list[JsonObject] = part.get(self.within) or []
        entry = entries[place] if place < len(entries) else None
        return None if entry is None or entry.get("type") in self.fixed else entry

    def put(self, whole: JsonObject, key: str, part: JsonObject) -> JsonObject:
        """The whole with another part in the place of that key. Raises KeyError when it has none."""
        if self.find(whole, key) is None:
            raise KeyError(key)
        listed, (outer, place) = self._listed(whole), self._split(key)
        at = self.keys(listed).index(outer)
        if place is not None:
            entries = listed[at][self.within]
            part = {**listed[at], self.within: [*entries[:place], part, *entries[place + 1 :]]}
        return self.settled(_with(whole, self.path, [*listed[:at], part, *listed[at + 1 :]]))

    def outer(self, key: str) -> str:
        """The key of the part in the list: this one, or the one that it is in."""
        return self._split(key)[0]

    def blank(self, work: JsonObject) -> JsonObject:
        """The work as the `input` of a request for one part has it."""
        return _with(work, self.withheld, "")

    def _listed(self, whole: JsonObject) -> list[JsonObject]:
        found: Any = whole
        for name in self.path:
            found = (found or {}).get(name)
        return found or []

    def _split(self, key: str) -> tuple[str, int | None]:
        outer, slash, number = key.rpartition("/")
        is_place = number.isascii() and number.isdecimal() and len(number) < 4 and int(number) > 0
        return (outer, int(number) - 1) if self.within and slash and is_place else (key, None)


def _with(whole: JsonObject, path: tuple[str, ...], value: Any) -> JsonObject:
    name, *rest = path
    return {**whole, name: _with(whole[name], tuple(rest), value) if rest else value}
