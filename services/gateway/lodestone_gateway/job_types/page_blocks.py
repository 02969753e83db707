"""The blocks of a polished page, grouped as they are shown. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from lodestone.wire import JsonObject

TOGETHER = frozenset({"stat-card", "numbered-item"})
"""Types that form one group with their neighbours."""


@dataclass(frozen=True)
class Group:
    """Adjacent blocks of one type."""

    type: str
    blocks: list[JsonObject]


def groups(blocks: Sequence[JsonObject]) -> list[Group]:
    """The blocks in order; adjacent figures or numbered items become one group."""
    found: list[Group] = []
    for block in blocks:
        type = str(block.get("type", ""))
        if type in TOGETHER and found and found[-1].type == type:
            found[-1].blocks.append(block)
        else:
            found.append(Group(type, [block]))
    return found


def bullets(content: str) -> list[str]:
    """The entries of a list block: one for each line, with or without a leading dash."""
    return [line.strip().removeprefix("- ").strip() for line in content.splitlines() if line.strip(" -")]
