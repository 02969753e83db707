"""The schema of a reply that a model gets: without the bounds that only keep stores and pages small. Pure."""

from functools import cache
from typing import Any

from pydantic import BaseModel

from lodestone.wire import MAX_ENTRIES, MAX_TEXT

_SIZES = {"maxLength": MAX_TEXT, "maxItems": MAX_ENTRIES}
_NUMBERS = ("minimum", "maximum")
FAR = 1_000  # a bound this far from 0 does not help a model


@cache  # the same bytes each time: the provider compiles a schema once and remembers it
def asked_shape(shape: type[BaseModel]) -> dict[str, Any]:
    """The schema that is sent; constraints that the provider does not enforce become descriptions."""
    from anthropic import transform_schema  # a second, and only calls need it

    return transform_schema(_without_bounds(shape.model_json_schema()))


def _without_bounds(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_without_bounds(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {name: _without_bounds(part) for name, part in schema.items() if not _is_bound(name, part)}


def _is_bound(name: str, value: Any) -> bool:
    if name in _NUMBERS and isinstance(value, int | float):
        return abs(value) >= FAR
    return name in _SIZES and value == _SIZES[name]
