"""Which changes to a published document would break those who rely on it. Pure, and strict:

nothing disappears, nothing changes its type, nothing becomes required or is narrowed; only descriptions may
change, and new things may be added. What we only send and never accept may be narrowed by bounds: a reader of
any number also reads smaller ones. An object may have more properties than before, as job types are added.
"""

from collections.abc import Collection, Iterator
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
SIZES = frozenset({"minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems"})


def breaking_changes(before: Any, after: Any, where: str, told: Collection[str] = ()) -> list[str]:
    """One sentence for each breaking change between two JSON documents.

    `told` are the places of what we only send, as paths from `where`.
    """
    return _Comparison(told).changes(before, after, where)


def only_told(openapi: dict[str, Any], where: str) -> list[str]:
    """The places of the schemas of an OpenAPI document that no request has in it."""
    schemas: dict[str, Any] = openapi.get("components", {}).get("schemas", {})
    taken: set[str] = set()
    waiting = [part for item in openapi.get("paths", {}).values() for part in _requests(item)]
    while waiting:
        found = {name for name in _named(waiting.pop()) if name in schemas} - taken
        taken |= found
        waiting += [schemas[name] for name in found]
    return [f"{where}.components.schemas.{name}" for name in schemas if name not in taken]


def _requests(item: dict[str, Any]) -> Iterator[Any]:
    for operation in item.values():
        if isinstance(operation, dict):
            yield operation.get("requestBody")
            yield operation.get("parameters")


def _named(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "$ref" and isinstance(value, str):
                yield value.rpartition("/")[2]
            yield from _named(value)
    elif isinstance(part, list):
        for entry in part:
            yield from _named(entry)


class _Comparison:
    def __init__(self, told: Collection[str]) -> None:
        self._told = told

    def changes(self, before: Any, after: Any, where: str) -> list[str]:
        if isinstance(before, dict) and isinstance(after, dict):
            return self._in_object(before, after, where)
        if isinstance(before, list) and isinstance(after, list):
            return self._in_list(before, after, where)
        return [] if before == after else [f"{where} was {before!r} and is {after!r}"]

    def _in_object(self, before: dict[str, Any], after: dict[str, Any], where: str) -> list[str]:
        relied_on = [key for key, value in before.items() if not (key in WORDS and isinstance(value, str))]
        changes = [f"{where}.{key} is gone" for key in relied_on if key not in after]
        is_schema = "type" in before or "properties" in before
        if is_schema:
            bounds = BOUNDS - SIZES if self._is_told(where) else BOUNDS
            changes += [f"{where}.{key} is new" for key in after if key in bounds and key not in before]
            changes += [f"{where}.{name} is required now" for name in _newly_required(before, after)]
        for key in relied_on:
            if key in after and not _admits_more(key, before[key], after[key]):
                changes += self.changes(before[key], after[key], f"{where}.{key}")
        return changes

    def _in_list(self, before: list[Any], after: list[Any], where: str) -> list[str]:
        """Lists of names are sets that may only grow; in other lists each entry must still be there."""
        if all(isinstance(entry, str) for entry in before):
            return [f"{where} lost {entry!r}" for entry in before if entry not in after]
        return [
            f"{where} lost {entry!r}"
            for entry in before
            if not any(self.changes(entry, other, where) == [] for other in after)
        ]

    def _is_told(self, where: str) -> bool:
        return any(where == place or where.startswith(f"{place}.") for place in self._told)


def _admits_more(key: str, before: Any, after: Any) -> bool:
    is_bound = key == "maxProperties" and isinstance(before, int) and isinstance(after, int)
    return is_bound and after >= before


def _newly_required(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [name for name in after.get("required", []) if name not in before.get("required", [])]
