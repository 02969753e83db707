"""The blocks of a polished page, grouped as they are shown, and the addresses of embeds. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs

from lodestone.wire import JsonObject

from lodestone_gateway.addresses import split_address

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


def embed_address(url: str) -> str | None:
    """The address to frame a video or table from; None if it belongs to none of the four providers."""
    parts = split_address(url)
    host = parts.netloc.lower().removeprefix("www.")
    last = parts.path.rstrip("/").rpartition("/")[2]
    if not re.fullmatch(r"[A-Za-z0-9_-]+", last):
        return None
    if host in ("youtube.com", "m.youtube.com"):
        video = parse_qs(parts.query).get("v", [last])[0]
        known = re.fullmatch(r"[A-Za-z0-9_-]+", video)
        return f"https://www.youtube-nocookie.com/embed/{video}" if known else None
    return _SHORT.get(host, "").format(last) or None


def bullets(content: str) -> list[str]:
    """The entries of a list block: one for each line, with or without a leading dash."""
    return [line.strip().removeprefix("- ").strip() for line in content.splitlines() if line.strip(" -")]


_SHORT = {
    "youtu.be": "https://www.youtube-nocookie.com/embed/{}",
    "vimeo.com": "https://player.vimeo.com/video/{}",
    "player.vimeo.com": "https://player.vimeo.com/video/{}",
    "loom.com": "https://www.loom.com/embed/{}",
    "airtable.com": "https://airtable.com/embed/{}",
}
