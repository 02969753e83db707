"""Complete items of a list from JSON that is still being written. Pure; it looks at each character once.

An item is complete when its own closing brace has been read, never earlier: when all its keys are there, a
number or a text inside may still be growing.
"""

import json
import re

from lodestone.llm.loose_json import JsonValue, parse

MOST_ITEMS = 200  # taken from one list; no list that is asked for is longer than 50

_OUTSIDE_STRING = re.compile(r'["{}\[\]]')
_INSIDE_STRING = re.compile(r'["\\]')


class ItemScanner:
    """Finds the objects in the list `key` of a streamed object, or in a bare list.

    Fences and prose may surround it.
    """

    def __init__(self, key: str) -> None:
        self._key = json.dumps(key)
        self._last_text = ""  # the last string at the object's own level: the key before what follows
        self._depth = 0
        self._item_depth: int | None = None  # depth at which items start, once inside their list
        self._in_string = False
        self._escaped = False  # the last character was a backslash inside a string
        self._captured: list[str] | None = None  # pieces of the item or string that is being read
        self._found: list[dict[str, JsonValue]] = []
        self._left = MOST_ITEMS

    def feed(self, chunk: str) -> list[dict[str, JsonValue]]:
        """The items that this piece of text completes; unreadable ones are left out."""
        self._found = []
        self._capture_from = 0
        position = 0
        while (position := self._step(chunk, position)) < len(chunk):
            pass
        if self._captured is not None:
            self._captured.append(chunk[self._capture_from :])
        return self._found

    def _step(self, chunk: str, position: int) -> int:
        if self._escaped and position < len(chunk):
            self._escaped = False
            return position + 1
        match = (_INSIDE_STRING if self._in_string else _OUTSIDE_STRING).search(chunk, position)
        if match is None:
            return len(chunk)
        if self._in_string:
            self._on_string_character(match[0], chunk, match.end())
        else:
            self._on_structure(match[0], chunk, match.start())
        return match.end()

    def _on_string_character(self, char: str, chunk: str, end: int) -> None:
        if char == "\\":
            self._escaped = True
            return
        self._in_string = False
        if self._depth == 1 and self._item_depth is None:
            self._last_text = self._take(chunk, end)

    def _on_structure(self, char: str, chunk: str, start: int) -> None:
        if char == '"':
            if self._depth > 0:  # before the value there is only prose, where a quote means nothing
                self._in_string = True
            if self._depth == 1 and self._item_depth is None:
                self._capture(start)
        elif char in "{[":
            self._open(char, start)
        else:
            self._close(char, chunk, start + 1)

    def _open(self, char: str, start: int) -> None:
        if char == "{" and self._depth == self._item_depth:
            self._capture(start)
        starts_list = self._depth == 0 or (self._depth == 1 and self._last_text == self._key)
        self._depth += 1
        if char == "[" and starts_list and self._item_depth is None:
            self._item_depth = self._depth

    def _close(self, char: str, chunk: str, end: int) -> None:
        self._depth = max(self._depth - 1, 0)
        if self._item_depth is None:
            return
        if char == "}" and self._depth == self._item_depth and self._captured is not None:
            self._keep(self._take(chunk, end))
        elif self._depth < self._item_depth:
            self._item_depth = None
            self._last_text = ""

    def _capture(self, start: int) -> None:
        self._captured, self._capture_from = [], start

    def _take(self, chunk: str, end: int) -> str:
        text = "".join([*(self._captured or []), chunk[self._capture_from : end]])
        self._captured = None
        return text

    def _keep(self, text: str) -> None:
        try:
            item = parse(text)
        except ValueError:
            return
        if isinstance(item, dict) and self._left > 0:
            self._left -= 1
            self._found.append(item)
