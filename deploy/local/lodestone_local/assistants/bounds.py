"""Answers of a size that an assistant can read: long texts and lists are cut, and said to be."""

import json
from typing import Any

from lodestone.wire import JsonObject

MAX_CHARACTERS = 40_000  # of an answer as JSON
TEXTS, ENTRIES = 2_000, 100  # of one text and one list, where the whole fits
LEAST_TEXTS, LEAST_ENTRIES = 60, 1
WHOLE = ("nextCursor",)  # part of one is a cursor no more


def bounded(answer: JsonObject) -> tuple[JsonObject, str]:
    """The answer, and what was cut from it; empty if nothing was. A cut answer still has its schema."""
    texts, entries = TEXTS, ENTRIES
    cut = _cut(answer, texts, entries)
    while len(in_json(cut)) > MAX_CHARACTERS and (texts, entries) != (LEAST_TEXTS, LEAST_ENTRIES):
        texts, entries = max(texts // 2, LEAST_TEXTS), max(entries // 2, LEAST_ENTRIES)
        cut = _cut(answer, texts, entries)
    if cut == answer:
        return cut, ""
    return cut, (
        f"Shortened: lists to {entries} entries, texts to {texts} characters. "
        "Ask for fewer at once, or for one of them, to see the rest; "
        "the next page begins after what was left out."
    )


def _cut(value: Any, texts: int, entries: int) -> Any:
    if isinstance(value, dict):
        return {name: each if name in WHOLE else _cut(each, texts, entries) for name, each in value.items()}
    if isinstance(value, list):
        return [_cut(each, texts, entries) for each in value[:entries]]
    if isinstance(value, str) and len(value) > texts:
        return f"{value[: texts - 1]}…"
    return value


def in_json(value: Any) -> str:
    """The value as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
