"""JSON as models write it: in fences, between prose, with trailing commas. Pure.

What comes out can be stored: no U+0000 and no half of a surrogate pair in any text.
"""

import json
import re
from collections.abc import Iterator
from typing import NoReturn, TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"

# An unterminated string runs to the end of the text; otherwise each quote inside would start a new search.
_STRING_OR_TRAILING_COMMA = re.compile(r'"(?:[^"\\]|\\.)*+"?|,(?=\s*+[}\]])', re.DOTALL)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def parse(text: str) -> JsonValue:
    """The JSON value in a text. Raises ValueError when there is none."""
    for candidate in _candidates(text):
        try:
            return _clean(json.loads(candidate, strict=False, parse_constant=_refuse))
        except (ValueError, RecursionError):
            continue
    raise ValueError("the text contains no JSON value")


def _candidates(text: str) -> Iterator[str]:
    yield text
    for opening, closing in sorted((("{", "}"), ("[", "]")), key=lambda pair: _place(text, pair[0])):
        start, end = text.find(opening), text.rfind(closing)
        if 0 <= start < end:
            span = text[start : end + 1]
            yield span
            yield _STRING_OR_TRAILING_COMMA.sub(_without_comma, span)


def _place(text: str, char: str) -> int:
    place = text.find(char)
    return place if place >= 0 else len(text)


def _without_comma(match: re.Match[str]) -> str:
    return "" if match[0] == "," else match[0]


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _clean(value: JsonValue) -> JsonValue:
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value)
    if isinstance(value, list):
        return [_clean(entry) for entry in value]
    if isinstance(value, dict):
        return {_UNSTORABLE.sub("", key): _clean(entry) for key, entry in value.items()}
    return value
