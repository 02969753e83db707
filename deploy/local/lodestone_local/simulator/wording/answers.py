"""Drafted answers: an essay's own sentences, or sentences about what the owner said."""

import re

from lodestone_local.simulator.place import Place
from lodestone_local.simulator.wording.banks import parts
from lodestone_local.simulator.wording.cutting import shortened
from lodestone_local.simulator.wording.phrases import Phrases

PREFIXES = ("/answers",)

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_SPEAKER = re.compile(r"^[^\s:]{1,30}(?: [^\s:]{1,30})?: ")
_FEWEST, _MOST = 4, 24  # words of what is quoted


def text(phrases: Phrases, place: Place) -> str | None:
    """The text of a property of a drafted answer."""
    if place.name == "missing":
        return phrases.one("answers", "texts", "missing", place.path)
    if place.name == "answer":
        return _split(phrases, place.key) or _draft(phrases, place)
    return None


def _split(phrases: Phrases, id: str) -> str:
    """This question's share of the essay."""
    sentences = _SENTENCE_END.split(" ".join(phrases.facts.text_in("essay").split()))
    asked = phrases.facts.order("Ids")
    if id not in asked or len(sentences) < len(asked):
        return ""
    at, count = asked.index(id), len(sentences)
    return " ".join(sentences[at * count // len(asked) : (at + 1) * count // len(asked)])


def _draft(phrases: Phrases, place: Place) -> str:
    group = next((part for part, ids in parts("answers").items() if place.key in ids), "other")
    known = group if group in phrases.table("answers", "drafts") else "other"
    said = phrases.one("answers", "texts", "heard", place.path, heard=_heard(phrases, place.key)) or ""
    return f"{phrases.nth('answers', 'drafts', known, place.number, place.path)} {said}".strip()


def _heard(phrases: Phrases, id: str) -> str:
    """A sentence of a source that can stand alone; nothing without one."""
    lines = phrases.facts.text_in("source").splitlines()
    said = [_SPEAKER.sub("", line.strip()) for line in lines if not line.startswith("Name:")]
    whole = [sentence.rstrip(".") for line in said for sentence in _SENTENCE_END.split(line)]
    quotable = [each for each in whole if len(each.split()) >= _FEWEST and shortened(each, _MOST) == each]
    return quotable[phrases.facts.number("source", id) % len(quotable)] if quotable else ""
