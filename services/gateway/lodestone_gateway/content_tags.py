"""Entity tags by content: for what is saved as a whole and has no number that counts its changes."""

import hashlib
import json
from collections.abc import Collection
from typing import Any

from lodestone.errors import Conflict


def content_tag(*contents: Any) -> str:
    """An entity tag (RFC 9110), the same for the same contents; these are what JSON can hold."""
    text = json.dumps(contents, sort_keys=True, ensure_ascii=False)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def check_known(known_tags: Collection[str], present: str | None) -> None:
    """Raises Conflict if there are known tags and `present`, the tag of what is there, is none of them."""
    if known_tags and present not in known_tags and not (present and "*" in known_tags):
        raise Conflict("This has changed since you read it; read it again.", etag=present)
