"""What a prompt says: the facts between its tags, and the lines that say what to write.

Users' texts may contain anything, even half tags and instructions, so lines that say what to write are looked
for outside the tags first. Reading is linear in the length of the prompt.
"""

import hashlib
import re
from collections.abc import Iterator
from copy import copy
from functools import cached_property

from lodestone_local.simulator.request import Prompt
from lodestone_local.simulator.wording.banks import words
from lodestone_local.simulator.wording.cutting import plain, shortened

_TAG = re.compile(r"<(/?)([A-Za-z][\w-]{0,60})>")
_BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,3}[.)])\s+")
_LABELLED = re.compile(r"^([A-Za-z][A-Za-z ]{1,30}):\s+(.+)$")
_HEADING = re.compile(r"^([A-Z][^.:]{2,60}):$")
_QUOTED = re.compile(r'^"([^"]+(?:"[^"]+){0,20})"(?: \([^()]*\))?$')
_ASIDE = re.compile(r"\s\([^()]*\)$")
_ORDER = re.compile(
    r"^[^\w\n]*+([A-Za-z][A-Za-z ]{0,40}?) to write, in this order:[ \t]*+(.+)$", re.MULTILINE
)
_URL = re.compile(r"https?://[^\s<>\"'\]]+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_MOST_FACTS = 400
_MOST_WORDS = 32  # of a fact

# the first kind whose word is part of a tag's or label's name
_KINDS = (
    ("pain", ("pain", "problem", "solve", "objection", "pitfall")),
    ("story", ("success",)),
    ("result", ("result", "proof", "saved", "after")),
    ("marker", ("credib", "marker", "authority", "experience")),
    ("question", ("question",)),
    ("thing", ("tool", "template", "process", "steps", "items", "logic")),
    ("piece", ("contents",)),
    ("title", ("title", "headline")),
    ("audience", ("audience",)),
    ("business", ("business", "description", "purpose", "summary")),
)

# between these tags stands nothing that the owner says about the business
_SILENT_TAGS = words("facts", "silent_tags")
_SILENT_LABELS = frozenset({"Question", "Why now", "Format", "Rests on"})
_FIRST_ONLY = ("concept", "pain_solved", "problem_solved")  # a first sentence; what follows explains it
_LISTED_CALLS = "call_insights"
_ANSWERS = "answers"
_NOT_GIVEN = "not provided"  # what a prompt says for a missing answer
_PROFILE = ("results", "credibility_markers", "urgent_pains")  # what a concept may be based on


class Fact(str):
    """A text that stands literally in the prompt."""


class Facts:
    """The facts of one prompt, and repeatable picks among them."""

    def __init__(self, prompt: Prompt) -> None:
        self._user = prompt.user
        self._inside, self._outside = _parts(prompt.user)
        self._outside = f"{prompt.system}\n{self._outside}"
        said = "".join(text for _, text in self._inside)
        self.said = said if said.strip() else prompt.user
        self._seed = hashlib.sha256((self.said or prompt.system).encode()).hexdigest()
        self._profile: list[Fact] = []
        self.answers: dict[str, list[Fact]] = {}
        self._by_kind = self._sort()
        self.urls = _addresses(prompt.user)
        self._read = f"{prompt.system}\n{prompt.user}"

    @cached_property
    def common_words(self) -> frozenset[str]:
        """The words that the prompt writes without a capital: none of them is a name."""
        return frozenset(re.findall(r"(?<![^\W_])[a-z]{2,30}+(?![^\W_])", self._read))

    def without_words(self) -> "Facts":
        """The same prompt for sentences in another language: of what the owner says, the title alone."""
        facts = copy(self)
        facts._by_kind = {kind: found for kind, found in self._by_kind.items() if kind == "title"}
        facts.answers = {}
        return facts

    def number(self, *salt: object) -> int:
        """A number that depends on the facts and the salt only."""
        text = "\x1f".join([self._seed, *(str(part) for part in salt)])
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6])

    def known(self, kind: str) -> list[Fact]:
        """All facts of this kind, in the prompt's order."""
        return self._by_kind.get(kind, [])

    def quote(self, salt: str) -> str:
        """A result, marker or pain, word for word; another text of the prompt when it has none."""
        proofs = [fact for kind in ("result", "marker", "pain") for fact in self.known(kind)]
        facts = self._profile or proofs or [fact for found in self._by_kind.values() for fact in found]
        facts = facts or [Fact(self._user.strip())]
        return str(facts[self.number("quote", salt) % len(facts)])

    def order(self, label: str) -> list[str]:
        """The entries of the line `<label> to write, in this order: a, b`; empty without one."""
        for text in (self._outside, self._user):
            found = [line for name, line in _ORDER.findall(text) if name.lower() == label.lower()]
            if found:
                return [entry.strip().strip("`\"'.") for entry in found[-1].split(",") if entry.strip()]
        return []

    def numbered(self, number: int) -> Fact | None:
        """What the prompt has under this number, as `3. text`, up to a bracket."""
        found = re.search(rf"^[^\S\n]*+{number}[.):][^\S\n]++([^(\n]+)", self._user, re.MULTILINE)
        return Fact(found[1].strip()) if found else None

    def below_numbered(self, number: int, label: str) -> str | None:
        """The first sentence behind a label on the lines below what has this number."""
        below = re.search(rf"^[^\S\n]*+{number}[.):](.*(?:\n[^\S\n]+[A-Z].*)*+)", self._user, re.MULTILINE)
        found = re.search(rf"^[^\S\n]++{label}: (.+)$", below[1], re.MULTILINE) if below else None
        return plain(_SENTENCE_END.split(found[1])[0]) if found else None

    def line(self, label: str) -> str | None:
        """The value of the line `<label>: value`, or of a tag of that name."""
        pattern = re.compile(rf"^[^\w\n]*+{re.escape(label)}:[ \t]*+(\S.*)$", re.MULTILINE | re.IGNORECASE)
        for text in (self._outside, self._user):
            if found := pattern.findall(text):
                return str(found[-1]).strip(" \t")
        name = label.lower().replace(" ", "_")
        values = [text.strip() for tag, text in self._inside if tag.lower() == name and text.strip()]
        return values[0] if values else None

    def addresses(self, tag: str) -> list[str]:
        """The web addresses between the tags of this name."""
        return [url for name, text in self._inside if name.lower() == tag for url in _addresses(text)]

    @property
    def asked(self) -> str:
        """The instructions: what stands outside all tags."""
        return self._outside

    def text_in(self, tag: str) -> str:
        """What stands between the tags of this name."""
        return "\n".join(text for name, text in self._inside if name.lower() == tag).strip()

    def _sort(self) -> dict[str, list[Fact]]:
        parts = self._inside if any(text.strip() for _, text in self._inside) else [("", self._user)]
        by_kind: dict[str, list[Fact]] = {}
        for tag, text in parts:
            for label, fact in _facts_in(tag, text):
                if tag in _PROFILE:
                    self._profile.append(fact)
                if tag == _ANSWERS:
                    self.answers.setdefault(label, []).append(fact)
                elsewhere = None if tag in (_ANSWERS, _LISTED_CALLS) else "business"
                kind = _kind(label) or _kind(tag) or elsewhere
                facts = by_kind.setdefault(kind, []) if kind else []
                if len(facts) < _MOST_FACTS and fact not in facts[-20:]:
                    facts.append(fact)
        return by_kind


