"""Two versions of a piece side by side, with the words that were removed and added. Pure, and bounded."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

MOST_PARAGRAPHS = 2_000  # of one version that are shown
MOST_WORDS = 1_000  # of a paragraph that are compared one by one; of a longer one, the whole text is
MOST_COMPARED = 20_000  # words of a page that are compared one by one
LEAST_SHARED = 0.3  # of a text's characters

NO_TEXT = frozenset(
    {
        *("id", "type", "version", "metadata", "polishedAt", "evaluation", "hookType", "whyThisAngle", "day"),
        *("style", "language", "provider", "number", "color", "colour", "linkedin_post"),
    }
)
"""Names of what is no text of the owner's, in columns and in what they hold."""

_WORDS = re.compile(r"\s+|\S+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_")


@dataclass(frozen=True)
class Paragraph:
    """A text and what it is."""

    label: str
    text: str


@dataclass(frozen=True)
class Span:
    """Some words; marked if only this side has them."""

    text: str
    is_marked: bool = False


@dataclass(frozen=True)
class Pair:
    """A paragraph of each side; a side that does not have it is empty."""

    labels: tuple[str, str]
    left: tuple[Span, ...]
    right: tuple[Span, ...]

    @property
    def differs(self) -> bool:
        """Whether the sides differ."""
        return any(span.is_marked for span in (*self.left, *self.right))


def paragraphs(texts: Mapping[str, Any], labels: Mapping[str, str], parts: str = "") -> list[Paragraph]:
    """Every text, in order; `labels` by field, and the entries of the column `parts` are counted."""
    found: list[Paragraph] = []
    for column, value in texts.items():
        if column in NO_TEXT:
            continue
        if column == parts and isinstance(value, list):
            for place, part in enumerate(value, start=1):
                found += _within(part, "", labels, f"{place}. ")
        else:
            found += _within(value, column, labels, "")
    return found[:MOST_PARAGRAPHS]


def side_by_side(left: Sequence[Paragraph], right: Sequence[Paragraph]) -> list[Pair]:
    """The paragraphs of both in pairs: what is alike beside each other, and within what is not, the words."""
    matcher = SequenceMatcher(a=_keys(left), b=_keys(right), autojunk=False)
    pairs, room = [], MOST_COMPARED
    for kind, a, b, c, d in matcher.get_opcodes():
        for old, new in zip_longest(left[a:b], right[c:d]):
            if kind == "equal":
                pairs.append(Pair((old.label, new.label), (Span(old.text),), (Span(new.text),)))
                continue
            words = len(old.text.split()) + len(new.text.split()) if old and new else 0
            pairs.append(_pair(old, new, by_word=0 < words <= min(room, MOST_WORDS)))
            room -= words
    return pairs


def _pair(old: Paragraph | None, new: Paragraph | None, *, by_word: bool) -> Pair:
    labels = (old.label if old else "", new.label if new else "")
    if by_word and old and new:
        pair = Pair(labels, *_marked(old.text, new.text))
        if _is_alike(pair):
            return pair
    left = (Span(old.text, is_marked=True),) if old else ()
    right = (Span(new.text, is_marked=True),) if new else ()
    return Pair(labels, left, right)


def _marked(old: str, new: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    a, b = _WORDS.findall(old), _WORDS.findall(new)
    left, right = [], []
    for kind, i, j, k, m in SequenceMatcher(a=a, b=b).get_opcodes():
        if i < j:
            left.append(Span("".join(a[i:j]), is_marked=kind != "equal"))
        if k < m:
            right.append(Span("".join(b[k:m]), is_marked=kind != "equal"))
    return tuple(left), tuple(right)


def _is_alike(pair: Pair) -> bool:
    """Whether the sides share enough for their words to be told apart: else it is another text."""
    shared = sum(len(span.text) for span in pair.left if not span.is_marked and not span.text.isspace())
    longest = max(sum(len(span.text) for span in side) for side in (pair.left, pair.right))
    return shared >= longest * LEAST_SHARED


def _keys(found: Sequence[Paragraph]) -> list[tuple[str, str]]:
    return [(each.label, each.text) for each in found]


def _within(value: Any, name: str, labels: Mapping[str, str], prefix: str) -> Iterator[Paragraph]:
    if isinstance(value, dict):
        for key, part in value.items():
            if key not in NO_TEXT:
                yield from _within(part, key, labels, prefix)
    elif isinstance(value, list):
        for part in value:
            yield from _within(part, name, labels, prefix)
    elif value is not None and not isinstance(value, bool) and str(value).strip():
        yield Paragraph(prefix + (labels.get(name) or _in_words(name)), str(value))


def _in_words(name: str) -> str:
    return _HUMP.sub(" ", name).lower().capitalize()
