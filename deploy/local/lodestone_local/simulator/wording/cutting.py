"""Shortens an owner's text where a reader would pause, so that no half sentence is left. Pure."""

import re

from lodestone_local.simulator.wording.banks import words

_PAUSE = re.compile(r"[;:(–—,]\s|\s[(–—-]")

_JOINTS = words("cutting", "joints")
_DANGLING = _JOINTS | words("cutting", "dangling")


_OPEN = re.compile(r"[;:(]")  # what stands before it is more than begun, and not finished


def plain(text: str) -> str:
    """The text without blanks and full stops around it; a question keeps its mark."""
    return " ".join(text.split()).strip(" .,;:!–—-•")


def shortened(text: str, most_words: int) -> str:
    """At most so many words, ending where the text pauses or before a joining word; "" when it never does."""
    text = plain(text)
    if len(text.split()) <= most_words:
        return text
    ends = [pause.start() for pause in _PAUSE.finditer(text)]
    ends += [word.start() for word in re.finditer(r"\S+", text) if word[0].lower() in _JOINTS]
    kept = [without_dangling(text[:end]) for end in sorted(ends, reverse=True)]
    fits = (each for each in kept if 3 <= len(each.split()) <= most_words)
    return next((each for each in fits if not _OPEN.search(each)), "")


def without_dangling(text: str) -> str:
    """The text without joining words, articles and commas at its end."""
    words = text.split()
    while words and words[-1].strip(" ,;:").lower() in _DANGLING:
        words.pop()
    return plain(" ".join(words))
