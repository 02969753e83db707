"""The blocks of a polished page, grouped as they are shown, and addresses of what is embedded. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from lodestone.wire import JsonObject

TOGETHER = frozenset({"stat-card", "numbered-item"})
"""Types that stand in one group with their neighbours."""


@dataclass(frozen=True)
class Group:
    """Blocks of one type that stand together."""

    type: str
    blocks: list[JsonObject]


def groups(blocks: Sequence[JsonObject]) -> list[Group]:
    """The blocks in order; figures and numbered items beside each other become one group."""
    found: list[Group] = []
    for block in blocks:
        type = str(block.get("type", ""))
        if type in TOGETHER and found and found[-1].type == type:
            found[-1].blocks.append(block)
        else:
            found.append(Group(type, [block]))
    return found


def embed_address(url: str) -> str | None:
    """Where a video or table can be framed; None for an address that none of the four providers has."""
    parts = urlsplit(url)
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
    """The entries of a list block: a line each, with or without a dash before it."""
    return [line.strip().removeprefix("- ").strip() for line in content.splitlines() if line.strip(" -")]


_SHORT = {
    "youtu.be": "https://www.youtube-nocookie.com/embed/{}",
    "vimeo.com": "https://player.vimeo.com/video/{}",
    "player.vimeo.com": "https://player.vimeo.com/video/{}",
    "loom.com": "https://www.loom.com/embed/{}",
    "airtable.com": "https://airtable.com/embed/{}",
}
