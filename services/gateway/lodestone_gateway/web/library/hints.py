"""What the owner already said, beside a question: their form, and the passages of sources that fit. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lodestone.wire import JsonObject

from lodestone_gateway.brand_kit import BrandKit

HINTS_OF_A_FIELD = 1
PASSAGES = 3  # of all sources
LONGEST, SHORTEST = 400, 30  # characters of a passage
SHORTEST_WORD = 4  # letters; shorter ones say little about what a text is about
_WORDS = re.compile(r"[^\W_]+")
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s")


@dataclass(frozen=True)
class Hint:
    """A text of the owner's that may belong in an answer."""

    text: str
    source: str


def of_kit(concept: JsonObject, kit: BrandKit) -> list[Hint]:
    """The first text of each field."""
    grounds = concept.get("groundedIn") or ""
    sources = {
        "What this idea is based on": [grounds] if grounds else [],
        "Your results": kit.results,
        "Your processes": kit.processes,
        "Why people believe you": kit.credibility_markers,
        "Your success": [kit.success_example] if kit.success_example else [],
        "Your clients’ pains": kit.urgent_pains,
    }
    hints: dict[str, Hint] = {}
    for source, texts in sources.items():
        for text in texts[:HINTS_OF_A_FIELD]:
            hints.setdefault(text, Hint(text, source))
    return list(hints.values())


def of_sources(texts: Mapping[str, str], about: str) -> list[Hint]:
    """The passages that share most words with what is asked; none that shares no word."""
    asked = _meaning(about)
    found = [
        (len(asked & _meaning(passage)), Hint(passage, name))
        for name, text in texts.items()
        for passage in _passages(text)
    ]
    best = sorted((each for each in found if each[0]), key=lambda each: -each[0])
    return [hint for _, hint in best[:PASSAGES]]


def _meaning(text: str) -> set[str]:
    return {word for word in _WORDS.findall(text.casefold()) if len(word) >= SHORTEST_WORD}


def _passages(text: str) -> Iterator[str]:
    """Sentences of one line put together, as many as fit into a passage."""
    for line in text.split("\n"):
        passage = ""
        for sentence in _SENTENCE_ENDS.split(line.strip()):
            if passage and len(passage) + len(sentence) >= LONGEST:
                yield passage
                passage = ""
            passage = f"{passage} {sentence}".strip()[:LONGEST]
        if len(passage) >= SHORTEST:
            yield passage