def _addresses(text: str) -> list[str]:
    return [url.rstrip(".,;:)") for url in _URL.findall(text)]


def _parts(text: str) -> tuple[list[tuple[str, str]], str]:
    """Pieces between tags, each with the name of the innermost one, and the text outside all of them."""
    inside: list[tuple[str, str]] = []
    outside: list[str] = []
    names: list[str] = []
    position = 0
    for tag in _TAG.finditer(text):
        piece = text[position : tag.start()]
        (inside.append((names[-1], piece)) if names else outside.append(piece))
        position = tag.end()
        if not tag[1]:
            names.append(tag[2])
        elif tag[2] in names[-50:]:
            while names.pop() != tag[2]:
                continue
    (inside.append((names[-1], text[position:])) if names else outside.append(text[position:]))
    return inside, "\n".join(outside)


def _facts_in(tag: str, text: str) -> Iterator[tuple[str, Fact]]:
    """The lines and sentences of a text, each with the label before it or the heading above it."""
    heading = ""
    for raw in text.splitlines() if tag not in _SILENT_TAGS else ():
        line = _QUOTED.sub(r"\1", _BULLET.sub("", raw).strip())
        if headed := _HEADING.match(line):
            heading = headed[1]
            continue
        label, said = _label_of(tag, line, heading)
        if label in _SILENT_LABELS or (tag == _LISTED_CALLS and "→" in said):
            continue
        sentences = _SENTENCE_END.split(_ASIDE.sub("", said) if tag == _LISTED_CALLS else said)
        for sentence in sentences[: 1 if tag in _FIRST_ONLY else None]:
            if fact := _fact(sentence):
                yield label, fact


def _label_of(tag: str, line: str, heading: str) -> tuple[str, str]:
    labelled = _LABELLED.match(line)
    if labelled and (labelled[1] in _SILENT_LABELS or _kind(labelled[1]) or _is_answer(tag, labelled[1])):
        return labelled[1], labelled[2]
    return heading, line


def _is_answer(tag: str, label: str) -> bool:
    return tag == _ANSWERS and label[0].islower() and " " not in label


def _fact(sentence: str) -> Fact | None:
    """What a sentence says; None for a single word, and for an address, which would not work shortened."""
    if sentence.strip() == _NOT_GIVEN:
        return None
    says_enough = " " in sentence.strip() or not sentence.isascii()
    kept = shortened(sentence, _MOST_WORDS) if says_enough and "://" not in sentence else ""
    return Fact(kept) if any(letter.isalnum() for letter in kept) else None


def _kind(name: str) -> str | None:
    words = name.lower()
    return next((kind for kind, parts in _KINDS if any(part in words for part in parts)), None)
