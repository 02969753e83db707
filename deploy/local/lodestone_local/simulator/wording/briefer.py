"""A text in fewer words, for a part that is to be made again shorter. Pure."""

import json
import re
from collections.abc import Sequence
from typing import Any

from lodestone_local.simulator.wording.banks import words
from lodestone_local.simulator.wording.cutting import shortened, without_dangling

_WISHES = words("again", "shorter")
_GAP = re.compile(r"(\n\n|(?<=[.!?…]) |(?<=[.!?…][”“»]) )")
_STATEMENT = re.compile(r"[.!…][”“»]?$|[”“»]$")  # a question is asked to be answered
_NEEDED = re.compile(r"://|[\[{]")  # an address, a placeholder
_WORD = re.compile(r"\w\S*")
_FEWEST = 3  # words that say something


def wants_shorter(wish: str) -> bool:
    """Whether the owner's wish is a shorter text."""
    return not _WISHES.isdisjoint(re.findall(r"[^\W\d_]+", wish.casefold()))


def words_of_present(present: str) -> int:
    """How many words the present text has; it is text, or texts as JSON."""
    try:
        return count_words(json.loads(present))
    except (ValueError, RecursionError):
        return count_words(present)


def count_words(value: Any) -> int:
    """The words of all texts in a JSON value."""
    match value:
        case str():
            return len(_WORD.findall(value))
        case dict():
            return sum(map(count_words, value.values()))
        case list():
            return sum(map(count_words, value))
    return 0


def briefer(text: str, share: float, needed: str) -> str:
    """At most this share of the words, where that many sentences can go; below a half, one ends sooner.

    The first stays, the last of several paragraphs, questions, lists, addresses, placeholders, and what has
    the needed word.
    """
    parts = _GAP.split(text)
    sentences, gaps = parts[::2], parts[1::2]
    lengths = [len(sentence.split()) for sentence in sentences]
    most = round(sum(lengths) * share)
    spare, gone = sum(lengths) - most, set[int]()
    behind = len(sentences) - ("\n\n" in gaps)
    for place in sorted(range(1, behind), key=lengths.__getitem__, reverse=True):
        if spare > 0 and _may_go(sentences[place], needed):
            gone.add(place)
            spare -= lengths[place]
    if share < 0.5 and len(gone) == len(gaps) and "\n" not in sentences[0]:
        return _phrase(sentences[0], most, share, needed)
    return _without(gone, sentences, gaps)


def _may_go(sentence: str, needed: str) -> bool:
    is_needed = _NEEDED.search(sentence) or needed in sentence
    return bool(_STATEMENT.search(sentence)) and not is_needed


def _phrase(sentence: str, most: int, share: float, needed: str) -> str:
    """The sentence up to a pause; where it has none and little is to be left, up to a word."""
    if sentence.endswith("?") or not _may_go(f"{sentence}.", needed):
        return sentence
    fewest = max(_FEWEST, most)
    first = " ".join(sentence.split()[:fewest]) if share < 0.3 else ""
    phrase = shortened(sentence, fewest) or without_dangling(first)
    return f"{phrase}{'.' if _STATEMENT.search(sentence) else ''}" if phrase else sentence


def _without(gone: set[int], sentences: Sequence[str], gaps: Sequence[str]) -> str:
    kept, gap = [sentences[0]], " "
    for place, (before, sentence) in enumerate(zip(gaps, sentences[1:], strict=True), 1):
        gap = before if "\n" in before else gap
        if place not in gone:
            kept += (gap, sentence)
            gap = " "
    return "".join(kept)
