"""The item list of a reply: concepts, sections, variations, emails, or the only list of objects there is."""

import json
from collections.abc import Iterator
from typing import Any

_ITEM_LISTS = ("concepts", "structure", "sections", "variations", "emails")

Items = list[dict[str, Any]]


def item_list(reply: Any) -> Items | None:
    """The reply's item list itself; None when there is none, or when several lists qualify equally."""
    found = list(_lists_of_objects(reply, ""))
    named = [items for name, items in found if name in _ITEM_LISTS]
    if named:
        return named[0]
    return found[0][1] if len(found) == 1 else None


def end_of_item(text: str, reply: Any, count: int) -> int | None:
    """Where to cut the JSON text so that exactly `count` items are whole; None without an item list."""
    items = item_list(reply)
    if items is None:
        return None
    texts = [json.dumps(item, ensure_ascii=False) for item in items]
    start = text.index("[" + ", ".join(texts) + "]") + 1
    if count >= len(items):
        return start + len(", ".join(texts))
    before = start + sum(len(each) + len(", ") for each in texts[:count])
    return before + len(texts[count]) // 3


def _lists_of_objects(value: Any, name: str) -> Iterator[tuple[str, Items]]:
    """The outermost ones; what is inside an item belongs to the item."""
    if isinstance(value, list) and value and all(isinstance(entry, dict) for entry in value):
        yield name, value
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from _lists_of_objects(entry, key)
