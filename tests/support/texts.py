"""The texts in a JSON value."""

from typing import Any


def all_texts(value: Any) -> list[str]:
    """Each text, in order; numbers and the names of fields are none."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for part in value for text in all_texts(part)]
    return [value] if isinstance(value, str) else []
