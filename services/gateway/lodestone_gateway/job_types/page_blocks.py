"""The blocks of a polished page, grouped as they are shown. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from lodestone.jobs.polish import PAGE_PARTS
from lodestone.wire import JsonObject

MOST_SAID = 50  # characters of a block in a choice

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


def blocks_to_make(blocks: Sequence[JsonObject]) -> list[tuple[int, str]]:
    """The blocks that can be made again: the place of each, from 1, and its kind and first words."""
    places = enumerate(blocks, 1)
    return [(place, _said(block)) for place, block in places if block.get("type") not in PAGE_PARTS.fixed]


def kind_of(block: JsonObject) -> str:
    """What a person calls this kind of block."""
    return str(block.get("type", "")).replace("-", " ").capitalize()


def _said(block: JsonObject) -> str:
    text = " ".join(str(block.get("title") or block.get("content") or "").split())
    return f"{kind_of(block)}: {text[:MOST_SAID]}{'…' if len(text) > MOST_SAID else ''}"


def bullets(content: str) -> list[str]:
    """The entries of a list block: one for each line, with or without a leading dash."""
    return [line.strip().removeprefix("- ").strip() for line in content.splitlines() if line.strip(" -")]
