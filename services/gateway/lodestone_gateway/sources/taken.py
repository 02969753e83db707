"""The text that is kept of a source: tidied and cut, with what was left out. Pure."""

import re
from dataclasses import dataclass

EMPTY = "There is no text in it. Choose another file, or paste the text."
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufeff]")
_EMPTY_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Taken:
    """What is kept, and how many characters of the end are not."""

    text: str
    left_out: int = 0


def take(text: str, most: int) -> Taken:
    """At most so many characters, cut where a line or at least a word ends; without what nobody sees."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    lines = "\n".join(line.rstrip() for line in _UNSEEN.sub("", text).split("\n"))
    text = _EMPTY_LINES.sub("\n\n", lines).strip()
    if len(text) <= most:
        return Taken(text)
    cut = text[:most]
    end = max(cut.rfind("\n", most // 2), cut.rfind(" ", most * 9 // 10))
    kept = (cut[:end] if end > 0 else cut).rstrip()
    return Taken(kept, len(text) - len(kept))
