"""Stored texts without what no file can hold. Pure."""

import re
from typing import Any

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(stored: Any) -> Any:
    """A copy of stored JSON whose texts have no control characters, and one kind of line end."""
    match stored:
        case str():
            return _NOT_IN_XML.sub("", stored.replace("\r\n", "\n").replace("\r", "\n"))
        case list():
            return [printable(each) for each in stored]
        case dict():
            return {name: printable(each) for name, each in stored.items()}
        case _:
            return stored
