"""Replies as models sometimes write them: not JSON, fenced, with too few items, or with gaps in the items."""

import copy
import json
from typing import Any

from lodestone_local.simulator.items import item_list

_KEYS = ("archetype", "hookType", "day", "id")  # what identifies an item is never left out


def spoil(kind: str, text: str, reply: Any, schema: dict[str, Any]) -> str:
    """The text of the reply with the flaw that `kind` names; without items it is not JSON."""
    if kind == "fenced_json":
        return f"```json\n{text}\n```"
    spoilt = copy.deepcopy(reply)
    items = item_list(spoilt)
    if kind == "invalid_json" or items is None:
        return text[: max(1, len(text) * 7 // 10)] + "\n\nShall I go on?"
    if kind == "wrong_count":
        items.pop()
    else:
        for item in items:
            _leave_out_field(item, schema)
    return json.dumps(spoilt, ensure_ascii=False)


def _leave_out_field(item: dict[str, Any], schema: dict[str, Any]) -> None:
    required = [name for name in item if name not in _KEYS and _is_required(name, schema)]
    texts = [name for name in required if isinstance(item[name], str)]
    for name in (texts or required)[-1:]:
        del item[name]
    if "viralCheck" in item:
        item["viralCheck"] = None
    if "bundlePotential" in item:
        item["bundlePotential"] = ", ".join(item["bundlePotential"])


def _is_required(name: str, schema: Any) -> bool:
    """True when any object of the schema that has this property requires it."""
    if isinstance(schema, dict):
        if name in schema.get("properties", {}) and name in schema.get("required", []):
            return True
        return any(_is_required(name, part) for part in schema.values())
    return isinstance(schema, list) and any(_is_required(name, part) for part in schema)
