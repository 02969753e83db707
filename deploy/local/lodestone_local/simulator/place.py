"""Where in a reply something is written."""

import re
from dataclasses import dataclass

_ENTRY = re.compile(r"\[([^\[\]]*)\]")


@dataclass(frozen=True)
class Place:
    """Where in the reply something is written."""

    name: str = ""  # the property, also for the entries of its list
    path: str = ""  # unique; the same for the same item, whatever else is asked for
    number: int = 0  # within the list or object around, from 0
    key: str = ""  # archetype, hook, day or section of the item that this belongs to
    depth: int = 0

    @property
    def entries(self) -> list[str]:
        """What identifies each list entry around, from the outermost: a key, or a number."""
        return _ENTRY.findall(self.path)

    def entry(self, depth: int) -> int:
        """The number of the list entry at this depth, from 0; 0 when it has a key instead."""
        found = self.entries[depth : depth + 1]
        return int(found[0]) if found and found[0].isdecimal() else 0
