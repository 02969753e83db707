"""The texts of a page: those of its content, set as blocks, and a few of its own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lodestone_local.simulator.facts import Facts
from lodestone_local.simulator.place import Place
from lodestone_local.simulator.wording.cutting import plain, shortened
from lodestone_local.simulator.wording.phrases import Phrases

PREFIXES = ("/sections", "/heroSummary", "/blocks")

Block = dict[str, str | int]

_TITLE_WORDS = 7
_FIELD = re.compile(r"^(?:Section|Name|Introduction|- Headline|  Summary|  Detail|Takeaway): ")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|(?<=[.!?…][”“])\s+")
_FIGURE = re.compile(r"[$€£]?\d[\d.,]*\d\s?%?|\d\s?%?")
_MADE_OF = re.compile(r"^The section ([a-z0-9-]+) is made of (the common mistakes|insight)", re.MULTILINE)


@dataclass
class Section:
    """A section of the content that the page is made from."""

    name: str = ""
    introduction: str = ""
    takeaway: str = ""
    items: list[dict[str, str]] = field(default_factory=list)


def text(phrases: Phrases, place: Place) -> str | None:
    """The text of a property of the page."""
    section = sections(phrases.facts).get(place.key, Section())
    match place.name:
        case "introduction" | "keyTakeaway":
            own = section.introduction if place.name == "introduction" else section.takeaway
            return _sentences(own)[0] if own else _of_its_own(phrases, place)
        case "sectionName" if section.name:
            return section.name
    return phrases.one("polish", "texts", place.name, place.path)


def sections(facts: Facts) -> dict[str, Section]:
    """The sections of the content by their ids; none unless the prompt has them."""
    found: dict[str, Section] = {}
    section = Section()
    for line in facts.text_in("content").splitlines():
        label = _FIELD.match(line)
        if label is None:
            continue
        said = line[label.end() :].strip()
        match label[0].strip(" -:"):
            case "Section":
                section = found.setdefault(said, Section())
            case "Name":
                section.name = said
            case "Introduction":
                section.introduction = said
            case "Takeaway":
                section.takeaway = said
            case "Headline":
                section.items.append({"title": said})
            case part if section.items:
                section.items[-1]["content" if part == "Summary" else "detail"] = said
    return found


def blocks(phrases: Phrases, id: str) -> list[Block]:
    """The blocks of a section that the content has; none for another."""
    made_of = dict(_MADE_OF.findall(phrases.facts.asked))
    facts = phrases.facts
    if made_of.get(id) == "the common mistakes":
        mistakes = [line.strip(" -") for line in facts.text_in("common_mistakes").splitlines()]
        return [_mistake(phrases, each, number) for number, each in enumerate(filter(None, mistakes))]
    if id in made_of:
        return list(_grounds(phrases))
    found = sections(facts)
    own = [_numbered(item) for item in found[id].items] if id in found else []
    if phrases.present:
        return _otherwise(own, phrases.present)
    return [*own, *_figure(phrases)] if own and id == next(iter(found)) else own


def _otherwise(items: list[Block], present: str) -> list[Block]:
    """The same items in another form than the present one: in full, without details, or as a list."""
    if '"numbered-item"' not in present:
        return items
    if any(item["detail"] and str(item["detail"]) in present for item in items):
        return [{**item, "detail": ""} for item in items]
    return [{"type": "list", "content": "\n".join(f"- {item['title']}" for item in items)}] if items else []


def _grounds(phrases: Phrases) -> Iterator[Block]:
    facts = phrases.facts
    for tag in ("insight", "experience"):
        sentences = _sentences(facts.text_in(tag))
        for first in range(0, len(sentences), 2):
            yield {"type": "paragraph", "content": " ".join(sentences[first : first + 2])}
    if proof := facts.text_in("proof"):
        yield {"type": "quote", "content": proof}
    if difference := facts.text_in("difference"):
        yield {"type": "callout", "content": difference, "style": "success"}


def _figure(phrases: Phrases) -> Iterator[Block]:
    """The first figure of the proof, large."""
    for sentence in _sentences(phrases.facts.text_in("proof")):
        if found := _FIGURE.findall(sentence):
            shares = [each for each in found if each.endswith("%")]
            figure = (shares or found)[-1].strip(" .,")
            yield {"type": "stat-card", "content": figure, "title": sentence, "style": "success"}
            return


def _mistake(phrases: Phrases, text: str, number: int) -> Block:
    """Its beginning as the title, and all of it below; a piece of advice when there is no more of it."""
    title = shortened(text, _TITLE_WORDS) or plain(text)
    advice = phrases.nth("polish", "texts", "mistake", number, text)
    return _numbered({"title": title, "content": advice if title == plain(text) else text})


def _numbered(item: dict[str, str]) -> Block:
    return {"type": "numbered-item", "detail": "", "category": "", "content": "", **item}


def _of_its_own(phrases: Phrases, place: Place) -> str | None:
    made_of = dict(_MADE_OF.findall(phrases.facts.asked)).get(place.key)
    if made_of is None:
        return phrases.one("polish", "texts", place.name, place.path)
    when = "before" if place.name == "introduction" else "after"
    what = "mistakes" if made_of == "the common mistakes" else "grounds"
    return phrases.one("polish", "texts", f"{when}_{what}", place.path)


def _sentences(text: str) -> list[str]:
    return [each for each in _SENTENCE_END.split(" ".join(text.split())) if each]
