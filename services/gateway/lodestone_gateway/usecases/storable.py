"""What JSON text may hold and Postgres may not."""

import math
from collections.abc import Iterator
from typing import Any

from lodestone.errors import InvalidRequest
from lodestone.wire import JsonObject, has_half_pair

UNSTORABLE = "Must not hold the character U+0000, half of a surrogate pair, NaN or infinity."


def check_storable(input: JsonObject, prefix: str) -> None:
    """Raises InvalidRequest for values that JSON text may hold and Postgres may not."""
    errors = [
        {
            "field": prefix + ".".join(path),
            "message": UNSTORABLE,
        }
        for path in _unstorable(input, ())
    ]
    if errors:
        raise InvalidRequest(errors=errors)


def _unstorable(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _unstorable(part, (*path, key)) if _is_storable(key) else iter([path])
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _unstorable(part, (*path, str(index)))
    elif not _is_storable(value):
        yield path


def _is_storable(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" not in value and not has_half_pair(value)
    return not isinstance(value, float) or math.isfinite(value)
