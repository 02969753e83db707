"""Which change of a published document would break somebody who relies on it. Pure, and strict:

nothing disappears, nothing changes its type, nothing becomes required or is narrowed; only words may
change, and something new may stand beside what is there.
"""

from typing import Any

WORDS = frozenset({"title", "description", "summary", "example", "examples", "version"})
BOUNDS = frozenset(
    {
        "const",
        "format",
        "pattern",
        "minLength",
        "maxLength",
        "minimum",
        "maximum",
        "minItems",
        "maxItems",
        "enum",
        "additionalProperties",
    }
)


def breaking_changes(before: Any, after: Any, where: str) -> list[str]:
    """One sentence for each breaking change between two JSON documents."""
    if isinstance(before, dict) and isinstance(after, dict):
        return _in_object(before, after, where)
    if isinstance(before, list) and isinstance(after, list):
        return _in_list(before, after, where)
    return [] if before == after else [f"{where} was {before!r} and is {after!r}"]


def _in_object(before: dict[str, Any], after: dict[str, Any], where: str) -> list[str]:
    relied_on = [key for key, value in before.items() if not (key in WORDS and isinstance(value, str))]
    changes = [f"{where}.{key} is gone" for key in relied_on if key not in after]
    is_schema = "type" in before or "properties" in before
    if is_schema:
        changes += [f"{where}.{key} is new" for key in after if key in BOUNDS and key not in before]
        changes += [f"{where}.{name} is required now" for name in _newly_required(before, after)]
    for key in relied_on:
        if key in after:
            changes += breaking_changes(before[key], after[key], f"{where}.{key}")
    return changes


def _newly_required(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [name for name in after.get("required", []) if name not in before.get("required", [])]


def _in_list(before: list[Any], after: list[Any], where: str) -> list[str]:
    """Lists of names are sets that may only grow; in other lists each entry must still be there."""
    if all(isinstance(entry, str) for entry in before):
        return [f"{where} lost {entry!r}" for entry in before if entry not in after]
    return [
        f"{where} lost {entry!r}"
        for entry in before
        if not any(breaking_changes(entry, other, where) == [] for other in after)
    ]
