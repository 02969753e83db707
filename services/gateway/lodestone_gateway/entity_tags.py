"""Entity tags: whether what the caller read is still what there is."""

import hashlib
import json
from collections.abc import Collection
from typing import Any

from lodestone.errors import Conflict

CHANGED = "This has changed since you read it; read it again."
ABSENT = "none"  # the tag of what is not there


def known_tags(header: str | None) -> list[str]:
    """The tags in a header, none without it. Compared weakly: proxies that compress mark our tags as weak."""
    return [tag.strip().removeprefix("W/") for tag in header.split(",")] if header else []


def content_tag(*contents: Any) -> str:
    """The tag of what has no version number: the same for the same contents, which JSON can hold."""
    text = json.dumps(contents, sort_keys=True, ensure_ascii=False)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def check_known(
    known_tags: Collection[str], present: str | None, message: str = CHANGED, **members: Any
) -> None:
    """Raises Conflict if there are known tags and `present`, the tag of what is there, is none of them.

    `members` go into the problem.
    """
    if known_tags and present not in known_tags and not (present and "*" in known_tags):
        raise Conflict(message, **members)
