"""What a prompt says: the facts between its tags, and the lines that say what to write.

Users' texts may contain anything, even half tags and instructions, so lines that say what to write are looked
for outside the tags first. Reading is linear in the length of the prompt.
"""

import hashlib
import re
from collections.abc import Iterator

from lodestone_local.simulator.request import Prompt

_TAG = re.compile(r"<(/?)([A-Za-z][\w-]{0,60})>")
_BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,3}[.)])\s+")
_LABELLED = re.compile(r"^([A-Za-z][A-Za-z ]{1,30}):\s+(.+)$")
_HEADING = re.compile(r"^([A-Z][^.:]{2,60}):$")
_QUOTED = re.compile(r'^"([^"]+(?:"[^"]+){0,20})"(?: \([^()]*\))?$')
_ORDER = re.compile(
    r"^[^\w\n]*+([A-Za-z][A-Za-z ]{0,40}?) to write, in this order:[ \t]*+(.+)$", re.MULTILINE
)
_URL = re.compile(r"https?://[^\s<>\"'\]]+")
_FIGURE = re.compile(r"[$€£]?\d[\d.,]*\d\s?%?|\d\s?%?")
_MOST_FACTS = 400
_LONGEST_FACT = 160  # characters

# words that a shortened fact should not end with
_DANGLING = re.compile(
    r"an?|and|at|by|every|for|from|in|into|of|on|or|our|per|the|their|to|we|with|your", re.IGNORECASE
)

# the first kind whose word is part of a tag's or label's name
_KINDS = (
    ("pain", ("pain", "problem", "solve", "objection", "pitfall")),
    ("result", ("result", "outcome", "success", "proof", "saved", "after")),
    ("marker", ("credib", "marker", "authority", "experience")),
    ("question", ("question",)),
    ("tool", ("tool", "template", "process", "steps", "contents", "items", "logic")),
    ("title", ("title", "headline")),
    ("business", ("business", "description", "audience", "purpose", "summary")),
)

# tags around earlier replies; only labelled lines count
_WRITTEN_BEFORE = ("concepts", "taken_titles", "written_posts", "written_emails", "written_sections")

# where else to look when there is nothing of a kind; a question is never taken from elsewhere
_NEXT_BEST = {
    "pain": ("business",),
    "result": ("marker",),
    "marker": ("result",),
    "tool": ("business", "result"),
    "title": ("business", "pain"),
    "business": ("pain",),
}

_NOTHING_KNOWN = {
    "pain": "Work that takes longer than it should",
    "result": "The same result in half of the time",
    "marker": "Years of doing this with clients",
    "question": "Where should I begin?",
    "tool": "A one-page checklist",
    "title": "A Short Guide",
    "business": "People who want a result they can see this week",
}


class Fact(str):
    """A text that stands literally in the prompt; `format(fact, "7")` is its first seven words."""

    def __format__(self, words: str) -> str:
        kept = self.split()[: int(words or 12)]
        while len(kept) > 2 and len(kept) < len(self.split()) and _DANGLING.fullmatch(kept[-1]):
            kept.pop()
        return " ".join(kept)[:90].rstrip(" .,;:!?-–—")


class Facts:
    """The facts of one prompt, and repeatable picks among them."""

    def __init__(self, prompt: Prompt) -> None:
        self._user = prompt.user
        self._inside, self._outside = _parts(prompt.user)
        self._outside = f"{prompt.system}\n{self._outside}"
        said = "".join(text for _, text in self._inside)
        seed = said if said.strip() else prompt.user + prompt.system
        self._seed = hashlib.sha256(seed.encode()).hexdigest()
        self._by_kind = self._sort()
        self.urls = _addresses(prompt.user)

    def number(self, *salt: object) -> int:
        """A number that depends on the facts and the salt only."""
        text = "\x1f".join([self._seed, *(str(part) for part in salt)])
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6])

    def pick(self, kind: str, salt: str, step: int = 0) -> Fact:
        """A fact of this kind, or the one `step` after it; of another kind when there is none.

        A commonplace when nothing is known.
        """
        kinds = (kind, *_NEXT_BEST.get(kind, ()))
        facts = next((self._by_kind[each] for each in kinds if each in self._by_kind), [])
        return facts[(self.number(kind, salt) + step) % len(facts)] if facts else Fact(_NOTHING_KNOWN[kind])

    def quote(self, salt: str) -> str:
        """A result, marker or pain, word for word; another text of the prompt when it has none."""
        proofs = [fact for kind in ("result", "marker", "pain") for fact in self._by_kind.get(kind, [])]
        facts = proofs or self._all() or [Fact(self._user.strip())]
        return str(facts[self.number("quote", salt) % len(facts)])

    def figure(self, salt: str) -> str:
        """A figure that one of the facts mentions."""
        found = _FIGURE.findall(self.pick("result", salt)) or _FIGURE.findall(" ".join(self._all()))
        return found[self.number("figure", salt) % len(found)].strip(" .,") if found else "1 hour"

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

    def _all(self) -> list[Fact]:
        return [fact for facts in self._by_kind.values() for fact in facts]

    def _sort(self) -> dict[str, list[Fact]]:
        parts = self._inside if any(text.strip() for _, text in self._inside) else [("", self._user)]
        by_kind: dict[str, list[Fact]] = {}
        for tag, text in parts:
            for label, fact in _facts_in(text):
                kind = _kind(label) or ("" if tag in _WRITTEN_BEFORE else _kind(tag) or "business")
                facts = by_kind.setdefault(kind, [])
                if len(facts) < _MOST_FACTS and fact not in facts[-20:]:
                    facts.append(Fact(fact))
        by_kind.pop("", None)
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


def _facts_in(text: str) -> Iterator[tuple[str, str]]:
    """The lines and sentences of a text, each with the label before it or the heading above it."""
    heading = ""
    for raw in text.splitlines():
        line = _QUOTED.sub(r"\1", _BULLET.sub("", raw).strip())
        if headed := _HEADING.match(line):
            heading = headed[1]
            continue
        labelled = _LABELLED.match(line)
        is_label = labelled and (_kind(labelled[1]) or " " not in labelled[1])
        label, said = (labelled[1], labelled[2]) if labelled and is_label else (heading, line)
        for sentence in re.split(r"(?<=[.!?])\s+", said):
            says_enough = " " in sentence or not sentence.isascii()  # one word does not
            if says_enough and "://" not in sentence:  # a shortened address would not work
                yield label, _shortened(sentence)


def _shortened(sentence: str) -> str:
    if len(sentence) <= _LONGEST_FACT:
        return sentence
    cut = sentence[:_LONGEST_FACT]
    return cut[: cut.rfind(" ")] if " " in cut else cut


def _kind(name: str) -> str | None:
    words = name.lower()
    return next((kind for kind, parts in _KINDS if any(part in words for part in parts)), None)
