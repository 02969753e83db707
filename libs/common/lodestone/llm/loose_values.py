"""Values as models write them: a list or an object for a text, null for a list, words for a figure. Pure."""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from lodestone.llm.loose_json import JsonValue

Choice = TypeVar("Choice", bound=StrEnum)
Default = TypeVar("Default")

MOST_OBJECTS = 200  # of a list; no list that is asked for is longer than 50
MOST_DIGITS = 40  # of a figure; Python refuses to read a number of thousands of them

_FIGURE = re.compile(r"-?\d+(?:\.\d+)?")
_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")


def text_of(value: JsonValue) -> str:
    """The value as text: one line for each part of a list, colons between the parts of an object."""
    if isinstance(value, list):
        return "\n".join(filter(None, map(text_of, value)))
    if isinstance(value, dict):
        return ": ".join(filter(None, map(text_of, value.values())))
    return "" if value is None else str(value).strip()


def texts_of(value: JsonValue) -> list[str]:
    """A list of texts: one text is a list of one, null is an empty list."""
    return [text for text in map(text_of, _entries(value)) if text]


def object_of(value: JsonValue) -> dict[str, JsonValue]:
    """An object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def objects_of(value: JsonValue) -> list[dict[str, JsonValue]]:
    """The objects in a list, or a single one; only the first ones of an endless list."""
    return [entry for entry in _entries(value)[:MOST_OBJECTS] if isinstance(entry, dict)]


def flag_of(value: JsonValue) -> bool:
    """True only when the value clearly says so; false when it is missing or unclear."""
    return str(value).strip().lower() in ("true", "yes")


def figure_of(value: JsonValue) -> JsonValue:
    """The number in a text such as "$1,200" or "4 %"; any other value unchanged."""
    if not isinstance(value, str):
        return value
    found = _FIGURE.search(value.replace(",", ""))
    if found is None or len(found[0]) > MOST_DIGITS:
        return value
    return float(found[0]) if "." in found[0] else int(found[0])


def choice_of(value: JsonValue, choices: Iterable[Choice], otherwise: Default) -> Choice | Default:
    """One of the choices, however it is spelled."""
    spelled = _plain(text_of(value))
    return next((choice for choice in choices if _plain(choice.value) == spelled), otherwise)


def _entries(value: JsonValue) -> list[JsonValue]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _plain(text: str) -> str:
    return _NOT_A_LETTER.sub("", text.lower())
